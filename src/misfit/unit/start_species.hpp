#pragma once

#include <span>
#include <vector>

#include "misfit/base/random.hpp"
#include "misfit/input/spec.hpp"

namespace misfit {

/// floor(c N_core): how many sites of a core are A.
Site core_count_A(const MonteCarloParameters& monte_carlo, Site core_size);

/// The species in which a chain starts, [N]: `count_A` core sites are A, as the start says; the shell is of
/// its own species. Superlattice (2D: the sqrt 3 by sqrt 3 lattice that fills one sublattice after the other;
/// 3D: columns along z) and separated phases meet at planes across the crystal's longest axis. `random` names
/// the random numbers of a random start. `core` is that of StartState::record, empty otherwise.
std::vector<Spin> start_species(const Crystal& crystal, StartState start, Site count_A, Spin shell_species,
                                const RandomStream& random, std::span<const Spin> core);

}  // namespace misfit
