#pragma once

#include <vector>

#include "misfit/input/plan.hpp"

namespace misfit {

/// The core's species in the frame that [monte_carlo] names for start = "record" or "xyz". Throws Error if
/// there is no such frame, or if a point of the sweep has a core of another size.
std::vector<Spin> read_start(const Plan& plan);

/// The species, [N], in which the trajectories of an exchange start: one for all, or one each in the order of
/// their numbers. Throws Error for a frame that is not there or one of other sites.
std::vector<std::vector<Spin>> read_exchange_start(const Exchange& exchange, const Crystal& crystal);

}  // namespace misfit
