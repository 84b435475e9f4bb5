#pragma once

#include "misfit/input/spec.hpp"

namespace misfit {

/// Throws Error if the run does not fit into memory: how much it would need, what is there, and the largest
/// crystal of the same shape that fits. What only building V would take does not count if V is in the cache.
void require_memory(const RunSpec& spec, int threads);

}  // namespace misfit
