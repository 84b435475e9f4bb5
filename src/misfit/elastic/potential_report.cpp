#include "misfit/elastic/potential_report.hpp"

#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

namespace misfit {
namespace {

constexpr double zero_tolerance = 1e-9;

void add_eigenvalues(const Potential& potential, PotentialReport& report) {
    const Eigen::Map<const Eigen::MatrixXd, Eigen::Aligned64, Eigen::OuterStride<>> V(
        potential.values().data(), potential.size(), potential.size(),
        Eigen::OuterStride<>(static_cast<Eigen::Index>(potential.stride())));
    const Eigen::VectorXd values =
        Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(V, Eigen::EigenvaluesOnly).eigenvalues();
    report.has_eigenvalues = true;
    report.smallest_eigenvalue = values.minCoeff();
    report.largest_eigenvalue = values.maxCoeff();
    report.smallest_nonzero_eigenvalue = report.largest_eigenvalue;
    for (const double value : values) {
        if (std::abs(value) <= zero_tolerance * report.largest_eigenvalue)
            ++report.zero_eigenvalues;
        else
            report.smallest_nonzero_eigenvalue = std::min(report.smallest_nonzero_eigenvalue, value);
    }
}

}  // namespace

PotentialReport report_potential(const Potential& potential, bool eigenvalues) {
    PotentialReport report;
    report.size = potential.size();
    for (Site i = 0; i < potential.size(); ++i) {
        double sum = 0.0;
        for (Site j = 0; j < potential.size(); ++j) {
            sum += potential(i, j);
            report.asymmetry = std::max(report.asymmetry, std::abs(potential(i, j) - potential(j, i)));
        }
        report.largest_row_sum = std::max(report.largest_row_sum, std::abs(sum));
        report.trace += potential(i, i);
    }
    if (eigenvalues) add_eigenvalues(potential, report);
    return report;
}

}  // namespace misfit
