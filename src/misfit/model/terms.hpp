#pragma once

#include <cstddef>
#include <span>
#include <variant>
#include <vector>

#include "misfit/crystal/crystal.hpp"
#include "misfit/elastic/elastic.hpp"
#include "misfit/model/change.hpp"
#include "misfit/model/state.hpp"

/// Terms of the energy, for any species. Each has `energy(state)` and `energy_change(state, changes)`: the
/// energy after all of the changes less that before.
namespace misfit {

/// 1/2 ds V ds, ds = s - mean of s over all sites. Requires state.phi == epsilon V ds.
class ElasticTerm {
public:
    ElasticTerm(Elastic elastic, double epsilon, SpeciesEnergies species);
    double energy(const State& state) const;
    /// sum d_i phi_i + 1/2 sum d_i d_j V_ij. O(changes^2) elements of V.
    double energy_change(const State& state, std::span<const Change> changes) const;

private:
    double size_change(const Change& change) const;

    Elastic elastic_;
    double epsilon_;
    SpeciesEnergies species_;
};

/// What couples pairs of sites: U_ij, the same both ways, by the first site.
class Couplings {
public:
    struct Partner {
        Site other;
        double U;
    };
    /// U between all nearest neighbours.
    static Couplings nearest(const Crystal& crystal, double U);

    std::span<const Partner> of(Site site) const {
        const auto k = static_cast<std::size_t>(site);
        return std::span(partners_).subspan(begin_[k], begin_[k + 1] - begin_[k]);
    }
    /// 0 for a pair that is not coupled. O(partners).
    double between(Site i, Site j) const;

private:
    std::vector<std::size_t> begin_ = {0};
    std::vector<Partner> partners_;
};

/// 1/2 sum over i != j of U_ij w_i w_j, w a number of each species: x = sigma for the Ising term (U = -J
/// between nearest neighbours), the charge for others. O(N partners); a change O(partners).
class PairTerm {
public:
    using Weight = double (*)(const SpeciesEnergy&);
    PairTerm(Couplings couplings, SpeciesEnergies species, Weight weight_of);
    double energy(const State& state) const;
    double energy_change(const State& state, std::span<const Change> changes) const;

private:
    double weight(Spin sigma) const { return weight_(species_[sigma]); }
    double field(const State& state, Site site) const;

    Couplings couplings_;
    SpeciesEnergies species_;
    Weight weight_;
};

/// -sum of mu.
class ChemicalTerm {
public:
    explicit ChemicalTerm(SpeciesEnergies species);
    double energy(const State& state) const;
    double energy_change(const State& state, std::span<const Change> changes) const;

private:
    SpeciesEnergies species_;
};

/// -sum of h_i sigma_i, h a number of each site.
class FieldTerm {
public:
    explicit FieldTerm(std::vector<double> h);
    double energy(const State& state) const;
    double energy_change(const State& state, std::span<const Change> changes) const;

private:
    std::vector<double> h_;
};

using Term = std::variant<ElasticTerm, PairTerm, ChemicalTerm, FieldTerm>;

}  // namespace misfit
