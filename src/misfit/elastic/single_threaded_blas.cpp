#include "misfit/elastic/single_threaded_blas.hpp"

#include <cblas.h>
#include <mutex>

namespace misfit {
namespace {

// The number of OpenBLAS's threads is the process's, so who asks for one must know of the others.
std::mutex mutex;
int users = 0;
int threads_before = 0;

}  // namespace

SingleThreadedBlas::SingleThreadedBlas() {
    const std::scoped_lock lock(mutex);
    if (users++ > 0) return;
    threads_before = openblas_get_num_threads();
    openblas_set_num_threads(1);
}

SingleThreadedBlas::~SingleThreadedBlas() {
    const std::scoped_lock lock(mutex);
    if (--users == 0) openblas_set_num_threads(threads_before);
}

}  // namespace misfit
