#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <map>

#include "misfit/base/error.hpp"
#include "misfit/elastic/block_elimination.hpp"
#include "misfit/elastic/potential.hpp"
#include "misfit/elastic/symmetrize.hpp"

namespace misfit {
namespace {

constexpr int ring_size = 6;

/// Index into crystal.bonds() by the pair of its ends.
std::map<std::pair<Site, Site>, std::size_t> index_bonds(const Crystal& crystal) {
    std::map<std::pair<Site, Site>, std::size_t> index;
    for (std::size_t b = 0; b < crystal.bonds().size(); ++b)
        index[{crystal.bonds()[b].first, crystal.bonds()[b].second}] = b;
    return index;
}

}  // namespace

bool is_hexagon(const Crystal& crystal) {
    if (crystal.lattice().name != triangular_lattice().name || crystal.boundary() == Boundary::periodic)
        return false;
    // The first site begins the lowest row, radius rows below the centre.
    const std::span<const LatticePoint> points = crystal.points();
    const int radius = (points.back()[1] - points.front()[1]) / 2;
    const auto within = [&](const LatticePoint& point) {
        const int x = point[0] - points.front()[0];
        const int y = point[1] - points.front()[1] - radius;
        return std::max({std::abs(x), std::abs(y), std::abs(x + y)}) <= radius;
    };
    const std::int64_t sites = 3 * std::int64_t{radius} * (radius + 1) + 1;
    return std::ssize(points) == sites && std::ranges::all_of(points, within);
}

Potential hexagon_potential(const Crystal& crystal, int threads, const Watch& watch) {
    if (!is_hexagon(crystal))
        throw Error(fmt::format("crystal {}: the closed form of V is for hexagons", crystal.shape()));
    const auto bond_index = index_bonds(crystal);
    const auto bond_between = [&](Site i, Site j) { return bond_index.at(std::minmax(i, j)); };

    // One unknown an interior site. Row of W: +1 on its 6 spokes, -1 on the 6 rim bonds around it.
    const std::span<const int> ring_directions = crystal.lattice().ring;
    BlockTridiagonalSystem system;
    struct Entry {
        int unknown;
        double value;
    };
    std::vector<std::vector<Entry>> W_columns(crystal.bonds().size());
    int unknowns = 0;
    int last_row = 0;
    int rows = 0;
    for (Site site = 0; site < crystal.size(); ++site) {
        if (crystal.is_surface(site)) continue;
        const int unknown = unknowns++;
        system.right.push_back({unknown, site, 6.0});
        for (std::size_t k = 0; k < ring_size; ++k) {
            const Site here = crystal.neighbor(site, ring_directions[k]);
            const Site next = crystal.neighbor(site, ring_directions[(k + 1) % ring_size]);
            system.right.push_back({unknown, here, -1.0});
            W_columns[bond_between(site, here)].push_back({unknown, 1.0});
            W_columns[bond_between(here, next)].push_back({unknown, -1.0});
        }
        // G couples sites up to two lattice rows apart, so a block is two rows.
        const int row = crystal.points()[static_cast<std::size_t>(site)][1];
        if (unknown == 0 || row != last_row) {
            if (rows % 2 == 0) system.block_begin.push_back(unknown);
            ++rows;
            last_row = row;
        }
    }
    system.block_begin.push_back(unknowns);

    for (std::size_t b = 0; b < W_columns.size(); ++b)
        for (const Entry& row : W_columns[b])
            for (const Entry& column : W_columns[b])
                system.matrix.push_back(
                    {row.unknown, column.unknown, row.value * column.value / crystal.bonds()[b].stiffness});

    Potential potential(crystal.size());
    add_schur_term(system, 1.0, {potential.values(), potential.size(), potential.stride()}, threads, watch);
    mirror_lower_triangle(potential);
    potential.project("closed form");
    return potential;
}

}  // namespace misfit
