#pragma once

#include <Eigen/Core>
#include <span>

#include "misfit/crystal/crystal.hpp"

namespace misfit::reference {

/// Displacements, in units of `mismatch`, that minimise the energy of true springs,
/// sum_b k_b (|r_R' - r_R| - l_b)^2 with l_b the lattice's bond length + mismatch (dsigma_R + dsigma_R')/2,
/// among those without net translation and net rotation (sum u = 0, sum r x u = 0): [d N], the components of
/// a site together. For a free crystal; by Newton's method from the lattice. O((dN)^3) a step.
Eigen::VectorXd nonlinear_displacements(const Crystal& crystal, std::span<const Spin> sigma, double mismatch);

/// 1/2 D^+ C dsigma, [d N], with the dense pseudo-inverse, from springs found by distance. Any crystal.
/// O((dN)^3).
Eigen::VectorXd linear_displacements(const Crystal& crystal, const Eigen::VectorXd& dsigma);

/// 2 sum_b k_b [a_b.(u_R' - u_R) - (dsigma_R + dsigma_R')/2]^2.
double spring_energy(const Crystal& crystal, const Eigen::VectorXd& dsigma, const Eigen::VectorXd& u);

}  // namespace misfit::reference
