#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "misfit/model/hamiltonian.hpp"
#include "reference/springs.hpp"

namespace misfit::reference {

/// A model in full matrices. Energies are double sums over all pairs of sites, every time.
struct Model {
    /// Builds V by reference::raw_potential (an all-zero one if epsilon = 0).
    Model(const Crystal& crystal, const ModelParameters& parameters);
    /// The same with a given V_raw, epsilon = 1, where building it again would be slow.
    Model(const Crystal& crystal, const ModelParameters& parameters, const Eigen::MatrixXd& raw);

    const Crystal& crystal;
    ModelParameters parameters;
    std::vector<Spring> bonds;
    Eigen::MatrixXd V_raw;  ///< epsilon included
    Eigen::MatrixXd V;      ///< projected, epsilon included
};

/// m = mean of sigma over all sites.
double mean_sigma(std::span<const Spin> sigma);

/// phi = V dsigma.
Eigen::VectorXd phi(const Model& model, std::span<const Spin> sigma);

/// E (physics: Eq. 3). In long double, because energy changes are differences of it. O(N^2).
long double energy(const Model& model, std::span<const Spin> sigma);

/// The species with the one at j turned into the other.
std::vector<Spin> flipped(std::span<const Spin> sigma, Site j);
/// The species with those at i and j exchanged.
std::vector<Spin> swapped(std::span<const Spin> sigma, Site i, Site j);

}  // namespace misfit::reference
