#pragma once

#include <array>
#include <span>

#include "misfit/base/random.hpp"
#include "misfit/base/range.hpp"
#include "misfit/crystal/crystal.hpp"

namespace misfit {

/// The fractions of A that a core can have.
inline constexpr Range composition_range = between(0.0, 1.0);

/// How the A of a given composition lie in a core.
enum class Arrangement {
    random,        ///< on random sites
    separated,     ///< on one side
    superlattice,  ///< the modulated phases of that composition side by side
};
inline constexpr std::array<const char*, 3> arrangement_words = {"random", "separated", "superlattice"};

/// Makes `count_A` core sites of `sigma`, [N], A and the other core sites B; leaves the shell as it is.
/// Superlattice (one sublattice of the lattice's softest modulation after the other: Lattice::sublattice) and
/// separated phases meet at planes across the crystal's longest axis. `random` names the random numbers of a
/// random arrangement. O(N log N).
void arrange_core(const Crystal& crystal, Arrangement arrangement, Site count_A, const RandomStream& random,
                  std::span<Spin> sigma);

}  // namespace misfit
