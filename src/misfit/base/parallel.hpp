#pragma once

#include <cstddef>
#include <functional>

namespace misfit {

/// Calls task(i, worker) once for every i in [0, count) on `threads` threads, lowest i first;
/// `worker` in [0, threads) names the calling thread. The first exception stops the handing out of
/// work and is thrown again here once all threads have ended.
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t i, int worker)>& task);

/// Threads that this process may run at once, at least 1: those of the machine, or of its affinity mask.
int hardware_threads();

}  // namespace misfit
