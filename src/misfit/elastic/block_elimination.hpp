#pragma once

#include <cstddef>
#include <span>
#include <stdexcept>
#include <vector>

namespace misfit {

/// One entry of a sparse matrix; entries at the same place add up.
struct MatrixEntry {
    int row;
    int column;
    double value;
};

/// The memory of a symmetric matrix to add to: `size` rows, values[i * stride + j].
struct SymmetricMatrix {
    std::span<double> values;  ///< aligned to a cache line
    int size;
    std::size_t stride;
};

/// A symmetric positive definite block-tridiagonal matrix A and a sparse right-hand side B.
struct BlockTridiagonalSystem {
    std::vector<int> block_begin;     ///< first unknown of each block, and the number of unknowns at the end
    std::vector<MatrixEntry> matrix;  ///< A: both triangles, or only the lower
    std::vector<MatrixEntry> right;   ///< B
};

/// A is not positive definite.
class SingularMatrix : public std::runtime_error {
public:
    explicit SingularMatrix(int unknown);

    /// Where the elimination stopped: what lacks a stiffness of its own, or is linked to something that does.
    int unknown() const { return unknown_; }

private:
    int unknown_;
};

/// Adds `factor` B^T A^-1 B to one triangle (j <= i of values[j * stride + i]) of `sum`. A Cholesky sweep
/// over the blocks, A = L L^T: with Y = L^-1 B, which comes one block of rows at a time, B^T A^-1 B is the
/// sum of Y_p^T Y_p. Only the current and the previous block of Y are kept. Columns of B that start in a
/// later block than others should come after them: it halves the work. The bits of the result do not depend
/// on the number of threads. Throws SingularMatrix.
void add_schur_term(const BlockTridiagonalSystem& system, double factor, const SymmetricMatrix& sum,
                    int threads);

}  // namespace misfit
