#pragma once

#include <vector>

#include "misfit/input/plan.hpp"

namespace misfit {

/// The species in which a run starts, as start_unit() takes them, where [start] or [monte_carlo] names a
/// file: of each trajectory in the order of their numbers or of all, [N], or of the core of every chain.
/// Empty without a file. Throws Error for a frame that is not there, or one of other sites than a point of
/// the sweep has.
std::vector<std::vector<Spin>> read_start(const Plan& plan);

}  // namespace misfit
