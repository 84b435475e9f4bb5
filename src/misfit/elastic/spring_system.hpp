#pragma once

#include <span>
#include <string>
#include <vector>

#include "misfit/crystal/crystal.hpp"
#include "misfit/elastic/block_elimination.hpp"

namespace misfit {

/// Throws Error, naming a site, if some sites can obviously move without stretching a bond: one whose bonds
/// do not span all directions, or a crystal in pieces. O(N z). What is floppy in a subtler way shows when D
/// is factorised.
void require_held(const Crystal& crystal);

/// The message for a crystal in which `site`, among others, can move without stretching a bond.
std::string floppy_message(const Crystal& crystal, Site site);

/// Sites in blocks, one after the other, such that a bond joins sites of one block or of two that follow each
/// other.
struct SiteBlocks {
    std::vector<Site> sites;  ///< block by block, ascending in each, [N]
    std::vector<int> begin;   ///< where each block begins in `sites`, and N
};

/// Lattice rows (2D) or planes (3D) across `axis` of the lattice; in a periodic crystal the k-th from either
/// end make one block.
SiteBlocks blocks_along(const Crystal& crystal, int axis);
/// Those along the axis for which blocks have the fewest pairs of sites.
SiteBlocks smallest_blocks(const Crystal& crystal);

/// D, summed over `bonds` (D += k a a^T), with supports that prevent rigid motions, in blocks, without a
/// right-hand side. D alone is singular on rigid motions; the supports carry no force under loads that
/// balance, so nothing that is made of such loads depends on them. Unknown d k + i is component i of the k-th
/// of blocks.sites.
BlockTridiagonalSystem supported_springs(const Crystal& crystal, std::span<const Bond> bonds,
                                         const SiteBlocks& blocks);
/// The same in the order of sites, for a free crystal.
BlockTridiagonalSystem supported_springs(const Crystal& crystal, std::span<const Bond> bonds);

/// How many rigid motions there are: translations and, unless the crystal is periodic, rotations.
int rigid_count(const Crystal& crystal);
/// Orthonormal rigid motions of the whole crystal, each [d N] with the components of a site together. O(N).
std::vector<std::vector<double>> rigid_motions(const Crystal& crystal);

/// Adds the forces -load a at the bond's first end and load a at its second to each of `columns` of the
/// right-hand side: what the bond adds to C, where the columns are its ends and the load is k m. They
/// balance.
void add_bond_loads(BlockTridiagonalSystem& system, const Crystal& crystal, const Bond& bond, double load,
                    std::span<const int> columns);

}  // namespace misfit
