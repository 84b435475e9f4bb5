#include "reference/energy.hpp"

#include <utility>

namespace misfit::reference {
namespace {

using Index = Eigen::Index;

Eigen::MatrixXd raw_matrix(const Crystal& crystal, const ModelParameters& parameters) {
    if (parameters.epsilon == 0.0) return Eigen::MatrixXd::Zero(crystal.size(), crystal.size());
    return raw_potential(crystal);
}

}  // namespace

Model::Model(const Crystal& of, const ModelParameters& with) : Model(of, with, raw_matrix(of, with)) {}

Model::Model(const Crystal& of, const ModelParameters& with, const Eigen::MatrixXd& raw)
    : crystal(of), parameters(with), bonds(springs(of)), V_raw(with.epsilon * raw), V(projected(V_raw)) {}

double mean_sigma(std::span<const Spin> sigma) {
    int sum = 0;
    for (const Spin spin : sigma) sum += spin;
    return sum / static_cast<double>(sigma.size());
}

Eigen::VectorXd phi(const Model& model, std::span<const Spin> sigma) {
    const double mean = mean_sigma(sigma);
    Eigen::VectorXd deviation(static_cast<Index>(sigma.size()));
    for (std::size_t j = 0; j < sigma.size(); ++j) deviation(static_cast<Index>(j)) = sigma[j] - mean;
    return model.V * deviation;
}

long double energy(const Model& model, std::span<const Spin> sigma) {
    const long double mean = mean_sigma(sigma);
    long double elastic = 0.0L;
    long double chemical = 0.0L;
    for (std::size_t i = 0; i < sigma.size(); ++i) {
        for (std::size_t j = 0; j < sigma.size(); ++j)
            elastic += 0.5L * (sigma[i] - mean) * (sigma[j] - mean) *
                       model.V(static_cast<Index>(i), static_cast<Index>(j));
        chemical -= 0.5L * model.parameters.delta_mu * sigma[i];
    }
    long double ising = 0.0L;
    for (const Spring& bond : model.bonds)
        if (bond.nearest)
            ising -= static_cast<long double>(model.parameters.J) *
                     sigma[static_cast<std::size_t>(bond.first)] *
                     sigma[static_cast<std::size_t>(bond.second)];
    return elastic + ising + chemical;
}

std::vector<Spin> flipped(std::span<const Spin> sigma, Site j) {
    std::vector<Spin> after(sigma.begin(), sigma.end());
    Spin& spin = after[static_cast<std::size_t>(j)];
    spin = static_cast<Spin>(-spin);
    return after;
}

std::vector<Spin> swapped(std::span<const Spin> sigma, Site i, Site j) {
    std::vector<Spin> after(sigma.begin(), sigma.end());
    std::swap(after[static_cast<std::size_t>(i)], after[static_cast<std::size_t>(j)]);
    return after;
}

}  // namespace misfit::reference
