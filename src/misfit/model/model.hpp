#pragma once

#include <span>
#include <vector>

#include "misfit/model/hamiltonian.hpp"
#include "misfit/model/terms.hpp"

namespace misfit {

/// E of any species on a crystal: a sum of terms. A Hamiltonian is the model of two species, whose
/// flip_energy(), swap_energy() and kernels are what energy_change() comes to there. Immutable.
class Model {
public:
    /// The terms of a Hamiltonian (elastic, Ising and chemical, as far as their constants are not 0) for
    /// other species, and further ones.
    Model(const Hamiltonian& hamiltonian, SpeciesEnergies species, std::vector<Term> further = {});
    /// Those of A and B.
    explicit Model(const Hamiltonian& hamiltonian);

    const Crystal& crystal() const { return hamiltonian_.crystal(); }
    double beta() const { return hamiltonian_.model().beta(); }
    const SpeciesEnergies& species() const { return species_; }

    /// A state at time 0 with a fresh phi. Throws Error for another number of sites, or a species that the
    /// model does not know. Costs as compute_phi().
    State make_state(std::vector<Spin> sigma, const RandomStream& random) const;
    /// Requires state.phi == V ds. O(N z).
    double energy(const State& state) const;
    /// E after all of the changes less E before. Requires state.phi == V ds. O(changes (changes + z)).
    double energy_change(const State& state, std::span<const Change> changes) const;
    /// Makes the changes: sigma, count_A and phi. One update of phi.
    void apply(State& state, std::span<const Change> changes) const;
    /// As refresh_phi(): phi computed afresh, the deviation noted.
    void refresh(State& state) const;

private:
    AlignedVector<double> phi(std::span<const Spin> sigma) const;

    Hamiltonian hamiltonian_;
    SpeciesEnergies species_;
    std::vector<Term> terms_;
};

}  // namespace misfit
