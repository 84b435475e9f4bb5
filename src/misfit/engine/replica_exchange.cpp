#include "misfit/engine/replica_exchange.hpp"

#include <algorithm>
#include <utility>

#include "misfit/base/error.hpp"
#include "misfit/engine/monte_carlo.hpp"

namespace misfit {
namespace {

std::size_t index(Site site) { return static_cast<std::size_t>(site); }

bool same_but_for_stiffness(const Crystal& a, const Crystal& b) {
    return a.shell().layers == b.shell().layers && std::ranges::equal(a.points(), b.points());
}

bool differ_in_stiffness_alone(const Hamiltonian& a, const Hamiltonian& b) {
    return a.is_elastic() && a.model() == b.model() && same_but_for_stiffness(a.crystal(), b.crystal());
}

/// The modes pay while they are fewer than the rows of V; each takes a stiff bond.
bool has_few_stiff_bonds(const Crystal& crystal) {
    const auto is_stiff = [&](const Bond& bond) {
        return crystal.is_shell(bond.first) && crystal.is_shell(bond.second);
    };
    const auto stiff = std::ranges::count_if(crystal.bonds(), is_stiff);
    return stiff > 0 && stiff < crystal.size();
}

bool share_potential(const Hamiltonian& a, const Hamiltonian& b) {
    // A constant of 0 leaves nothing to scale.
    return a.is_elastic() && b.is_elastic() && a.elastic() == b.elastic();
}

bool none_is_elastic(const Hamiltonian& a, const Hamiltonian& b) {
    return !a.is_elastic() && !b.is_elastic() && same_but_for_stiffness(a.crystal(), b.crystal());
}

/// Sum of sigma sigma' over nearest pairs.
double nearest_pairs(const Crystal& crystal, const State& state) {
    double pairs = 0.0;
    for (Site site = 0; site < state.size(); ++site)
        pairs += 0.5 * state.sigma[index(site)] * neighbor_sum(crystal, state.sigma, site);
    return pairs;
}

}  // namespace

HamiltonianLadder::HamiltonianLadder(std::vector<Hamiltonian> points, Spin shell_species)
    : points_(std::move(points)), shell_species_(shell_species) {
    if (points_.empty()) throw Error("a ladder of replicas needs a point");
    for (const Hamiltonian& point : points_) cores_.push_back(core_sites(point.crystal()));
    for (const auto& core : cores_)
        if (core.size() != cores_.front().size())
            throw Error("replicas exchange only between crystals of the same core");
    const Hamiltonian& first = points_.front();
    const auto all = [&](auto relation) {
        return std::ranges::all_of(points_, [&](const Hamiltonian& each) { return relation(first, each); });
    };
    if (all(share_potential) || all(none_is_elastic)) {
        common_ = Common::potential;
    } else if (has_few_stiff_bonds(first.crystal()) && all(differ_in_stiffness_alone)) {
        common_ = Common::stiffness_modes;
        modes_ = std::make_shared<const StiffnessModes>(first.crystal());
    } else {
        common_ = Common::core;
    }
}

void HamiltonianLadder::reduced_energies(std::size_t at, const State& state, std::span<double> out) const {
    const Hamiltonian& here = points_[at];
    const EnergyTerms terms = energy(here, state);
    if (common_ == Common::potential) {
        const bool has_ising =
            std::ranges::any_of(points_, [](const Hamiltonian& each) { return each.model().J != 0.0; });
        const double pairs = has_ising ? nearest_pairs(here.crystal(), state) : 0.0;
        const double sum = 2.0 * state.count_A - state.size();
        for (std::size_t j = 0; j < size(); ++j) {
            const ModelParameters& model = points_[j].model();
            const double elastic =
                here.is_elastic() ? terms.elastic * (model.epsilon / here.model().epsilon) : 0.0;
            out[j] = model.beta() * (elastic - model.J * pairs - 0.5 * model.delta_mu * sum);
        }
    } else if (common_ == Common::stiffness_modes) {
        std::vector<double> amplitudes(modes_->size());
        modes_->amplitudes(state.sigma, amplitudes);
        const double from = here.crystal().shell().stiffness;
        for (std::size_t j = 0; j < size(); ++j) {
            const double to = points_[j].crystal().shell().stiffness;
            const double change = here.model().epsilon * modes_->energy_change(amplitudes, from, to);
            out[j] = here.model().beta() * (terms.total() + change);
        }
    } else {
        for (std::size_t j = 0; j < size(); ++j) {
            const double total =
                j == at ? terms.total()
                        : energy(points_[j], make_state(points_[j], core_of(at, j, state), {})).total();
            out[j] = points_[j].model().beta() * total;
        }
    }
}

/// The species at point `to` with the core of a state at point `from`, in a shell of its own.
std::vector<Spin> HamiltonianLadder::core_of(std::size_t from, std::size_t to, const State& state) const {
    const Crystal& crystal = points_[to].crystal();
    std::vector<Spin> sigma(index(crystal.size()), shell_species_);
    for (std::size_t k = 0; k < cores_[to].size(); ++k)
        sigma[index(cores_[to][k])] = state.sigma[index(cores_[from][k])];
    return sigma;
}

AlignedVector<double> HamiltonianLadder::phi_at(std::size_t from, std::size_t to, const State& state,
                                                std::span<const Spin> sigma) const {
    const double epsilon = points_[to].model().epsilon;
    if (common_ == Common::core) return compute_phi(points_[to], sigma);
    AlignedVector<double> phi = state.phi;
    if (common_ == Common::stiffness_modes) {
        std::vector<double> amplitudes(modes_->size());
        modes_->amplitudes(state.sigma, amplitudes);
        std::vector<double> change(phi.size(), 0.0);
        modes_->change_phi(amplitudes, points_[from].crystal().shell().stiffness,
                           points_[to].crystal().shell().stiffness, change);
        for (std::size_t site = 0; site < phi.size(); ++site) phi[site] += epsilon * change[site];
    } else if (points_[from].is_elastic()) {
        for (double& value : phi) value *= epsilon / points_[from].model().epsilon;
    }
    return phi;
}

void HamiltonianLadder::exchange(std::size_t i, State& at_i, std::size_t j, State& at_j) const {
    std::vector<Spin> sigma_i = core_of(j, i, at_j);
    std::vector<Spin> sigma_j = core_of(i, j, at_i);
    AlignedVector<double> phi_i = phi_at(j, i, at_j, sigma_i);
    AlignedVector<double> phi_j = phi_at(i, j, at_i, sigma_j);
    const auto give = [](State& state, std::vector<Spin>& sigma, AlignedVector<double>& phi) {
        state.count_A = static_cast<Site>(std::ranges::count(sigma, Spin{1}));
        std::swap(state.sigma, sigma);
        std::swap(state.phi, phi);
    };
    give(at_i, sigma_i, phi_i);
    give(at_j, sigma_j, phi_j);
}

double exchange_cost(std::span<const double> energies_of_i, std::size_t i,
                     std::span<const double> energies_of_j, std::size_t j) {
    return (energies_of_j[i] - energies_of_i[i]) + (energies_of_i[j] - energies_of_j[j]);
}

}  // namespace misfit
