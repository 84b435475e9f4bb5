#pragma once

#include <array>
#include <span>
#include <string_view>

#include "misfit/base/types.hpp"

namespace misfit {

/// One bond direction of a lattice.
struct Direction {
    LatticePoint step;  ///< change of the lattice coordinates along the bond
    Vector3 unit;       ///< unit vector a along the bond
    bool nearest;       ///< a nearest-neighbour bond, as against a next-nearest one
};

/// A lattice: its basis and its bonds. Each pair of opposite directions is listed once, by the one
/// that leads forward in the site order (z, then y, then x); `directions.size()` is half the
/// coordination number.
struct Lattice {
    std::string_view name;
    int dimension;
    std::array<Vector3, 3> basis;
    std::span<const Direction> directions;

    int half_coordination() const { return static_cast<int>(directions.size()); }
    int coordination() const { return 2 * half_coordination(); }
};

/// Two dimensions: a_1 = (1, 0), a_2 = (1/2, sqrt(3)/2); 6 nearest neighbours.
const Lattice& triangular_lattice();

/// Three dimensions: simple cubic with 6 nearest and 12 next-nearest neighbours (18 bonds a site).
const Lattice& simple_cubic_lattice();

}  // namespace misfit
