#include "misfit/base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <sched.h>
#include <thread>
#include <vector>

namespace misfit {

int hardware_threads() {
    cpu_set_t mine;
    CPU_ZERO(&mine);
    if (::sched_getaffinity(0, sizeof mine, &mine) == 0) return std::max(1, CPU_COUNT(&mine));
    return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t, int)>& task) {
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    std::mutex failure_mutex;
    const auto work = [&](int worker) {
        try {
            for (std::size_t i = next++; i < count; i = next++) task(i, worker);
        } catch (...) {
            const std::scoped_lock lock(failure_mutex);
            if (!failure) failure = std::current_exception();
            next = count;
        }
    };
    const int workers =
        static_cast<int>(std::clamp<std::size_t>(count, 1, static_cast<std::size_t>(std::max(threads, 1))));
    {
        std::vector<std::jthread> pool;
        pool.reserve(static_cast<std::size_t>(workers - 1));
        for (int worker = 1; worker < workers; ++worker) pool.emplace_back(work, worker);
        work(0);
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace misfit
