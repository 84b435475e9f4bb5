#pragma once

#include <memory>
#include <span>

#include "misfit/base/range.hpp"
#include "misfit/crystal/crystal.hpp"
#include "misfit/elastic/elastic.hpp"
#include "misfit/model/state.hpp"

namespace misfit {

/// The [model] table. Energies in units of the elastic scale (epsilon = 1) or of J.
struct ModelParameters {
    double kT = 0.2;          ///< thermal energy, above 0
    double epsilon = 1.0;     ///< elastic energy scale, 0 or more; 0 leaves the elastic term out
    double J = 0.0;           ///< Ising coupling of nearest pairs; above 0 like species attract
    double delta_mu = -20.0;  ///< chemical potential difference; below 0 it drives A -> B

    static constexpr Range kT_range = above(0.0);
    static constexpr Range epsilon_range = at_least(0.0);
    static constexpr Range J_range = {};
    static constexpr Range delta_mu_range = {};
    /// Throws Error, naming the constant, what it is and what is allowed, unless all are in range.
    void validate() const;

    double beta() const { return 1.0 / kT; }
    bool operator==(const ModelParameters&) const = default;
};

/// The three terms of the energy (physics: Eq. 3).
struct EnergyTerms {
    double elastic = 0.0;   ///< 1/2 dsigma^T V dsigma, dsigma = sigma - m
    double ising = 0.0;     ///< -J sum over nearest pairs of sigma sigma'
    double chemical = 0.0;  ///< -(delta_mu/2) sum of sigma

    double total() const { return elastic + ising + chemical; }
};

/// E of a composition: the crystal, a model of its V and the model's constants. Immutable; shares the
/// crystal and V, so copies are cheap.
class Hamiltonian {
public:
    /// `elastic` may be null when epsilon = 0. Throws Error if it is null otherwise or has another
    /// number of sites than the crystal, and for a constant of the model out of range.
    Hamiltonian(std::shared_ptr<const Crystal> crystal, Elastic elastic, const ModelParameters& model);

    const Crystal& crystal() const { return *crystal_; }
    const std::shared_ptr<const Crystal>& shared_crystal() const { return crystal_; }
    const ModelParameters& model() const { return model_; }
    /// True if epsilon is not zero.
    bool is_elastic() const { return model_.epsilon != 0.0; }
    /// V in units of epsilon; may be null unless is_elastic().
    const Elastic& elastic() const { return elastic_; }
    /// False for a model of V without rows: phi then follows by solutions.
    bool has_rows() const { return !is_elastic() || elastic_.has_rows(); }
    /// V_ij, epsilon included; 0 without an elastic term. O(1) with rows or for a bonded pair.
    double V(Site i, Site j) const { return is_elastic() ? model_.epsilon * elastic_.pair(i, j) : 0.0; }
    /// How far phi, kept up to date event by event, may be from V dsigma computed afresh.
    double phi_tolerance() const;

private:
    std::shared_ptr<const Crystal> crystal_;
    Elastic elastic_;
    ModelParameters model_;
};

/// phi = V dsigma from scratch, [N]. One solution of the elastic model, O(N^2) with a matrix; O(N) without an
/// elastic term.
AlignedVector<double> compute_phi(const Hamiltonian& hamiltonian, std::span<const Spin> sigma);
/// The same for sizes of species of one's own in place of sigma, [N].
AlignedVector<double> compute_phi(const Hamiltonian& hamiltonian, std::span<const double> sizes);

/// A state at time 0 with the given species and a fresh phi. Costs as compute_phi().
State make_state(const Hamiltonian& hamiltonian, std::vector<Spin> sigma, const RandomStream& random);

/// h_j: the sum of sigma over the nearest neighbours of j. O(z).
int neighbor_sum(const Crystal& crystal, std::span<const Spin> sigma, Site j);

/// phi after the sizes at some sites have changed, sizes in all. As Elastic::apply().
void update_phi(const Hamiltonian& hamiltonian, std::span<const SizeChange> changes, std::span<double> phi);

/// Energy by term. Requires state.phi == V dsigma. O(N z).
EnergyTerms energy(const Hamiltonian& hamiltonian, const State& state);

/// Energy change of flipping the species at j:
/// dE = -2 sigma_j phi_j + 2 V_jj + delta_mu sigma_j + 2 J sigma_j h_j (physics: section 2).
/// Requires state.phi == V dsigma. O(1), the Ising term O(z).
double flip_energy(const Hamiltonian& hamiltonian, const State& state, Site j);

/// Energy change of swapping the unlike species at i and j: dE = -2 sigma_i (phi_i - phi_j) + 2 V_ii
/// + 2 V_jj - 4 V_ij + 2 J (sigma_i h_i + sigma_j h_j) + (4 J if i, j are nearest) (physics: section 2).
/// Requires state.phi == V dsigma and sigma_i != sigma_j. O(1), the Ising term O(z).
double swap_energy(const Hamiltonian& hamiltonian, const State& state, Site i, Site j);

/// True if i and j are nearest neighbours. O(z).
bool are_nearest(const Crystal& crystal, Site i, Site j);

}  // namespace misfit
