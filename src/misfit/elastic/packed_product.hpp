#pragma once

namespace misfit {

/// y <- y + factor A x for a symmetric matrix A of `size` rows, of which `lower` holds the lower triangle,
/// column after column. By OpenBLAS, on as many threads as it has (elastic/single_threaded_blas.hpp).
/// O(size^2).
void add_packed_product(int size, double factor, const double* lower, const double* x, double* y);

}  // namespace misfit
