#pragma once

#include <cblas.h>
#include <mutex>

namespace misfit {

/// While one lives, OpenBLAS starts no threads of its own: its bits change with their number. That number is
/// one for the whole program, so those that live at the same time share it: the first sets it, the last gives
/// it back.
class SingleThreadedBlas {
public:
    SingleThreadedBlas() {
        const std::scoped_lock lock(mutex_);
        if (alive_++ > 0) return;
        threads_ = openblas_get_num_threads();
        openblas_set_num_threads(1);
    }
    ~SingleThreadedBlas() {
        const std::scoped_lock lock(mutex_);
        if (--alive_ == 0) openblas_set_num_threads(threads_);
    }
    SingleThreadedBlas(const SingleThreadedBlas&) = delete;
    SingleThreadedBlas& operator=(const SingleThreadedBlas&) = delete;

private:
    inline static std::mutex mutex_;  // of what follows
    inline static int alive_ = 0;
    inline static int threads_ = 0;  // to give back
};

}  // namespace misfit
