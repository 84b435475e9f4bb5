#pragma once

#include <map>
#include <string>
#include <vector>

#include "misfit/input/spec.hpp"
#include "misfit/input/spec_consistency.hpp"
#include "misfit/input/toml_input.hpp"

namespace misfit {

/// What was given in one [[stage]], by the path of the key that it stands for: "kmc.t_end".
using StageGiven = std::map<std::string, InputValue>;

/// True for what stands in [[stage]], and for the list itself.
bool is_stage(const InputEntry& entry);

/// True for what stands in a [[stage]] under the name of no key at all, of either method.
bool is_unknown_in_stage(const InputEntry& entry);

/// Why a stage of this method cannot have this entry, which is none of its keys.
InputError fault_of_stage_key(const InputEntry& entry, Method method);

/// All stages, by number. Keys of [kmc], [monte_carlo] and [model] are given by their names alone ("t_end"),
/// those of [record.scalars] and [record.sigma] in full. Throws InputError for an unknown key, one that a
/// stage of this method cannot have, and a setting for a stage that is not there.
std::vector<StageGiven> gather_stages(const std::vector<InputEntry>& entries, Method method);

/// The stage as it is kept in a spec. Throws InputError for a value that is not allowed, and for a key of the
/// spec's sweep.
Stage read_stage(const RunSpec& spec, std::size_t number, const StageGiven& given);

/// The names of all keys that a stage of this method may have, as they are written in [[stage]].
std::vector<std::string> names_in_stage(Method method);

/// The path of the key of that name, "kmc.t_end" for "t_end"; "" if a stage of this method has none.
std::string path_in_stage(const std::string& name, Method method);

/// What to write in [[stage]] for the key of this path: "t_end" for "kmc.t_end".
std::string name_in_stage(const std::string& path);

}  // namespace misfit
