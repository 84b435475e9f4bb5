#pragma once

#include <cstdint>

namespace misfit {

/// Every random stream of the program. A number is never used twice because every use has its own
/// name here: the counter of the generator is (step, unit, stage and stream), the key is the seed.
enum class Stream : std::uint16_t {
    kmc_event = 0,  ///< waiting time and choice of one kinetic Monte Carlo event
};

/// Names the random numbers of one unit of work (a trajectory, a sweep point, a replica).
struct RandomStream {
    std::uint64_t seed = 0;   ///< key: the run's seed
    std::uint32_t unit = 0;   ///< which trajectory
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
UniformPair uniform_pair(const RandomStream& stream, std::uint64_t step);

}  // namespace misfit
