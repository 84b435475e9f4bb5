#pragma once

#include <string>

#include "misfit/input/spec.hpp"

namespace misfit {

/// The spec of one run that is as large as `spec` and its extension together: `setting` is "t_end=300" or
/// "trajectories=400" of an exchange, "sweeps=200000" of an equilibrium; of the last stage, where there are
/// several. What was measured stays where it was: due times go on in the same steps, linear and logarithmic,
/// up to the new end; frames of an equilibrium come as often as before. Throws Error for another key, an end
/// that is not later or would need more than most_due_times, a key that is swept, and sweeps with which
/// frames would stand elsewhere.
RunSpec extended_spec(const RunSpec& spec, const std::string& setting);

/// True if a run ends where `setting` would have it end.
bool is_extended_to(const RunSpec& spec, const std::string& setting);

/// True if `longer` is what one extension or several make of `spec`.
bool is_extension(const RunSpec& longer, const RunSpec& spec);

}  // namespace misfit
