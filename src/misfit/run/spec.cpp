#include "misfit/run/spec.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <optional>

#include "misfit/run/files.hpp"
#include "misfit/run/nearest_word.hpp"
#include "misfit/run/schema.hpp"
#include "misfit/run/toml_input.hpp"

namespace misfit {
namespace {

/// What was given for each key, by path.
using Given = std::map<std::string, InputValue>;

const SpecKey* find_key(const std::string& path) {
    const auto found = std::ranges::find(spec_keys(), path, &SpecKey::path);
    return found == spec_keys().end() ? nullptr : &*found;
}

/// True for a table, and for one that only holds tables ("record").
bool is_table(const std::string& path) {
    return std::ranges::any_of(spec_tables(), [&](const SpecTable& table) {
        return table.path == path || table.path.starts_with(path + ".");
    });
}

/// "; did you mean model.kT?", or "".
std::string suggestion(const InputEntry& entry) {
    const std::string& path = entry.path;
    const std::size_t dot = path.rfind('.');
    const std::string name = dot == std::string::npos ? path : path.substr(dot + 1);
    const std::string table = dot == std::string::npos ? "" : path.substr(0, dot);
    std::vector<std::string> here;       // names of the same table
    std::vector<std::string> elsewhere;  // keys of that very name in another table
    std::vector<std::string> all;        // every key, or table, in full
    for (const SpecKey& key : spec_keys()) {
        if (key.table() == table) here.push_back(key.name());
        if (edit_distance(key.name(), name) == 0) elsewhere.push_back(key.path);
        if (!entry.is_table) all.push_back(key.path);
    }
    if (entry.is_table)
        for (const SpecTable& each : spec_tables()) all.push_back(each.path);
    std::string meant = nearest_word(name, here);
    if (!meant.empty()) meant = table + "." + meant;
    if (meant.empty() && !elsewhere.empty()) meant = elsewhere.front();
    if (meant.empty()) meant = nearest_word(path, all);
    return meant.empty() ? ""
                         : fmt::format("; did you mean {}?", is_table(meant) ? "[" + meant + "]" : meant);
}

/// Throws unless the entry is a key that exists or a table that does.
void require_known(const InputEntry& entry) {
    const InputPlace& place = entry.value.place;
    if (entry.is_table ? is_table(entry.path) : find_key(entry.path) != nullptr) return;
    if (is_table(entry.path))
        throw InputError(place, entry.path, entry.value.text, "is a table: write [" + entry.path + "]");
    if (const SpecKey* key = find_key(entry.path))
        throw InputError(place, entry.path, "a table", "must be " + key->allowed);
    throw InputError(place, entry.path, entry.is_table ? "" : entry.value.text,
                     (entry.is_table ? "unknown table" : "unknown key") + suggestion(entry));
}

/// The place to name for a key: its own, or the file if it was not given.
InputPlace place_of(const Given& given, const std::string& path, const std::string& file) {
    const auto found = given.find(path);
    return found == given.end() ? InputPlace{file, 0, 0} : found->second.place;
}

std::string text_of(const RunSpec& spec, const std::string& path) {
    return find_key(path)->write(spec).value_or("none");
}

/// Ranges that involve two keys.
void require_consistent(const RunSpec& spec, const Given& given, const std::string& file) {
    const auto refuse = [&](const std::string& path, const std::string& allowed) {
        throw InputError(place_of(given, path, file), path, text_of(spec, path), allowed);
    };
    const EnsembleParameters& ensemble = spec.ensemble;
    if (std::uint64_t{ensemble.first} + ensemble.trajectories > std::numeric_limits<std::uint32_t>::max())
        refuse("ensemble.first",
               fmt::format("must be {} or less with {} trajectories",
                           std::numeric_limits<std::uint32_t>::max() - ensemble.trajectories,
                           ensemble.trajectories));
    const double t_end = spec.kmc.t_end;
    for (const auto& [table, schedule] :
         {std::pair{"record.scalars", &spec.record.scalars}, std::pair{"record.sigma", &spec.record.sigma}}) {
        if (schedule->log_start >= t_end)
            refuse(fmt::format("{}.log_start", table), fmt::format("must be below kmc.t_end = {}", t_end));
        if (!schedule->times.empty() && std::ranges::max(schedule->times) > t_end)
            refuse(fmt::format("{}.times", table),
                   fmt::format("no time may lie beyond kmc.t_end = {}", t_end));
    }
}

RunSpec make_spec(const Given& given, const std::string& file) {
    RunSpec spec;
    for (const SpecKey& key : spec_keys()) {
        const auto found = given.find(key.path);
        if (!key.shape.empty() && key.shape != shape_word(spec)) {
            if (found != given.end())
                throw InputError(found->second.place, key.path, found->second.text,
                                 fmt::format("is a key of shape = \"{}\"; here shape = \"{}\"", key.shape,
                                             shape_word(spec)));
            continue;
        }
        if (found == given.end()) {
            if (key.required)
                throw InputError(place_of(given, "crystal.shape", file), key.path, "",
                                 "is missing; it must be " + key.allowed);
            continue;
        }
        if (!key.read(spec, found->second))
            throw InputError(found->second.place, key.path, found->second.text, "must be " + key.allowed);
    }
    require_consistent(spec, given, file);
    return spec;
}

/// What to write for a key, or none: not set, or of another shape.
std::optional<std::string> value_of(const SpecKey& key, const RunSpec& spec) {
    if (!key.shape.empty() && key.shape != shape_word(spec)) return std::nullopt;
    return key.write(spec);
}

}  // namespace

RunSpec read_spec(const std::filesystem::path& file, std::span<const std::string> settings) {
    return parse_spec(read_text(file), file.string(), settings);
}

RunSpec parse_spec(std::string_view text, const std::string& name, std::span<const std::string> settings) {
    std::vector<InputEntry> entries = parse_toml(text, name);
    for (const std::string& setting : settings) entries.push_back(parse_setting(setting));
    Given given;
    for (const InputEntry& entry : entries) {
        require_known(entry);
        if (!entry.is_table) given.insert_or_assign(entry.path, entry.value);
    }
    return make_spec(given, name);
}

std::vector<std::pair<std::string, std::string>> resolved_keys(const RunSpec& spec) {
    std::vector<std::pair<std::string, std::string>> resolved;
    for (const SpecKey& key : spec_keys())
        if (const auto value = value_of(key, spec)) resolved.emplace_back(key.path, *value);
    return resolved;
}

std::string to_toml(const RunSpec& spec) {
    std::string text;
    for (const SpecTable& table : spec_tables()) {
        text += fmt::format("{}[{}]\n", text.empty() ? "" : "\n", table.path);
        for (const SpecKey& key : spec_keys()) {
            if (key.table() != table.path) continue;
            if (const auto value = value_of(key, spec)) text += fmt::format("{} = {}\n", key.name(), *value);
        }
    }
    return text;
}

std::vector<std::string> differences(const RunSpec& here, const RunSpec& recorded) {
    std::vector<std::string> lines;
    for (const SpecKey& key : spec_keys()) {
        const auto one = value_of(key, here);
        const auto other = value_of(key, recorded);
        if (one != other)
            lines.push_back(fmt::format("{}: {} here, {} in the record", key.path, one.value_or("none"),
                                        other.value_or("none")));
    }
    return lines;
}

std::string key_reference() {
    std::string text =
        "# The input file\n\n"
        "TOML. Every key, as `misfit keys` prints them; a key that is left out takes its default. "
        "`--set table.key=value` on the command line comes before the file. An integer may stand for a "
        "number.\n";
    const RunSpec defaults;
    for (const SpecTable& table : spec_tables()) {
        text += fmt::format(
            "\n## [{}]\n\n{}\n\n| key | allowed | unit | default | meaning |\n|---|---|---|---|---|\n",
            table.path, table.meaning);
        for (const SpecKey& key : spec_keys()) {
            if (key.table() != table.path) continue;
            std::string initial = "required";
            if (!key.required)
                initial = key.write(defaults) ? fmt::format("`{}`", *key.write(defaults)) : "none";
            if (!key.shape.empty()) initial += fmt::format(" for a {}", key.shape);
            text += fmt::format("| `{}` | {} | {} | {} | {} |\n", key.name(), key.allowed, key.unit, initial,
                                key.meaning);
        }
    }
    return text;
}

}  // namespace misfit
