#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "misfit/crystal/crystal.hpp"

namespace misfit {

/// Hexagon of the triangular lattice with `side` sites on each edge: N = 3 side (side - 1) + 1.
struct Hexagon {
    int side = 16;  ///< at least 2
    bool operator==(const Hexagon&) const = default;
};

/// Which lattice a shape is cut from.
struct LatticeChoice {
    const Lattice* lattice = &triangular_lattice();
    double next_nearest_stiffness = lattice_default;  ///< k2; lattice_default: the lattice's own

    static constexpr double lattice_default = -1.0;
    std::optional<double> stiffness() const {
        return next_nearest_stiffness == lattice_default ? std::nullopt
                                                         : std::optional(next_nearest_stiffness);
    }
    bool operator==(const LatticeChoice&) const = default;
};

/// Box of a lattice of three dimensions: size[k] sites along the edges of its cell, which are x, y, z of the
/// simple cubic one.
struct Box {
    std::array<int, 3> size = {12, 12, 12};  ///< each at least 2
    LatticeChoice of = {.lattice = &simple_cubic_lattice()};
    bool operator==(const Box&) const = default;
};

/// Parallelogram of the triangular lattice, size[k] sites along a_1, a_2.
struct Parallelogram {
    std::array<int, 2> size = {24, 24};  ///< each at least 2
    bool operator==(const Parallelogram&) const = default;
};

/// Disc of the triangular lattice: the sites within `radius` of one of them.
struct Disc {
    double radius = 15.0;  ///< lattice spacings, at least 1
    bool operator==(const Disc&) const = default;
};

/// Sphere: the sites of a lattice of three dimensions within `radius` of one of them.
struct Sphere {
    double radius = 6.0;  ///< lattice spacings, at least 1
    LatticeChoice of = {.lattice = &simple_cubic_lattice()};
    bool operator==(const Sphere&) const = default;
};

/// Any sites of a lattice.
struct SiteList {
    LatticeChoice of = {};
    std::vector<LatticePoint> points;  ///< in any order, each once; z = 0 in two dimensions
    bool operator==(const SiteList&) const = default;
};

/// The [crystal] table. A new shape is a struct here, a builder, and one line in the table of
/// run/spec.
using CrystalParameters = std::variant<Hexagon, Box, Parallelogram, Disc, Sphere, SiteList>;

const Lattice& lattice_of(const CrystalParameters& shape);
/// 2 or 3.
int dimension_of(const CrystalParameters& shape);

/// The same shape, its extents times `factor`, each at least what it must be; of a list the first points.
CrystalParameters scaled(const CrystalParameters& shape, double factor);

/// N without building the crystal, for estimates. The core's and the shell's sites together.
std::int64_t site_count(const CrystalParameters& shape, const Shell& shell = {});

/// Sites in each plane (in two dimensions: row) of lattice points across one axis of the lattice, in order
/// and without building the crystal; those of a disc or a sphere from the area that it has there. O(planes).
std::vector<double> plane_sizes(const CrystalParameters& shape, const Shell& shell, int axis);

/// The lattice as the crystal will have it: without next-nearest bonds where k2 is 0.
const Lattice& bonded_lattice(const CrystalParameters& shape);

/// Bytes that a Crystal of this shape and so many sites takes, each with all its bonds.
double crystal_bytes(const CrystalParameters& shape, double sites);

/// Builds the crystal; a shell of m layers adds m layers on every side, so a core hexagon of side n
/// becomes a hexagon of side n + m. Boxes and parallelograms may be periodic along every axis.
/// Throws Error if an extent is below 2 or a radius below 1; for a periodic crystal if an extent is below 3,
/// if it is of another shape, or if it has a shell; for a shell around a disc, a sphere or listed sites,
/// whose layers would be of another shape than the core, and where the lattice is not right for the shape or
/// k2 not for the lattice. O(N log N).
Crystal build_crystal(const CrystalParameters& shape, const Shell& shell = {},
                      Boundary boundary = Boundary::free);

}  // namespace misfit
