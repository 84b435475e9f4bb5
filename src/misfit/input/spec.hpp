#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "misfit/input/settings.hpp"
#include "misfit/input/value.hpp"

namespace misfit {

/// One key of [sweep] and its values.
struct SweepAxis {
    std::string key;  ///< "crystal.shell.stiffness"
    std::vector<Value> values;

    bool operator==(const SweepAxis&) const = default;
};

/// One [[stage]] of a run: the keys that have values of their own in it, in the order of the reference page:
/// {"kmc.t_end", 7.84}. kmc.t_end or monte_carlo.sweeps is always among them.
struct Stage {
    std::vector<std::pair<std::string, Value>> settings;

    bool operator==(const Stage&) const = default;
};

/// A whole run, as an input file gives it: the settings of its first point outside all stages, and what
/// differs from them elsewhere. What holds at a point in a stage is the Plan's (input/plan.hpp).
struct RunSpec : Settings {
    std::vector<SweepAxis> sweep;
    std::vector<Stage> stages;  ///< none: [kmc] or [monte_carlo] is the only one

    bool operator==(const RunSpec&) const = default;
};

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

/// Every key of the spec with its value, in the order of the reference page and as spec_of() takes them. A
/// limit that is not set (stop_at_composition, max_events) and a key of another shape are left out.
std::vector<std::pair<std::string, Value>> resolved_keys(const RunSpec& spec);

/// A TOML file that gives exactly this spec, defaults included.
std::string to_toml(const RunSpec& spec);

/// One line per key in which two specs differ: "model.kT: 0.2 here, 0.25 in the record".
std::vector<std::string> differences(const RunSpec& here, const RunSpec& recorded);

/// Commented input that runs as it is, for `misfit init NAME`. Throws Error, naming the known ones, for
/// another name.
std::string template_input(std::string_view name);
std::vector<std::string> template_names();

/// The reference of all keys as Markdown: key, type, allowed, default, meaning.
std::string key_reference();
/// The part of it about one table, "kmc" or "[kmc]". Throws Error, naming the nearest, for one that is none.
std::string key_reference(const std::string& table);

}  // namespace misfit
