#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "misfit/base/types.hpp"

namespace misfit {

/// One bond direction of a lattice.
struct Direction {
    LatticePoint step = {};  ///< change of the lattice coordinates along the bond
    Vector3 unit = {};       ///< unit vector a along the bond
    bool nearest = true;     ///< a nearest-neighbour bond, as against a next-nearest one
    int from = any_site;     ///< of which site of a cell the bond leads forward
    double mismatch = 1.0;   ///< m: what a bond between two A is longer by, and between two B shorter, in
                             ///< units of that of a nearest bond

    static constexpr int any_site = -1;
};

/// A lattice: its cell, its sites and its bonds, as data. Lengths are in nearest distances.
///
/// A cell has B sites, one behind the other along the last coordinate: the site (x, y, z) is number z mod B
/// of the cell (x, y, floor(z/B)), at x a_1 + y a_2 + floor(z/B) a_3 + sites[z mod B]. With one site a cell
/// that is the usual lattice point. Each pair of opposite directions is listed once, by the one that leads
/// forward in the site order (z, then y, then x).
struct Lattice {
    std::string_view name;
    int dimension;
    std::array<Vector3, 3> basis;           ///< a_1, a_2, a_3
    std::span<const Direction> directions;  ///< in the site order of where they lead
    std::span<const Vector3> sites;         ///< of a cell, from its corner, [B]
    /// Nearest neighbours in cyclic order round the site, by direction; empty where there is no such order.
    std::span<const int> ring = {};
    /// k of a next-nearest bond, unless a crystal says otherwise; 0: there are none then.
    double next_nearest_stiffness = 1.0;
    /// The same without next-nearest bonds; null where that lattice is floppy, or has none anyway.
    const Lattice* nearest_only = nullptr;
    /// A site is of the surface if it lacks any of its bonds (the paper's simple cubic lattice), or only if
    /// it lacks a nearest one.
    bool surface_lacks_any = false;
    /// The Cartesian axes across which whole layers of sites lie, one letter each.
    std::string_view layered = "xyz";
    /// Sites with the same sublattice.(x, y, z) modulo `sublattices` are one sublattice of the lattice's
    /// softest modulation, with next-nearest bonds as usual or weak: columns along z of the simple cubic
    /// lattice (V(q) is least at q = (pi, pi, 0)), planes (001) of fcc.
    std::array<int, 3> sublattice = {1, 1, 0};
    int sublattices = 2;

    int half_coordination() const { return static_cast<int>(directions.size()); }
    /// Places for neighbours at every site: two for each direction, one forward and one back. Where B > 1
    /// some of them stay empty at each.
    int slots() const { return 2 * half_coordination(); }
    /// Neighbours of a site that lacks none.
    int coordination() const;
    bool has_next_nearest() const;
    /// Number of a site in its cell.
    int site_of_cell(const LatticePoint& point) const;
    /// True if a site has a bond in this slot where the crystal goes on: slots 0 to h-1 lead forward, h + d
    /// is the opposite of d.
    bool has_slot(const LatticePoint& point, int slot) const;
    /// So many lattice points along an axis, whole cells, as a vector.
    Vector3 edge(std::size_t axis, int points) const;
    /// Where a site lies.
    Vector3 position(const LatticePoint& point) const;
    /// The site nearest to a position, rounded along the edges of the cell.
    LatticePoint nearest_point(const Vector3& position) const;
};

/// Two dimensions: a_1 = (1, 0), a_2 = (1/2, sqrt(3)/2); 6 nearest neighbours.
const Lattice& triangular_lattice();

/// Three dimensions: simple cubic with 6 nearest and 12 next-nearest neighbours (18 bonds a site), all with
/// m = 1, as in the paper.
const Lattice& simple_cubic_lattice();

/// Face-centred cubic: a_1 = (0, 1, 1), a_2 = (1, 0, 1), a_3 = (1, 1, 0), over sqrt(2); 12 nearest neighbours
/// and, where they have a stiffness, 6 next-nearest at sqrt(2), whose m is their length.
const Lattice& fcc_lattice();

/// Hexagonal close-packed, with the ideal c/a = sqrt(8/3): two sites a cell, so that z counts the
/// close-packed layers; 12 nearest neighbours.
const Lattice& hcp_lattice();

/// Body-centred cubic: a_1 = (-1, 1, 1), a_2 = (1, -1, 1), a_3 = (1, 1, -1), over sqrt(3); 8 nearest
/// neighbours and 6 next-nearest at 2/sqrt(3), whose m is their length, and without which it is floppy.
const Lattice& bcc_lattice();

/// All of them.
std::span<const Lattice* const> lattices();
/// Their names, in that order.
std::vector<std::string> lattice_names();
/// Throws Error, naming the known ones, for another name.
const Lattice& find_lattice(std::string_view name);

}  // namespace misfit
