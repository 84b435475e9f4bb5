#pragma once

#include <filesystem>
#include <string>

#include "misfit/input/spec.hpp"
#include "misfit/store/checkpoint.hpp"

namespace misfit {

/// The spec of one run that is as long as `spec` and its extension together: `setting` is "t_end=300" of an
/// exchange, "sweeps=200000" of an equilibrium; of the last stage, where there are several. What was measured
/// stays where it was: due times go on in the same steps, linear and logarithmic, up to the new end, and are
/// listed one by one; frames of an equilibrium come as often as before. Throws Error for another key, an end
/// that is not later or would need more than a million due times, and sweeps with which frames would stand
/// elsewhere.
RunSpec extended_spec(const RunSpec& spec, const std::string& setting);

/// Puts down the checkpoint of every unit of a finished record, as if the run to `spec` (from
/// extended_spec()) had been interrupted where the record ends. Throws Error for a record that does not hold
/// what that takes.
void write_checkpoints(const std::filesystem::path& record, const RunSpec& spec,
                       const CheckpointFolder& checkpoints);

}  // namespace misfit
