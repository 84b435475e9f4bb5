#pragma once

#include <cstdint>

#include "misfit/engine/kmc.hpp"

namespace misfit::bench {

/// The loop one would write first: phi kept, one exponential a bond and a surface site, a linear search.
/// Advances `state` by `count` events of the exact rates.
void plain_events(const Hamiltonian& hamiltonian, const KmcParameters& kmc, State& state,
                  std::uint64_t count);

}  // namespace misfit::bench
