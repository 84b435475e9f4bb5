#pragma once

#include <cstddef>

namespace misfit {

/// sum of a_i b_i over `count` entries, a multiple of 8, of aligned memory.
double dot(const double* a, const double* b, std::size_t count);
double dot(const float* a, const double* b, std::size_t count);

}  // namespace misfit
