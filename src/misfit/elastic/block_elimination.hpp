#pragma once

#include <vector>

#include "misfit/elastic/potential.hpp"

namespace misfit {

/// One entry of a sparse matrix; entries at the same place add up.
struct MatrixEntry {
    int row;
    int column;
    double value;
};

/// A symmetric positive definite block-tridiagonal matrix A and a sparse right-hand side B, one column
/// per site.
struct BlockTridiagonalSystem {
    std::vector<int> block_begin;     ///< first unknown of each block, and the number of unknowns at the end
    std::vector<MatrixEntry> matrix;  ///< A: both triangles, or only the lower
    std::vector<MatrixEntry> right;   ///< B
};

/// Adds `factor` B^T A^-1 B to the lower triangle (j <= i of values[j * stride + i]) of V. A Cholesky sweep
/// over the blocks, A = L L^T: with Y = L^-1 B, which comes one block of rows at a time, B^T A^-1 B is the
/// sum of Y_p^T Y_p. Only the current and the previous block of Y are kept. The bits of the result do not
/// depend on the number of threads. Throws Error if A is not positive definite.
void add_schur_term(const BlockTridiagonalSystem& system, double factor, Potential& potential, int threads);

}  // namespace misfit
