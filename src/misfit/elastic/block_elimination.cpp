#include "misfit/elastic/block_elimination.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Dense>
#include <algorithm>
#include <cassert>
#include <deque>
#include <map>
#include <mutex>
#include <tuple>

#include "misfit/base/parallel.hpp"
#include "misfit/elastic/packed_product.hpp"

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

/// L with L L^T = `matrix`, whose first row is number `first` of all. Throws SingularMatrix.
Matrix cholesky_factor(const Matrix& matrix, Index first) {
    const Eigen::LLT<Matrix> cholesky(matrix);
    const Matrix L = cholesky.matrixL();
    const Eigen::VectorXd pivots = L.diagonal().cwiseAbs2();
    Index smallest = 0;
    if (cholesky.info() != Eigen::Success || pivots.minCoeff(&smallest) < singular_pivot * pivots.maxCoeff())
        throw SingularMatrix(static_cast<int>(first + smallest));
    return L;
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

/// Says how far a sum over panels has come, and stops it.
class PanelWatch {
public:
    PanelWatch(const Watch& watch, double all) : watch_(watch), all_(all) {}

    /// Before a panel.
    void look() const { watch_.look(); }
    /// After one that was so much of the work.
    void add(double work) {
        const std::scoped_lock lock(mutex_);
        done_ += work;
        if (watch_.on_progress) watch_.on_progress(done_ / all_);
    }

private:
    const Watch& watch_;
    double all_;
    std::mutex mutex_;
    double done_ = 0.0;
};

/// Multiplications of the product of a panel, in a block of so many rows and columns.
double work_of_panel(Index rows, Index columns, Index first, Index width) {
    return static_cast<double>(rows) * static_cast<double>(width) * static_cast<double>(columns - first);
}

double work_of(const std::vector<int>& begin, const std::vector<std::vector<MatrixEntry>>& right) {
    double work = 0.0;
    Index columns = 0;
    for (std::size_t p = 0; p < right.size(); ++p) {
        for (const MatrixEntry& entry : right[p]) columns = std::max<Index>(columns, entry.column + 1);
        for (Index first = 0; first < columns; first += panel_width)
            work += work_of_panel(begin[p + 1] - begin[p], columns, first,
                                  std::min(panel_width, columns - first));
    }
    return work;
}

}  // namespace

SingularMatrix::SingularMatrix(int unknown)
    : std::runtime_error("a matrix is not positive definite"), unknown_(unknown) {}

void add_schur_term(const BlockTridiagonalSystem& system, double factor, const SymmetricMatrix& sum,
                    int threads, const Watch& watch) {
    const SingleThreadedBlas single_threaded;
    const std::vector<int>& begin = system.block_begin;
    const auto matrix_blocks = split_by_block(begin, system.matrix);
    const auto right_blocks = split_by_block(begin, system.right);
    PanelWatch progress(watch, work_of(begin, right_blocks));
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
        Matrix L = cholesky_factor(diagonal, first);

        for_each_panel(columns, threads, [&](Index panel, Index width) {
            progress.look();
            auto part = Y.middleCols(panel, width);
            const Index known = std::clamp<Index>(Y_before.cols() - panel, 0, width);
            if (known > 0) part.leftCols(known).noalias() -= coupling * Y_before.middleCols(panel, known);
            L.triangularView<Eigen::Lower>().solveInPlace(part);
        });
        for_each_panel(columns, threads, [&](Index panel, Index width) {
            progress.look();
            V.block(panel, panel, columns - panel, width).noalias() +=
                factor * Y.rightCols(columns - panel).transpose() * Y.middleCols(panel, width);
            progress.add(work_of_panel(rows, columns, panel, width));
        });
        factor_before = std::move(L);
        Y_before = std::move(Y);
    }
}

BlockInverse::BlockInverse(const BlockTridiagonalSystem& system, const Watch& watch)
    : begin_(system.block_begin) {
    const auto entries = split_by_block(begin_, system.matrix);
    Matrix inverse;  // of the block before
    for (std::size_t p = 0; p < blocks(); ++p) {
        watch.look();
        if (watch.on_progress) watch.on_progress(static_cast<double>(p) / static_cast<double>(blocks()));
        const int first = begin_[p];
        const int first_before = p == 0 ? 0 : begin_[p - 1];
        const Index rows = begin_[p + 1] - first;
        Matrix schur = Matrix::Zero(rows, rows);
        std::vector<Coupling>& coupling = couplings_.emplace_back();
        for (const auto& [row, column, value] : entries[p]) {
            if (column >= first && column < begin_[p + 1]) schur(row - first, column - first) += value;
            if (column < first) coupling.push_back({row - first, column - first_before, value});
        }
        // Twice the sparse times the dense matrix: A_p,p-1 has a few entries a row.
        Matrix product = Matrix::Zero(inverse.rows(), rows);
        for (const auto& [row, column, value] : coupling) product.col(row) += value * inverse.col(column);
        product.transposeInPlace();  // now the columns are those of S_p-1^-1
        for (const auto& [row, column, value] : coupling) schur.col(row) -= value * product.col(column);

        const Matrix L = cholesky_factor(schur, first);
        inverse = Matrix::Identity(rows, rows);
        L.triangularView<Eigen::Lower>().solveInPlace(inverse);
        L.triangularView<Eigen::Lower>().transpose().solveInPlace(inverse);
        std::vector<double>& packed = inverse_.emplace_back();
        packed.reserve(static_cast<std::size_t>(rows * (rows + 1) / 2));
        for (Index j = 0; j < rows; ++j)
            for (Index i = j; i < rows; ++i) packed.push_back(inverse(i, j));
    }
}

std::size_t BlockInverse::bytes() const {
    std::size_t sum = 0;
    for (const std::vector<double>& packed : inverse_) sum += packed.size() * sizeof(double);
    for (const std::vector<Coupling>& coupling : couplings_) sum += coupling.size() * sizeof(Coupling);
    return sum;
}

/// y = y + factor S_p^-1 x.
void BlockInverse::multiply(std::size_t block, double factor, const double* x, double* y) const {
    add_packed_product(begin_[block + 1] - begin_[block], factor, inverse_[block].data(), x, y);
}

void BlockInverse::solve(std::span<double> b) const {
    assert(b.size() == size());
    // Forwards z_p = S_p^-1 (b_p - A_p,p-1 z_p-1), backwards x_p = z_p - S_p^-1 A_p,p+1 x_p+1.
    std::vector<double> z(size(), 0.0);
    for (std::size_t p = 0; p < blocks(); ++p) {
        double* const right = b.data() + begin_[p];
        for (const auto& [row, column, value] : couplings_[p])
            right[row] -= value * z[static_cast<std::size_t>(begin_[p - 1] + column)];
        multiply(p, 1.0, right, z.data() + begin_[p]);
    }
    std::vector<double> pull;
    for (std::size_t p = blocks() - 1; p-- > 0;) {
        pull.assign(static_cast<std::size_t>(begin_[p + 1] - begin_[p]), 0.0);
        for (const auto& [row, column, value] : couplings_[p + 1])
            pull[static_cast<std::size_t>(column)] +=
                value * z[static_cast<std::size_t>(begin_[p + 1] + row)];
        multiply(p, -1.0, pull.data(), z.data() + begin_[p]);
    }
    std::ranges::copy(z, b.begin());
}

std::size_t BlockInverse::block_of(int unknown) const {
    return static_cast<std::size_t>(misfit::block_of(begin_, unknown));
}

std::vector<double> BlockInverse::products(std::span<const MatrixEntry> B,
                                           std::span<const std::array<int, 2>> pairs) const {
    struct Entry {
        int unknown;
        std::size_t block;
        Index row;  ///< in its block
        double value;
    };
    std::map<int, std::map<int, double>> sums;  // by column and unknown
    for (const MatrixEntry& entry : B) sums[entry.column][entry.row] += entry.value;
    std::map<int, std::vector<Entry>> columns;
    for (const auto& [column, values] : sums)
        for (const auto& [unknown, value] : values) {
            const std::size_t block = block_of(unknown);
            if (value != 0.0 || columns[column].empty())
                columns[column].push_back({unknown, block, unknown - begin_[block], value});
        }

    // A pair is due when the sweep, which goes backwards, has come to its first block.
    std::vector<std::vector<std::size_t>> due(blocks());
    std::size_t width = 1;
    for (std::size_t k = 0; k < pairs.size(); ++k) {
        const std::vector<Entry>& first = columns.at(pairs[k][0]);
        const std::vector<Entry>& second = columns.at(pairs[k][1]);
        const std::size_t begin = std::min(first.front().block, second.front().block);
        width = std::max(width, std::max(first.back().block, second.back().block) - begin + 1);
        due[begin].push_back(k);
    }

    const std::size_t reach = std::max<std::size_t>(width, 2);  // a row needs the one below on the diagonal
    std::vector<double> result(pairs.size(), 0.0);
    std::deque<std::vector<Matrix>> rows;  // rows[q - p][r - q] is block (q, r) of A^-1
    for (std::size_t p = blocks(); p-- > 0;) {
        const Index size = begin_[p + 1] - begin_[p];
        Matrix inverse(size, size);
        const double* packed = inverse_[p].data();
        for (Index j = 0; j < size; ++j)
            for (Index i = j; i < size; ++i) inverse(i, j) = inverse(j, i) = *packed++;
        std::vector<Matrix> row(1);
        if (!rows.empty()) {
            // W = S_p^-1 A_p,p+1: A^-1_pr = -W A^-1_p+1,r beyond the diagonal, S_p^-1 - A^-1_p,p+1 W^T on it.
            Matrix W = Matrix::Zero(size, begin_[p + 2] - begin_[p + 1]);
            for (const auto& [after, before, value] : couplings_[p + 1])
                W.col(after) += value * inverse.col(before);
            for (const Matrix& next : rows.front()) {
                if (row.size() == reach) break;
                row.emplace_back(-W * next);
            }
            inverse.noalias() -= row[1] * W.transpose();
        }
        row.front() = std::move(inverse);
        rows.push_front(std::move(row));
        const auto element = [&](const Entry& a, const Entry& b) {
            const auto& [low, high] = a.block <= b.block ? std::tie(a, b) : std::tie(b, a);
            return rows[low.block - p][high.block - low.block](low.row, high.row);
        };
        for (const std::size_t k : due[p])
            for (const Entry& a : columns.at(pairs[k][0]))
                for (const Entry& b : columns.at(pairs[k][1])) result[k] += a.value * b.value * element(a, b);
        // Each row is needed one block less far for the next, whose first block is one further up.
        if (rows.size() == reach) rows.pop_back();
        for (std::size_t k = 0; k < rows.size(); ++k)
            if (rows[k].size() > reach - 1 - k) rows[k].resize(reach - 1 - k);
    }
    return result;
}

}  // namespace misfit
