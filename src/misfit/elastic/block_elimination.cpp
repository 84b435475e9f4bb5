#include "misfit/elastic/block_elimination.hpp"

#define EIGEN_USE_BLAS
#include <Eigen/Cholesky>
#include <Eigen/Dense>
#include <algorithm>

#include "misfit/base/parallel.hpp"
#include "misfit/elastic/single_threaded_blas.hpp"

namespace misfit {
namespace {

using Matrix = Eigen::MatrixXd;
using Eigen::Index;

/// Columns per task. Fixed, so that the products, and their bits, are the same on any number of threads.
constexpr Index panel_width = 256;

/// A pivot this small against the largest one of its block means that A is singular.
constexpr double singular_pivot = 1e-9;

int block_of(const std::vector<int>& block_begin, int unknown) {
    const auto after = std::ranges::upper_bound(block_begin, unknown);
    return static_cast<int>(after - block_begin.begin()) - 1;
}

std::vector<std::vector<MatrixEntry>> split_by_block(const std::vector<int>& block_begin,
                                                     const std::vector<MatrixEntry>& entries) {
    std::vector<std::vector<MatrixEntry>> blocks(block_begin.size() - 1);
    for (const MatrixEntry& entry : entries)
        blocks[static_cast<std::size_t>(block_of(block_begin, entry.row))].push_back(entry);
    return blocks;
}

/// Calls task(first, width) for every panel of columns [0, columns).
template <class Task>
void for_each_panel(Index columns, int threads, const Task& task) {
    const Index panels = (columns + panel_width - 1) / panel_width;
    parallel_for(static_cast<std::size_t>(panels), threads, [&](std::size_t panel, int) {
        const Index first = static_cast<Index>(panel) * panel_width;
        task(first, std::min(panel_width, columns - first));
    });
}

}  // namespace

SingularMatrix::SingularMatrix(int unknown)
    : std::runtime_error("a matrix is not positive definite"), unknown_(unknown) {}

void add_schur_term(const BlockTridiagonalSystem& system, double factor, const SymmetricMatrix& sum,
                    int threads) {
    const SingleThreadedBlas single_threaded;
    const std::vector<int>& begin = system.block_begin;
    const auto matrix_blocks = split_by_block(begin, system.matrix);
    const auto right_blocks = split_by_block(begin, system.right);
    Eigen::Map<Matrix, Eigen::Aligned64, Eigen::OuterStride<>> V(
        sum.values.data(), sum.size, sum.size, Eigen::OuterStride<>(static_cast<Index>(sum.stride)));

    Matrix factor_before;  // Cholesky factor L of the block before
    Matrix Y_before;       // its rows of Y
    Index columns = 0;     // those of B that are not zero up to the current block
    for (std::size_t p = 0; p + 1 < begin.size(); ++p) {
        const int first = begin[p];
        const int first_before = p == 0 ? 0 : begin[p - 1];
        const Index rows = begin[p + 1] - first;

        Matrix diagonal = Matrix::Zero(rows, rows);
        Matrix coupling = Matrix::Zero(rows, Y_before.rows());
        for (const auto& [row, column, value] : matrix_blocks[p]) {
            if (column >= first && column < begin[p + 1]) diagonal(row - first, column - first) += value;
            if (column < first) coupling(row - first, column - first_before) += value;
        }
        for (const MatrixEntry& entry : right_blocks[p]) columns = std::max<Index>(columns, entry.column + 1);
        Matrix Y = Matrix::Zero(rows, columns);
        for (const auto& [row, column, value] : right_blocks[p]) Y(row - first, column) += value;

        if (p > 0) {
            factor_before.triangularView<Eigen::Lower>().transpose().solveInPlace<Eigen::OnTheRight>(
                coupling);
            diagonal.noalias() -= coupling * coupling.transpose();
        }
        const Eigen::LLT<Matrix> cholesky(diagonal);
        Matrix L = cholesky.matrixL();
        const Eigen::VectorXd pivots = L.diagonal().cwiseAbs2();
        Index smallest = 0;
        if (cholesky.info() != Eigen::Success ||
            pivots.minCoeff(&smallest) < singular_pivot * pivots.maxCoeff())
            throw SingularMatrix(first + static_cast<int>(smallest));

        for_each_panel(columns, threads, [&](Index panel, Index width) {
            auto part = Y.middleCols(panel, width);
            const Index known = std::clamp<Index>(Y_before.cols() - panel, 0, width);
            if (known > 0) part.leftCols(known).noalias() -= coupling * Y_before.middleCols(panel, known);
            L.triangularView<Eigen::Lower>().solveInPlace(part);
        });
        for_each_panel(columns, threads, [&](Index panel, Index width) {
            V.block(panel, panel, columns - panel, width).noalias() +=
                factor * Y.rightCols(columns - panel).transpose() * Y.middleCols(panel, width);
        });
        factor_before = std::move(L);
        Y_before = std::move(Y);
    }
}

}  // namespace misfit
