#pragma once

#include "misfit/model/hamiltonian.hpp"

namespace misfit {

/// How far phi, kept up to date move by move, may be from V dsigma computed afresh: 1e-8 max(kT, epsilon).
/// Rounding stays a hundredth of that or less away (docs/reliability.md); a rate is then off by a part in
/// 2.5e7 of max(1, epsilon/kT) at the most. More is a fault of the machine's memory or of the program.
double drift_limit(const ModelParameters& model);

/// Computes phi afresh and notes in the state how far it had drifted. Throws Error if that passes
/// drift_limit(). O(N^2).
void refresh_phi(const Hamiltonian& hamiltonian, State& state);

/// Throws Error unless count_A is that of the species, phi theirs to drift_limit() at every site, and the
/// energy to N times that. O(N^2).
void require_consistent(const Hamiltonian& hamiltonian, const State& state);

}  // namespace misfit
