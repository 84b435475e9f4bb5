#pragma once

#include <vector>

#include "misfit/elastic/potential.hpp"
#include "misfit/selfcheck/finding.hpp"

namespace misfit::selfcheck {

/// Identities and exact values that V of a free hexagon of side 10 (271 sites) must have.
std::vector<Finding> check_hexagon_potential(const Crystal& crystal, const Potential& V);
/// The same of a box of 6 x 6 x 6.
std::vector<Finding> check_box_potential(const Crystal& crystal, const Potential& V);
/// The same of a periodic parallelogram of 12 x 12.
std::vector<Finding> check_periodic_potential(const Potential& V);
/// Two routes to the same V.
Finding check_same_potential(const std::string& what, const Potential& a, const Potential& b);

/// All of these, of what the library builds.
std::vector<Finding> check_potentials();

}  // namespace misfit::selfcheck
