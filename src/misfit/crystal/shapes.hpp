#pragma once

#include <array>
#include <cstdint>
#include <variant>

#include "misfit/crystal/crystal.hpp"

namespace misfit {

/// Hexagon of the triangular lattice with `side` sites on each edge: N = 3 side (side - 1) + 1.
struct Hexagon {
    int side = 16;  ///< at least 2
    bool operator==(const Hexagon&) const = default;
};

/// Box of the simple cubic lattice, size[k] sites along x, y, z.
struct Box {
    std::array<int, 3> size = {12, 12, 12};  ///< each at least 2
    bool operator==(const Box&) const = default;
};

/// Parallelogram of the triangular lattice, size[k] sites along a_1, a_2.
struct Parallelogram {
    std::array<int, 2> size = {24, 24};  ///< each at least 2
    bool operator==(const Parallelogram&) const = default;
};

/// The [crystal] table. A new shape is a struct here, a builder, and one line in the table of
/// run/spec.
using CrystalParameters = std::variant<Hexagon, Box, Parallelogram>;

/// N without building the crystal, for estimates. The core's and the shell's sites together.
std::int64_t site_count(const CrystalParameters& shape, const Shell& shell = {});

/// Builds the crystal; a shell of m layers adds m layers on every side, so a core hexagon of side n
/// becomes a hexagon of side n + m. Boxes and parallelograms may be periodic along every axis.
/// Throws Error if an extent is below 2; for a periodic crystal if one is below 3, if it is a hexagon, or
/// if it has a shell. O(N log N).
Crystal build_crystal(const CrystalParameters& shape, const Shell& shell = {},
                      Boundary boundary = Boundary::free);

}  // namespace misfit
