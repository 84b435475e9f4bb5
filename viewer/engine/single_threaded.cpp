// In place of base/parallel.cpp, elastic/single_threaded_blas.cpp and elastic/packed_product.cpp, where there
// are neither threads nor OpenBLAS.

#include "misfit/base/parallel.hpp"
#include "misfit/elastic/packed_product.hpp"
#include "misfit/elastic/single_threaded_blas.hpp"

namespace misfit {

int hardware_threads() { return 1; }

void parallel_for(std::size_t count, int /*threads*/, const std::function<void(std::size_t, int)>& task) {
    for (std::size_t i = 0; i < count; ++i) task(i, 0);
}

SingleThreadedBlas::SingleThreadedBlas() = default;
SingleThreadedBlas::~SingleThreadedBlas() = default;

void add_packed_product(int size, double factor, const double* lower, const double* x, double* y) {
    for (int j = 0; j < size; ++j) {
        double sum = *lower++ * x[j];
        const double load = factor * x[j];
        for (int i = j + 1; i < size; ++i) {
            sum += *lower * x[i];
            y[i] += *lower++ * load;
        }
        y[j] += factor * sum;
    }
}

}  // namespace misfit
