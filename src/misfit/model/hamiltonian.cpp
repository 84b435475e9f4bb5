#include "misfit/model/hamiltonian.hpp"

#include <algorithm>
#include <cassert>
#include <fmt/format.h>
#include <utility>

#include "misfit/base/error.hpp"

namespace misfit {

void ModelParameters::validate() const {
    require_in(kT_range, "kT", kT);
    require_in(epsilon_range, "epsilon", epsilon);
    require_in(J_range, "J", J);
    require_in(delta_mu_range, "delta_mu", delta_mu);
}

Hamiltonian::Hamiltonian(std::shared_ptr<const Crystal> crystal, Elastic elastic,
                         const ModelParameters& model)
    : crystal_(std::move(crystal)), elastic_(std::move(elastic)), model_(model) {
    model_.validate();
    if (!is_elastic()) return;
    if (!elastic_) throw Error("an elastic model (epsilon is not 0) needs a potential");
    if (elastic_.size() != crystal_->size())
        throw Error(
            fmt::format("the potential has {} sites, the crystal {}", elastic_.size(), crystal_->size()));
}

double Hamiltonian::phi_tolerance() const {
    const double relative = elastic_ ? elastic_.tolerance() : misfit::phi_tolerance;
    return relative * std::max(model_.kT, model_.epsilon);
}

AlignedVector<double> compute_phi(const Hamiltonian& hamiltonian, std::span<const Spin> sigma) {
    return compute_phi(hamiltonian, std::vector<double>(sigma.begin(), sigma.end()));
}

AlignedVector<double> compute_phi(const Hamiltonian& hamiltonian, std::span<const double> sizes) {
    AlignedVector<double> phi(sizes.size(), 0.0);
    if (!hamiltonian.is_elastic()) return phi;
    double total = 0.0;
    for (const double s : sizes) total += s;
    const double mean = total / static_cast<double>(sizes.size());
    AlignedVector<double> deviation(sizes.size());
    std::ranges::transform(sizes, deviation.begin(), [mean](double s) { return s - mean; });
    hamiltonian.elastic().solve(deviation, phi);
    for (double& value : phi) value *= hamiltonian.model().epsilon;
    return phi;
}

void update_phi(const Hamiltonian& hamiltonian, std::span<const SizeChange> changes, std::span<double> phi) {
    if (!hamiltonian.is_elastic()) return;
    std::vector<SizeChange> scaled(changes.begin(), changes.end());
    for (SizeChange& each : scaled) each.change *= hamiltonian.model().epsilon;
    hamiltonian.elastic().apply(scaled, phi);
}

State make_state(const Hamiltonian& hamiltonian, std::vector<Spin> sigma, const RandomStream& random) {
    State state;
    state.sigma = std::move(sigma);
    state.phi = compute_phi(hamiltonian, state.sigma);
    state.count_A = static_cast<Site>(std::ranges::count(state.sigma, Spin{1}));
    state.random = random;
    return state;
}

int neighbor_sum(const Crystal& crystal, std::span<const Spin> sigma, Site j) {
    const int half = crystal.lattice().half_coordination();
    int sum = 0;
    for (int d = 0; d < half; ++d) {
        if (!crystal.lattice().directions[static_cast<std::size_t>(d)].nearest) continue;
        for (const Site other : {crystal.neighbor(j, d), crystal.neighbor(j, d + half)})
            if (other >= 0) sum += sigma[static_cast<std::size_t>(other)];
    }
    return sum;
}

EnergyTerms energy(const Hamiltonian& hamiltonian, const State& state) {
    const ModelParameters& model = hamiltonian.model();
    const double mean = state.mean_sigma();
    EnergyTerms terms;
    double pairs = 0.0;
    for (Site j = 0; j < state.size(); ++j) {
        const auto k = static_cast<std::size_t>(j);
        terms.elastic += 0.5 * (state.sigma[k] - mean) * state.phi[k];
        if (model.J != 0.0)
            pairs += 0.5 * state.sigma[k] * neighbor_sum(hamiltonian.crystal(), state.sigma, j);
    }
    // Without the term 0, not -0.
    terms.ising = 0.0 - model.J * pairs;
    terms.chemical = 0.0 - 0.5 * model.delta_mu * (2.0 * state.count_A - state.size());
    return terms;
}

double flip_energy(const Hamiltonian& hamiltonian, const State& state, Site j) {
    const ModelParameters& model = hamiltonian.model();
    const double sigma = state.sigma[static_cast<std::size_t>(j)];
    double change = -2.0 * sigma * state.phi[static_cast<std::size_t>(j)] + 2.0 * hamiltonian.V(j, j) +
                    model.delta_mu * sigma;
    if (model.J != 0.0) change += 2.0 * model.J * sigma * neighbor_sum(hamiltonian.crystal(), state.sigma, j);
    return change;
}

double swap_energy(const Hamiltonian& hamiltonian, const State& state, Site i, Site j) {
    const ModelParameters& model = hamiltonian.model();
    const auto a = static_cast<std::size_t>(i);
    const auto b = static_cast<std::size_t>(j);
    assert(state.sigma[a] != state.sigma[b]);
    const double sigma_i = state.sigma[a];
    const double sigma_j = state.sigma[b];
    double change = -2.0 * sigma_i * (state.phi[a] - state.phi[b]) + 2.0 * hamiltonian.V(i, i) +
                    2.0 * hamiltonian.V(j, j) - 4.0 * hamiltonian.V(i, j);
    if (model.J != 0.0) {
        const Crystal& crystal = hamiltonian.crystal();
        change += 2.0 * model.J *
                  (sigma_i * neighbor_sum(crystal, state.sigma, i) +
                   sigma_j * neighbor_sum(crystal, state.sigma, j));
        if (are_nearest(crystal, i, j)) change += 4.0 * model.J;
    }
    return change;
}

bool are_nearest(const Crystal& crystal, Site i, Site j) {
    const int half = crystal.lattice().half_coordination();
    for (int d = 0; d < half; ++d)
        if (crystal.lattice().directions[static_cast<std::size_t>(d)].nearest &&
            (crystal.neighbor(i, d) == j || crystal.neighbor(i, d + half) == j))
            return true;
    return false;
}

}  // namespace misfit
