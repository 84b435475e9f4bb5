#pragma once

#include <cstdint>

#include "misfit/input/plan.hpp"

namespace misfit {

/// Bytes a run takes at its largest, and what V alone takes. For `misfit check`, and for require_memory().
struct MemoryEstimate {
    std::int64_t sites;  ///< N of the largest crystal, shell included
    double potential_bytes;
    double total_bytes;
    double cached_bytes;     ///< the total when no V has to be built
    double available_bytes;  ///< of this machine now
};
/// Counted from what the run allocates: docs/performance.md compares it with what runs took.
MemoryEstimate estimate_memory(const RunSpec& spec, int threads);

/// Bytes that a process on so many threads may still take: what this machine, a control group or a limit on
/// addresses leaves. Infinite where nothing says.
double available_memory(int threads);

/// True if the run has nothing to build: every V that it needs is in the cache. Builds the crystals.
bool potentials_are_cached(const Plan& plan);

}  // namespace misfit
