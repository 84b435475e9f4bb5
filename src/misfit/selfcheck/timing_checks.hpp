#pragma once

#include <string>
#include <vector>

#include "misfit/selfcheck/finding.hpp"

namespace misfit::selfcheck {

/// A time as a multiple of the least that it could take here; beyond `allowed` it is slow, which never fails.
Finding check_time(const std::string& what, double seconds, double least_seconds, double allowed);

/// An event of kinetic Monte Carlo and an attempt of Monte Carlo on 721 sites, against what each must do at
/// least: update phi by two rows of V; draw two random words. Processor time, medians of rounds in turn.
std::vector<Finding> check_timing();

}  // namespace misfit::selfcheck
