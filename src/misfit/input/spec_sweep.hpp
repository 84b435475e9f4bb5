#pragma once

#include <string>
#include <vector>

#include "misfit/input/schema.hpp"
#include "misfit/input/spec_consistency.hpp"
#include "misfit/input/toml_input.hpp"

namespace misfit {

/// More points than this are refused: a record has a group for each.
inline constexpr int most_points = 100'000;

/// A key of [sweep] as it was given.
struct SweepGiven {
    std::string key;
    InputValue values;  ///< a list, not empty
};

/// True for a key that may have several values in a run.
bool can_be_swept(const SpecKey& key);

/// True for what stands in [sweep], and for the table itself.
bool is_sweep(const InputEntry& entry);

/// True for what stands in [sweep] and is no key.
bool is_unknown_in_sweep(const InputEntry& entry);

/// What is wrong with it.
InputError fault_of_sweep_key(const InputEntry& entry);

/// Appends a key of [sweep], or puts the values of a setting in place of the same key's. Throws InputError
/// for what is no key, for one that cannot be swept, and if the file has it twice.
void add_sweep_key(std::vector<SweepGiven>& sweep, const InputEntry& entry, Method method);

/// The values as a spec keeps them. Throws InputError for one that is not allowed or there twice.
SweepAxis read_sweep_axis(const RunSpec& spec, const SweepGiven& given);

/// Throws InputError if `value`, a setting of the axis' own key, would be lost: a sweep stands above what the
/// file says of its key elsewhere, but a setting is an order. The value that the sweep begins with is no
/// other order.
void require_seen(const RunSpec& spec, const SweepAxis& axis, const InputValue& value);

/// Throws InputError for keys that do not go together, for too many points, and for a ladder of replicas
/// along what is no ladder. `place` tells where a key stands.
void require_sweep(const RunSpec& spec, const std::vector<SweepGiven>& sweep, const PlaceOfKey& place);

/// Combinations of the values of all keys.
double combination_count(const RunSpec& spec);

}  // namespace misfit
