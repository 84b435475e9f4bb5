#include "misfit/elastic/build_time.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <chrono>
#include <limits>
#include <variant>
#include <vector>

#include "misfit/elastic/single_threaded_blas.hpp"

namespace misfit {
namespace {

/// Multiplications, each with an addition, that one core does in a second in products of the panels' size:
/// the best of some, for other work goes on.
double matrix_speed() {
    static const double speed = [] {
        const SingleThreadedBlas single_threaded;
        constexpr Eigen::Index rows = 256;
        constexpr Eigen::Index columns = 768;
        const Eigen::MatrixXd Y = Eigen::MatrixXd::Constant(rows, columns, 0.5);
        Eigen::MatrixXd V = Eigen::MatrixXd::Zero(columns, rows);
        double shortest = std::numeric_limits<double>::infinity();
        for (int trial = 0; trial < 4; ++trial) {
            const auto begin = std::chrono::steady_clock::now();
            V.noalias() += Y.transpose() * Y.leftCols(rows);
            const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
            shortest = std::min(shortest, spent.count());
        }
        return static_cast<double>(rows * rows * columns) / shortest;
    }();
    return speed;
}

/// What the elimination reaches of that speed: 0.48 to 0.62 for hexagons, boxes, spheres of 1,700 to 4,700
/// sites; and what it takes in any case.
constexpr double efficiency = 0.57;
constexpr double least_seconds = 5e-3;

/// A periodic V is copied, not multiplied: nanoseconds an element, measured.
constexpr double seconds_of_element = 5e-9;

}  // namespace

double build_seconds(const CrystalParameters& shape, const Shell& shell, Boundary boundary, int threads) {
    const int dimension = dimension_of(shape);
    const auto sites = static_cast<double>(site_count(shape, shell));
    if (boundary == Boundary::periodic) return seconds_of_element * sites * sites;
    // The closed form of a hexagon has one unknown a site, the general route one for each direction.
    const double unknowns = std::holds_alternative<Hexagon>(shape) ? 1.0 : dimension;
    double shared = 0.0;  // by threads
    double alone = 0.0;
    double columns = 0.0;
    for (const double plane : plane_sizes(shape, shell, dimension - 1)) {
        const double rows = unknowns * plane;
        columns += plane;
        // add_schur_term(): the product Y^T Y, and Y from the plane before; then the factor of the plane
        // itself.
        shared += rows * columns * columns / 2.0 + 1.5 * rows * rows * columns;
        alone += 2.3 * rows * rows * rows;
    }
    return least_seconds + (shared / std::max(threads, 1) + alone) / (efficiency * matrix_speed());
}

}  // namespace misfit
