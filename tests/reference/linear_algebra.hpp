#pragma once

#include <Eigen/Core>

/// Dense linear algebra that several tests need, compiled in one place because it compiles slowly.
namespace misfit::reference {

/// Eigenvalues of a symmetric matrix, ascending.
Eigen::VectorXd spectrum(const Eigen::MatrixXd& symmetric);

/// D^+ of a symmetric positive semidefinite matrix; eigenvalues below 1e-10 of the largest count as 0.
Eigen::MatrixXd pseudo_inverse(const Eigen::MatrixXd& symmetric);

/// x that minimises |M x - y|, the shortest one if there are many.
Eigen::VectorXd least_squares(const Eigen::MatrixXd& M, const Eigen::VectorXd& y);

/// exp(M).
Eigen::MatrixXd exponential(const Eigen::MatrixXd& M);

/// The slowest rate at which a process with rate matrix Q relaxes: minus the largest real part of an
/// eigenvalue other than 0.
double relaxation_rate(const Eigen::MatrixXd& Q);

}  // namespace misfit::reference
