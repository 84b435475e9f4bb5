#include "misfit/elastic/packed_product.hpp"

#include <cblas.h>

namespace misfit {

void add_packed_product(int size, double factor, const double* lower, const double* x, double* y) {
    cblas_dspmv(CblasColMajor, CblasLower, size, factor, lower, x, 1, 1.0, y, 1);
}

}  // namespace misfit
