#pragma once

#include <cblas.h>

namespace misfit {

/// While it lives, OpenBLAS starts no threads of its own: its bits change with their number.
class SingleThreadedBlas {
public:
    SingleThreadedBlas() : threads_(openblas_get_num_threads()) { openblas_set_num_threads(1); }
    ~SingleThreadedBlas() { openblas_set_num_threads(threads_); }
    SingleThreadedBlas(const SingleThreadedBlas&) = delete;
    SingleThreadedBlas& operator=(const SingleThreadedBlas&) = delete;

private:
    int threads_;
};

}  // namespace misfit
