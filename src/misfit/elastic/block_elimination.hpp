#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <vector>

#include "misfit/base/watch.hpp"
#include "misfit/elastic/single_threaded_blas.hpp"

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
/// on the number of threads. Throws SingularMatrix, and Interrupted within the time of a panel, 256 columns.
void add_schur_term(const BlockTridiagonalSystem& system, double factor, const SymmetricMatrix& sum,
                    int threads, const Watch& watch = {});

/// A^-1 of a block-tridiagonal system, to be applied again and again. With the Schur complements
/// S_p = A_pp - A_p,p-1 S_p-1^-1 A_p-1,p, whose inverses are kept as packed triangles, and A_p,p-1 sparse as
/// it is, a solution reads every S_p^-1 twice: a third of what a Cholesky factor would take. Immutable;
/// OpenBLAS starts no threads of its own as long as one lives.
class BlockInverse {
public:
    /// Leaves system.right aside. Throws SingularMatrix, and Interrupted within the time of a block. O(sum of
    /// the cubes of blocks).
    explicit BlockInverse(const BlockTridiagonalSystem& system, const Watch& watch = {});

    /// Number of unknowns.
    std::size_t size() const { return static_cast<std::size_t>(begin_.back()); }
    /// Of memory.
    std::size_t bytes() const;
    /// b <- A^-1 b, [size()]. Any number of threads may do so at once. O(sum of the squares of blocks).
    void solve(std::span<double> b) const;
    /// Elements of B^T A^-1 B at chosen pairs of columns, [pairs], without the rest of A^-1: its blocks are
    /// made backwards from S_p^-1, each from the one after it, and kept as far from the diagonal as the
    /// columns of a pair lie apart. Every column of a pair has an entry. With w blocks from the first to the
    /// last of a pair: O(w sum of the cubes of blocks), and w^2/2 blocks of memory.
    std::vector<double> products(std::span<const MatrixEntry> B,
                                 std::span<const std::array<int, 2>> pairs) const;

private:
    struct Coupling {
        int row;     ///< in its block
        int column;  ///< in the block before
        double value;
    };
    std::size_t blocks() const { return begin_.size() - 1; }
    void multiply(std::size_t block, double factor, const double* x, double* y) const;
    std::size_t block_of(int unknown) const;

    std::vector<int> begin_;                        ///< as block_begin
    std::vector<std::vector<double>> inverse_;      ///< S_p^-1, lower triangle column by column
    std::vector<std::vector<Coupling>> couplings_;  ///< A_p,p-1
    SingleThreadedBlas single_threaded_;
};

}  // namespace misfit
