#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "misfit/input/spec.hpp"

namespace misfit {

/// Reads an input file and then `settings`, each "table.key=value" with a TOML value, as given to --set.
/// Every key has a type, a range and a default; a key that is absent takes its default.
/// Throws InputError naming file, line, key, the value given and what is allowed; for an unknown key or
/// table the nearest known one is named.
RunSpec read_spec(const std::filesystem::path& file, std::span<const std::string> settings = {});

/// The same from text; `name` stands in messages where the file's would.
RunSpec parse_spec(std::string_view text, const std::string& name,
                   std::span<const std::string> settings = {});

/// The spec of these keys, given as a record gives them: "model.kT", "sweep.model.kT" (a list of values),
/// "stage.0.kT"; the keys of a sweep in its order. `name` stands in messages where the file's would. Throws
/// InputError as parse_spec() does.
RunSpec spec_of(const std::vector<std::pair<std::string, Value>>& keys, const std::string& name);

}  // namespace misfit
