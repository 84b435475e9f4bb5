#pragma once

#include "misfit/model/hamiltonian.hpp"

namespace misfit {

/// phi is computed afresh whenever so many events have happened, or so many moves been accepted: 4,096, and
/// 8 N above 1,024 sites, so that its N^2 multiplications stay a sixteenth of those of the events.
std::uint64_t refresh_interval(Site sites);

/// Computes phi afresh and notes in the state how far it had drifted. Throws Error if that passes
/// Hamiltonian::phi_tolerance(): a rate is then off by a part in 2.5e7 of max(1, epsilon/kT) at the most.
/// More is a fault of the machine's memory or of the program. Costs as compute_phi().
void refresh_phi(const Hamiltonian& hamiltonian, State& state);
/// The same with a fresh phi that is there, [N].
void refresh_phi(const Hamiltonian& hamiltonian, State& state, std::span<const double> fresh);

/// Throws Error unless count_A is that of the species, phi theirs to phi_tolerance() at every site,
/// and the energy to N times that. Costs as compute_phi().
void require_consistent(const Hamiltonian& hamiltonian, const State& state);

}  // namespace misfit
