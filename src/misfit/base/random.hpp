#pragma once

#include <cstdint>
#include <span>

#include "misfit/base/random_words.hpp"

namespace misfit {

/// Every random stream of the program. A number is never used twice because every use has its own
/// name here: the counter of the generator is (step, unit, stage and stream), the key is the seed.
enum class Stream : std::uint16_t {
    kmc_event = 0,          ///< waiting time and choice of one kinetic Monte Carlo event
    monte_carlo_move = 1,   ///< proposal and acceptance of one attempt of equilibrium Monte Carlo
    monte_carlo_start = 2,  ///< species of a chain's random start
    replica_exchange = 3,   ///< acceptance of one exchange of neighbouring replicas
    point_seed = 4,         ///< seed of the ensemble at a point of a sweep
};

/// Names the random numbers of one unit of work (a trajectory, a sweep point, a replica).
struct RandomStream {
    std::uint64_t seed = 0;   ///< key: the run's seed
    std::uint32_t unit = 0;   ///< which trajectory, chain or ladder of replicas
    std::uint16_t stage = 0;  ///< which stage of the run
    Stream stream = Stream::kmc_event;

    bool operator==(const RandomStream&) const = default;
};

/// Two independent uniform numbers.
struct UniformPair {
    double first;
    double second;
};

/// Uniform number strictly in (0, 1) that belong to `step` of a stream: Philox4x32-10 (Salmon et al.,
/// SC 2011), a pure function of its arguments. It needs no state, so a trajectory is the same on one
/// thread or many, alone or after a restart. O(1).
/// A step may take several: `attempt` counts them, and step + 2^48 attempt is in the counter.
UniformPair uniform_pair(const RandomStream& stream, std::uint64_t step, std::uint64_t attempt = 0);

/// Words of 64 random bits, `words` of them from the one numbered 4 `first_block` on: Threefry4x64-20 (same
/// source), four a block, for streams that take many small numbers. O(words).
void random_words(const RandomStream& stream, std::uint64_t first_block, std::span<std::uint64_t> words);

/// Uniform number strictly inside (0, 1) from the upper 52 of 64 random bits: the middle of one of 2^52 equal
/// cells, exact in a double, so that neither 0 nor 1 can come out.
inline double open_uniform(std::uint64_t bits) { return (static_cast<double>(bits >> 12) + 0.5) * 0x1.0p-52; }

}  // namespace misfit
