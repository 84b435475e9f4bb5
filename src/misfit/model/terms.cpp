#include "misfit/model/terms.hpp"

#include <algorithm>
#include <utility>

namespace misfit {
namespace {

std::size_t index(Site site) { return static_cast<std::size_t>(site); }

}  // namespace

ElasticTerm::ElasticTerm(Elastic elastic, double epsilon, SpeciesEnergies species)
    : elastic_(std::move(elastic)), epsilon_(epsilon), species_(std::move(species)) {}

double ElasticTerm::size_change(const Change& change) const {
    return species_[change.to].size - species_[change.from].size;
}

double ElasticTerm::energy(const State& state) const {
    // phi sums to zero, so that the mean of s drops out of 1/2 ds phi.
    double sum = 0.0;
    for (std::size_t site = 0; site < state.sigma.size(); ++site)
        sum += 0.5 * species_[state.sigma[site]].size * state.phi[site];
    return sum;
}

double ElasticTerm::energy_change(const State& state, std::span<const Change> changes) const {
    double sum = 0.0;
    for (std::size_t a = 0; a < changes.size(); ++a) {
        const double d = size_change(changes[a]);
        sum += d * state.phi[index(changes[a].site)] +
               0.5 * epsilon_ * d * d * elastic_.diagonal(changes[a].site);
        for (std::size_t b = 0; b < a; ++b)
            sum += epsilon_ * d * size_change(changes[b]) * elastic_.pair(changes[a].site, changes[b].site);
    }
    return sum;
}

Couplings Couplings::nearest(const Crystal& crystal, double U) {
    Couplings couplings;
    const int half = crystal.lattice().half_coordination();
    for (Site site = 0; site < crystal.size(); ++site) {
        for (int d = 0; d < 2 * half; ++d) {
            const Site other = crystal.neighbor(site, d);
            if (other >= 0 && crystal.lattice().directions[static_cast<std::size_t>(d % half)].nearest)
                couplings.partners_.push_back({other, U});
        }
        couplings.begin_.push_back(couplings.partners_.size());
    }
    return couplings;
}

double Couplings::between(Site i, Site j) const {
    const auto partners = of(i);
    const auto found = std::find_if(partners.begin(), partners.end(),
                                    [j](const Partner& partner) { return partner.other == j; });
    return found == partners.end() ? 0.0 : found->U;
}

PairTerm::PairTerm(Couplings couplings, SpeciesEnergies species, Weight weight_of)
    : couplings_(std::move(couplings)), species_(std::move(species)), weight_(weight_of) {}

double PairTerm::field(const State& state, Site site) const {
    double sum = 0.0;
    for (const auto& [other, U] : couplings_.of(site)) sum += U * weight(state.sigma[index(other)]);
    return sum;
}

double PairTerm::energy(const State& state) const {
    double sum = 0.0;
    for (Site site = 0; site < state.size(); ++site)
        sum += 0.5 * weight(state.sigma[index(site)]) * field(state, site);
    return sum;
}

double PairTerm::energy_change(const State& state, std::span<const Change> changes) const {
    double sum = 0.0;
    for (std::size_t a = 0; a < changes.size(); ++a) {
        const double change = weight(changes[a].to) - weight(changes[a].from);
        sum += change * field(state, changes[a].site);
        for (std::size_t b = 0; b < a; ++b)
            sum += change * (weight(changes[b].to) - weight(changes[b].from)) *
                   couplings_.between(changes[a].site, changes[b].site);
    }
    return sum;
}

ChemicalTerm::ChemicalTerm(SpeciesEnergies species) : species_(std::move(species)) {}

double ChemicalTerm::energy(const State& state) const {
    double sum = 0.0;
    for (const Spin sigma : state.sigma) sum -= species_[sigma].mu;
    return sum;
}

double ChemicalTerm::energy_change(const State& /*state*/, std::span<const Change> changes) const {
    double sum = 0.0;
    for (const Change& change : changes) sum -= species_[change.to].mu - species_[change.from].mu;
    return sum;
}

FieldTerm::FieldTerm(std::vector<double> h) : h_(std::move(h)) {}

double FieldTerm::energy(const State& state) const {
    double sum = 0.0;
    for (std::size_t site = 0; site < h_.size(); ++site) sum -= h_[site] * state.sigma[site];
    return sum;
}

double FieldTerm::energy_change(const State& /*state*/, std::span<const Change> changes) const {
    double sum = 0.0;
    for (const Change& change : changes) sum -= h_[index(change.site)] * (change.to - change.from);
    return sum;
}

}  // namespace misfit
