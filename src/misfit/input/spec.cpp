#include "misfit/input/spec.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <optional>

#include "misfit/input/nearest_word.hpp"
#include "misfit/input/schema.hpp"
#include "misfit/input/spec_consistency.hpp"
#include "misfit/input/spec_stages.hpp"
#include "misfit/input/toml_input.hpp"
#include "misfit/store/files.hpp"

namespace misfit {
namespace {

/// More than anybody waits for, and numbers of points stay short.
constexpr int most_points = 10'000;

/// What was given for each key, by path.
using Given = std::map<std::string, InputValue>;

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
        if (key.name().size() == name.size() && edit_distance(key.name(), name) == 0)
            elsewhere.push_back(key.path);
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

/// A key of [sweep] as it was given.
struct SweepGiven {
    std::string key;
    InputPlace place;
    std::vector<InputValue> values;
};

bool is_sweep(const InputEntry& entry) {
    return entry.path == sweep_table || entry.path.starts_with(std::string(sweep_table) + ".");
}

bool can_be_swept(const std::string& key) {
    if (key == "model.potential_file") return false;
    return key == "monte_carlo.composition" || key.starts_with("model.") ||
           key.starts_with("crystal.shell.") || key == "crystal.side" || key == "crystal.size" ||
           key == "crystal.radius";
}

SweepGiven sweep_key(InputEntry entry) {
    const InputPlace place = entry.value.place;
    const std::string path = entry.path;
    if (path == sweep_table)
        throw InputError(place, path, entry.value.text, "is a table: write [" + path + "]");
    entry.path = path.substr(path.find('.') + 1);
    if (find_key(entry.path) == nullptr)
        throw InputError(place, path, entry.value.text, "unknown key" + suggestion(entry));
    if (!can_be_swept(entry.path))
        throw InputError(
            place, path, entry.value.text,
            "cannot be swept: keys of [model], [crystal.shell], crystal.side, crystal.size, crystal.radius "
            "and monte_carlo.composition can");
    const auto* values = std::get_if<std::vector<InputValue>>(&entry.value.content);
    if (values == nullptr || values->empty())
        throw InputError(place, path, entry.value.text, "must be a list of values, as in [1.0, 2.0]");
    if (values->size() > most_points)
        throw InputError(place, path, fmt::format("{} values", values->size()),
                         fmt::format("must be at most {} values", most_points));
    return {entry.path, place, *values};
}

/// Appends a key of [sweep], or puts its values in place of the same key's. Throws if the file has it twice.
void add_sweep_key(std::vector<SweepGiven>& sweep, const InputEntry& entry) {
    SweepGiven added = sweep_key(entry);
    const auto same = std::ranges::find(sweep, added.key, &SweepGiven::key);
    const bool is_setting = added.place.line == 0;
    if (same == sweep.end()) {
        sweep.push_back(std::move(added));
    } else if (is_setting) {
        *same = std::move(added);
    } else {
        throw InputError(added.place, entry.path, entry.value.text,
                         fmt::format("is there twice; first in line {}", same->place.line));
    }
}

SweepAxis read_sweep_axis(RunSpec spec, const SweepGiven& given) {
    SweepAxis axis = {given.key, {}};
    const SpecKey& key = *find_key(given.key);
    for (const InputValue& value : given.values) {
        if (!key.read(spec, value))
            throw InputError(value.place, fmt::format("{}.{}", sweep_table, given.key), value.text,
                             "each value " + key.refusal(value));
        const std::string text = key.write(spec).value_or("");
        if (std::ranges::find(axis.values, text) != axis.values.end())
            throw InputError(value.place, fmt::format("{}.{}", sweep_table, given.key), value.text,
                             "no value may be there twice");
        axis.values.push_back(text);
    }
    return axis;
}

/// A sweep stands above what the file says of its key elsewhere. But a setting is an order: with any value
/// but the one that the sweep begins with, as where a record lists every key, it would be lost without a
/// word.
void require_seen(RunSpec spec, const SweepAxis& axis, const Given& given) {
    const auto found = given.find(axis.key);
    if (found == given.end() || found->second.place.line != 0) return;
    const SpecKey& key = *find_key(axis.key);
    const InputValue& value = found->second;
    if (!key.read(spec, value)) throw InputError(value.place, key.path, value.text, key.refusal(value));
    if (key.write(spec).value_or("") != axis.values.front())
        throw InputError(value.place, key.path, value.text,
                         fmt::format("is swept: set {}.{} = [...] instead of [{}]", sweep_table, key.path,
                                     fmt::join(axis.values, ", ")));
}

double point_count(const RunSpec& spec) {
    double points = 1.0;
    for (const SweepAxis& axis : spec.sweep) points *= static_cast<double>(axis.values.size());
    return points;
}

void require_sweep(const RunSpec& spec, const std::vector<SweepGiven>& sweep, const Given& given,
                   const std::string& file) {
    const std::string& over = spec.replica_exchange.over;
    for (const SweepGiven& each : sweep)
        if (!spec.potential_file.empty() && each.key.starts_with("crystal."))
            throw InputError(each.place, fmt::format("{}.{}", sweep_table, each.key), "",
                             "does not go with model.potential_file: one V is of one crystal");
    const auto refuse = [&](const std::string& allowed) {
        throw InputError(place_of(given, "replica_exchange.over", file), "replica_exchange.over",
                         fmt::format("\"{}\"", over), allowed);
    };
    if (const double points = point_count(spec); points > most_points)
        throw InputError({file, 0, 0}, "[sweep]", fmt::format("{:.0f} points", points),
                         fmt::format("must be at most {} points", most_points));
    if (over.empty()) return;
    const auto axis = std::ranges::find(spec.sweep, over, &SweepAxis::key);
    if (axis == spec.sweep.end()) {
        refuse("must be a key of [sweep]");
    } else if (axis->values.size() < 2) {
        refuse("needs two values or more in [sweep]");
    }
    if (!over.starts_with("model.") && over != "crystal.shell.stiffness" && over != "crystal.shell.layers")
        refuse(
            "must leave the core as it is: a key of [model], crystal.shell.stiffness or "
            "crystal.shell.layers");
    const InputPlace& place_of_axis = std::ranges::find(sweep, over, &SweepGiven::key)->place;
    // Replicas pass from neighbour to neighbour, and the curves of a transition run along the values.
    for (std::size_t k = 0; k + 1 < axis->values.size(); ++k)
        if (toml_number(axis->values[k]) >= toml_number(axis->values[k + 1]))
            throw InputError(place_of_axis, fmt::format("{}.{}", sweep_table, over),
                             fmt::format("[{}]", fmt::join(axis->values, ", ")),
                             fmt::format("must ascend: it is replica_exchange.over, and {} stands before {}",
                                         axis->values[k], axis->values[k + 1]));
}

/// Reads every key that is given, for the method and shape that the spec then has.
RunSpec make_spec(const Given& given, const std::string& file, Method method) {
    RunSpec spec;
    spec.method = method;
    for (const SpecKey& key : spec_keys()) {
        const auto found = given.find(key.path);
        if (!key.belongs_to(spec)) {
            if (found != given.end())
                throw InputError(found->second.place, key.path, found->second.text,
                                 key.shapes.empty()
                                     ? fmt::format("goes with [{}] only",
                                                   method == Method::exchange ? "monte_carlo" : "kmc")
                                     : fmt::format("is a key of shape = \"{}\"; here shape = \"{}\"",
                                                   fmt::join(key.shapes, "\" or \""), shape_word(spec)));
            continue;
        }
        if (found == given.end()) {
            if (key.required)
                throw InputError(place_of(given, "crystal.shape", file), key.path, "",
                                 "is missing; it must be " + key.allowed);
            continue;
        }
        if (!key.read(spec, found->second))
            throw InputError(found->second.place, key.path, found->second.text, key.refusal(found->second));
    }
    return spec;
}

/// What to write for a key, or none: not set, or of another shape or method.
std::optional<std::string> value_of(const SpecKey& key, const RunSpec& spec) {
    if (!key.belongs_to(spec)) return std::nullopt;
    return key.write(spec);
}

/// The method that the tables given belong to. Throws if they belong to both.
Method method_of(const std::vector<InputEntry>& entries) {
    const InputEntry* first = nullptr;
    std::optional<Method> method;
    for (const InputEntry& entry : entries)
        for (const SpecTable& table : spec_tables()) {
            if (!table.method || (entry.path != table.path && !entry.path.starts_with(table.path + ".")))
                continue;
            if (method && *method != *table.method)
                throw InputError(
                    entry.value.place, fmt::format("[{}]", table.path), "",
                    fmt::format("does not go with [{}]: a run is either of kinetic Monte Carlo or of "
                                "equilibrium Monte Carlo",
                                first->path.substr(0, first->path.find('.'))));
            if (!method) first = &entry;
            method = table.method;
        }
    const bool is_told_how = std::ranges::any_of(entries, [](const InputEntry& entry) {
        return entry.path == "monte_carlo" || entry.path.starts_with("monte_carlo.");
    });
    if (method == Method::equilibrium && !is_told_how)
        throw InputError(first->value.place, first->path, first->is_table ? "" : first->value.text,
                         "goes with [monte_carlo], which is missing");
    return method.value_or(Method::exchange);
}

}  // namespace

RunSpec read_spec(const std::filesystem::path& file, std::span<const std::string> settings) {
    return parse_spec(read_text(file), file.string(), settings);
}

RunSpec parse_spec(std::string_view text, const std::string& name, std::span<const std::string> settings) {
    std::vector<InputEntry> entries = parse_toml(text, name);
    for (const std::string& setting : settings) entries.push_back(parse_setting(setting));
    const Method method = method_of(entries);
    Given given;
    std::vector<SweepGiven> sweep;
    for (const InputEntry& entry : entries) {
        if (is_stage(entry)) continue;
        if (is_sweep(entry)) {
            if (!entry.is_table) add_sweep_key(sweep, entry);
            continue;
        }
        require_known(entry);
        if (!entry.is_table) given.insert_or_assign(entry.path, entry.value);
    }
    // The spec itself is the sweep's first point, which gives a required key its value.
    const Given outside_sweep = given;
    for (const SweepGiven& axis : sweep) given.insert_or_assign(axis.key, axis.values.front());
    RunSpec spec = make_spec(given, name, method);
    for (const SweepGiven& axis : sweep) {
        spec.sweep.push_back(read_sweep_axis(spec, axis));
        require_seen(spec, spec.sweep.back(), outside_sweep);
    }
    require_sweep(spec, sweep, given, name);
    const auto place = [&](const std::string& path) { return place_of(given, path, name); };
    require_consistent(spec, place);
    const std::vector<StageGiven> stages = gather_stages(entries, method);
    for (std::size_t k = 0; k < stages.size(); ++k) spec.stages.push_back(read_stage(spec, k, stages[k]));
    if (const double points = point_count(spec) * static_cast<double>(stages.size()); points > most_points)
        throw InputError({name, 0, 0}, fmt::format("[[{}]]", stage_table),
                         fmt::format("{:.0f} points of the sweep in all stages", points),
                         fmt::format("must be at most {}", most_points));
    const std::vector<RunSpec> specs = stage_specs(spec);
    for (std::size_t k = 0; k < stages.size(); ++k)
        require_consistent(specs[k], [&](const std::string& path) {
            const auto found = stages[k].find(path);
            return found == stages[k].end() ? place(path) : found->second.place;
        });
    return spec;
}

Crystal build_crystal(const RunSpec& spec) { return build_crystal(spec.crystal, spec.shell, spec.boundary); }

std::int64_t site_count(const RunSpec& spec) { return site_count(spec.crystal, spec.shell); }

std::vector<std::pair<std::string, std::string>> resolved_keys(const RunSpec& spec) {
    std::vector<std::pair<std::string, std::string>> resolved;
    for (const SpecKey& key : spec_keys())
        if (const auto value = value_of(key, spec)) resolved.emplace_back(key.path, *value);
    for (const SweepAxis& axis : spec.sweep)
        resolved.emplace_back(fmt::format("{}.{}", sweep_table, axis.key),
                              fmt::format("[{}]", fmt::join(axis.values, ", ")));
    for (std::size_t k = 0; k < spec.stages.size(); ++k)
        for (const auto& [path, value] : spec.stages[k].settings)
            resolved.emplace_back(fmt::format("{}.{}.{}", stage_table, k, name_in_stage(path)), value);
    return resolved;
}

std::string to_toml(const RunSpec& spec) {
    std::string text;
    for (const SpecTable& table : spec_tables()) {
        std::string lines;
        for (const SpecKey& key : spec_keys()) {
            if (key.table() != table.path) continue;
            if (const auto value = value_of(key, spec)) lines += fmt::format("{} = {}\n", key.name(), *value);
        }
        if (table.path == sweep_table)
            for (const SweepAxis& axis : spec.sweep)
                lines += fmt::format("\"{}\" = [{}]\n", axis.key, fmt::join(axis.values, ", "));
        if (!lines.empty()) text += fmt::format("{}[{}]\n{}", text.empty() ? "" : "\n", table.path, lines);
    }
    for (const Stage& stage : spec.stages) {
        text += fmt::format("\n[[{}]]\n", stage_table);
        for (const auto& [path, value] : stage.settings)
            text += fmt::format("{} = {}\n", name_in_stage(path), value);
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
    if (here.sweep != recorded.sweep) lines.emplace_back("[sweep]: other keys or values than in the record");
    if (here.stages.size() != recorded.stages.size()) {
        lines.push_back(fmt::format("[[{}]]: {} stages here, {} in the record", stage_table,
                                    here.stages.size(), recorded.stages.size()));
    } else {
        const std::vector<RunSpec> ours = stage_specs(here);
        const std::vector<RunSpec> theirs = stage_specs(recorded);
        for (std::size_t k = 0; k < here.stages.size(); ++k)
            for (const std::string& line : differences(ours[k], theirs[k]))
                if (std::ranges::find(lines, line) == lines.end())
                    lines.push_back(fmt::format("{}.{}: {}", stage_table, k, line));
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
        const char* heading = table.path == stage_table ? "\n## [[{}]]\n\n{}\n" : "\n## [{}]\n\n{}\n";
        text += fmt::format(fmt::runtime(heading), table.path, table.meaning);
        if (table.path == sweep_table || table.path == stage_table) continue;
        text += "\n| key | allowed | unit | default | meaning |\n|---|---|---|---|---|\n";
        for (const SpecKey& key : spec_keys()) {
            if (key.table() != table.path) continue;
            std::string initial = "required";
            if (!key.required)
                initial = key.write(defaults) ? fmt::format("`{}`", *key.write(defaults)) : "none";
            if (!key.shapes.empty()) initial += fmt::format(" for a {}", fmt::join(key.shapes, " or "));
            text += fmt::format("| `{}` | {} | {} | {} | {} |\n", key.name(), key.allowed, key.unit, initial,
                                key.meaning);
        }
    }
    return text;
}

}  // namespace misfit
