#pragma once

#include <string>
#include <vector>

#include "misfit/model/hamiltonian.hpp"
#include "misfit/selfcheck/finding.hpp"

namespace misfit::selfcheck {

/// Energies of random species by V, and energy changes of flips and swaps, against springs that are relaxed
/// afresh each time. For a free crystal.
std::vector<Finding> check_energies(const std::string& name, const Hamiltonian& hamiltonian);

/// That of a hexagon with a stiff shell and of a box.
std::vector<Finding> check_energies();

}  // namespace misfit::selfcheck
