#include "reference/linear_algebra.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <unsupported/Eigen/MatrixFunctions>

namespace misfit::reference {

Eigen::VectorXd spectrum(const Eigen::MatrixXd& symmetric) {
    return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(symmetric, Eigen::EigenvaluesOnly).eigenvalues();
}

Eigen::MatrixXd pseudo_inverse(const Eigen::MatrixXd& symmetric) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(symmetric);
    Eigen::VectorXd inverse = solver.eigenvalues();
    const double threshold = 1e-10 * inverse.maxCoeff();
    for (double& value : inverse) value = value > threshold ? 1.0 / value : 0.0;
    return solver.eigenvectors() * inverse.asDiagonal() * solver.eigenvectors().transpose();
}

Eigen::VectorXd least_squares(const Eigen::MatrixXd& M, const Eigen::VectorXd& y) {
    return M.completeOrthogonalDecomposition().solve(y);
}

Eigen::MatrixXd exponential(const Eigen::MatrixXd& M) { return M.exp(); }

double relaxation_rate(const Eigen::MatrixXd& Q) {
    Eigen::VectorXd rates = -Q.eigenvalues().real();
    std::ranges::sort(rates);
    return rates(1);
}

}  // namespace misfit::reference
