#pragma once

#include <vector>

#include "misfit/model/hamiltonian.hpp"
#include "misfit/selfcheck/finding.hpp"

namespace misfit::selfcheck {

/// The model in which all 128 states occur.
inline constexpr ModelParameters seven_sites_model = {.kT = 1.0, .epsilon = 1.0, .J = 0.2, .delta_mu = -1.0};
/// The seven sites in it, with the V that the library builds.
Hamiltonian seven_sites_hamiltonian();

/// Energies and rates of all 128 states, and the balance of those rates with the Boltzmann law, exactly. What
/// is expected is that of seven_sites_model.
std::vector<Finding> check_enumeration(const Hamiltonian& hamiltonian);

/// Simulated occupation of the 128 states against their exact law: 200,000 trajectories of kinetic Monte
/// Carlo from all A at three times, 200,000 chains of Monte Carlo after 40 attempts. Chi-square with alpha =
/// 1e-9 each, fixed seeds. kT wrong by 5 % or delta_mu by 10 % is seen with probability above 0.999.
std::vector<Finding> check_laws(const Hamiltonian& hamiltonian);

}  // namespace misfit::selfcheck
