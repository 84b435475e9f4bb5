#pragma once

#include <string>
#include <utility>
#include <vector>

#include "misfit/input/spec.hpp"
#include "misfit/input/spec_reader.hpp"

namespace misfit {

/// Every key of the spec with its value, in the order of the reference page and as spec_of() takes them. A
/// limit that is not set (stop_at_composition, max_events) and a key of another shape are left out.
std::vector<std::pair<std::string, Value>> resolved_keys(const RunSpec& spec);

/// A TOML file that gives exactly this spec, defaults included.
std::string to_toml(const RunSpec& spec);

/// One line per key in which two specs differ: "model.kT: 0.2 here, 0.25 in the record".
std::vector<std::string> differences(const RunSpec& here, const RunSpec& recorded);

/// The reference of all keys as Markdown: key, type, allowed, default, meaning.
std::string key_reference();
/// The part of it about one table, "kmc" or "[kmc]", about one key, "kmc.t_end", or about all keys of a name,
/// "t_end". Throws Error, naming the nearest, for what is none of them.
std::string key_reference(const std::string& name);

}  // namespace misfit
