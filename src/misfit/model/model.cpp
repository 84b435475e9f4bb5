#include "misfit/model/model.hpp"

#include <algorithm>
#include <cassert>
#include <fmt/format.h>
#include <utility>

#include "misfit/base/error.hpp"
#include "misfit/model/drift.hpp"

namespace misfit {

Model::Model(const Hamiltonian& hamiltonian, SpeciesEnergies species, std::vector<Term> further)
    : hamiltonian_(hamiltonian), species_(std::move(species)), terms_(std::move(further)) {
    const ModelParameters& model = hamiltonian.model();
    if (hamiltonian.is_elastic())
        terms_.emplace_back(ElasticTerm(hamiltonian.elastic(), model.epsilon, species_));
    if (model.J != 0.0)
        terms_.emplace_back(PairTerm(Couplings::nearest(crystal(), -model.J), species_,
                                     [](const SpeciesEnergy& each) -> double { return each.sigma; }));
    terms_.emplace_back(ChemicalTerm(species_));
}

Model::Model(const Hamiltonian& hamiltonian) : Model(hamiltonian, ions(hamiltonian.model().delta_mu)) {}

AlignedVector<double> Model::phi(std::span<const Spin> sigma) const {
    std::vector<double> sizes;
    for (const Spin each : sigma) sizes.push_back(species_[each].size);
    return compute_phi(hamiltonian_, sizes);
}

State Model::make_state(std::vector<Spin> sigma, const RandomStream& random) const {
    if (std::ssize(sigma) != crystal().size())
        throw Error(fmt::format("{} species for {} sites", sigma.size(), crystal().size()));
    for (const Spin each : sigma)
        if (!species_.knows(each)) throw Error(fmt::format("sigma = {} is no species of the model", each));
    State state;
    state.phi = phi(sigma);
    state.count_A = static_cast<Site>(std::ranges::count(sigma, Spin{1}));
    state.sigma = std::move(sigma);
    state.random = random;
    return state;
}

double Model::energy(const State& state) const {
    double sum = 0.0;
    for (const Term& term : terms_)
        sum += std::visit([&](const auto& each) { return each.energy(state); }, term);
    return sum;
}

double Model::energy_change(const State& state, std::span<const Change> changes) const {
    double sum = 0.0;
    for (const Term& term : terms_)
        sum += std::visit([&](const auto& each) { return each.energy_change(state, changes); }, term);
    return sum;
}

void Model::apply(State& state, std::span<const Change> changes) const {
    std::vector<SizeChange> sizes;
    for (const Change& change : changes) {
        Spin& sigma = state.sigma[static_cast<std::size_t>(change.site)];
        assert(sigma == change.from);
        sigma = change.to;
        state.count_A += (change.to == 1 ? 1 : 0) - (change.from == 1 ? 1 : 0);
        sizes.push_back({change.site, species_[change.to].size - species_[change.from].size});
    }
    update_phi(hamiltonian_, sizes, state.phi);
}

void Model::refresh(State& state) const { refresh_phi(hamiltonian_, state, phi(state.sigma)); }

}  // namespace misfit
