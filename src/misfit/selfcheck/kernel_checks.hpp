#pragma once

#include <string>
#include <vector>

#include "misfit/model/state.hpp"
#include "misfit/selfcheck/finding.hpp"

namespace misfit::selfcheck {

/// States on the way of a trajectory or a chain, as one instruction set computes them.
struct Path {
    std::string instruction_set;
    std::vector<State> states;
};

/// Same species and steps everywhere, times to 1e-9, against the last of the paths, the plainest.
Finding check_same_events(const std::string& what, const std::vector<Path>& paths);

/// Kinetic Monte Carlo and Monte Carlo by the vector kernels of every instruction set that this processor
/// has. Sets the instruction set of the whole program while it runs: nothing else may compute meanwhile.
std::vector<Finding> check_kernels();

}  // namespace misfit::selfcheck
