#pragma once

#include <span>
#include <string>

#include "misfit/crystal/crystal.hpp"
#include "misfit/elastic/block_elimination.hpp"

namespace misfit {

/// Throws Error, naming a site, if some sites can obviously move without stretching a bond: one whose bonds
/// do not span all directions, or a crystal in pieces. O(N z). What is floppy in a subtler way shows when D
/// is factorised.
void require_held(const Crystal& crystal);

/// The message for a crystal in which the unknown `unknown` of D (site times dimension and direction) can
/// move without stretching a bond.
std::string floppy_message(const Crystal& crystal, int unknown);

/// D of a free crystal, summed over `bonds` (D += k a a^T), with supports that prevent rigid motions, in
/// blocks of lattice rows (2D) or planes (3D), without a right-hand side. D alone is singular on rigid
/// motions; the supports carry no force under loads that balance, so nothing that is made of such loads
/// depends on them.
BlockTridiagonalSystem supported_springs(const Crystal& crystal, std::span<const Bond> bonds);

/// Adds the forces -k a at the bond's first end and k a at its second to each of `columns` of the right-hand
/// side: what the bond adds to C, where the columns are its ends. They balance.
void add_bond_loads(BlockTridiagonalSystem& system, const Crystal& crystal, const Bond& bond,
                    std::span<const int> columns);

}  // namespace misfit
