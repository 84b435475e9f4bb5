#include "misfit/input/spec_reader.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "misfit/base/message.hpp"
#include "misfit/input/schema.hpp"
#include "misfit/input/spec_consistency.hpp"
#include "misfit/input/spec_stages.hpp"
#include "misfit/input/spec_sweep.hpp"
#include "misfit/input/toml_input.hpp"
#include "misfit/store/files.hpp"

namespace misfit {
namespace {

/// What was given for each key, by path.
using Given = std::map<std::string, InputValue>;

/// The table that an entry belongs to, if only one of the methods has that table.
const SpecTable* table_of_one_method(const InputEntry& entry) {
    for (const SpecTable& table : spec_tables())
        if (table.method && (entry.path == table.path || entry.path.starts_with(table.path + ".")))
            return &table;
    return nullptr;
}

/// The first of all entries whose table only one of the methods has; end() if there is none.
std::vector<InputEntry>::const_iterator first_of_one_method(const std::vector<InputEntry>& entries) {
    return std::ranges::find_if(entries, [](const InputEntry& entry) { return table_of_one_method(entry); });
}

/// The method that the first such table belongs to.
Method method_meant(const std::vector<InputEntry>& entries) {
    const auto first = first_of_one_method(entries);
    return first == entries.end() ? Method::exchange : *table_of_one_method(*first)->method;
}

/// Whether the entry is neither a key that exists nor a table that does.
bool is_mistyped(const InputEntry& entry) {
    if (is_stage(entry)) return is_unknown_in_stage(entry);
    if (is_sweep(entry)) return is_unknown_in_sweep(entry);
    return entry.is_table ? !is_table(entry.path) : find_key(entry.path) == nullptr;
}

/// What is wrong with an entry that is mistyped.
InputError fault_of(const InputEntry& entry, Method method) {
    const InputPlace& place = entry.value.place;
    if (is_stage(entry)) return fault_of_stage_key(entry, method);
    if (is_sweep(entry)) return fault_of_sweep_key(entry);
    if (is_table(entry.path))
        return {place, entry.path, entry.value.text, "is a table: write [" + entry.path + "]"};
    if (const SpecKey* key = find_key(entry.path))
        return {place, entry.path, "a table", "must be " + key->allowed};
    return {place, entry.path, entry.is_table ? "" : entry.value.text,
            (entry.is_table ? "unknown table" : "unknown key") + suggestion(entry.path, entry.is_table)};
}

/// The first entry that is not known is the fault, and the others are named with it: who mistyped two learns
/// of both.
void require_all_known(const std::vector<InputEntry>& entries) {
    const auto first = std::ranges::find_if(entries, is_mistyped);
    if (first == entries.end()) return;
    std::vector<std::string> others;
    const std::string* table = first->is_table ? &first->path : nullptr;  // what is in it goes without saying
    for (const InputEntry& entry : std::span(first + 1, entries.end())) {
        if (!is_mistyped(entry) || (table != nullptr && entry.path.starts_with(*table + "."))) continue;
        const int line = entry.value.place.line;
        others.push_back(line > 0 ? fmt::format("{} in line {}", shortened(entry.path), line)
                                  : shortened(entry.path));
        if (entry.is_table) table = &entry.path;
    }
    const InputError fault = fault_of(*first, method_meant(entries));
    std::string allowed = fault.allowed();
    if (!others.empty()) allowed += fmt::format("; likewise {}", listed(others));
    throw InputError(fault.place(), fault.key(), fault.given(), allowed);
}

/// True if a setting of the command line gives this as a text, though TOML reads another value: "2026-11-27"
/// is a date there, and may be a folder's name.
bool reads_as_text(const SpecKey& key, const InputValue& value, Settings& spec) {
    const bool is_setting = value.place.line == 0 && value.place.file.starts_with("--set ");
    const bool is_bare = !std::holds_alternative<std::string>(value.value.content) &&
                         !std::holds_alternative<std::vector<Value>>(value.value.content);
    return is_setting && is_bare && key.read(spec, {value.text});
}

/// The place to name for a key: its own, or the file if it was not given.
InputPlace place_of(const Given& given, const std::string& path, const std::string& file) {
    const auto found = given.find(path);
    return found == given.end() ? InputPlace{file, 0, 0} : found->second.place;
}

/// Reads every key that is given, for the method and shape that the spec then has.
RunSpec make_spec(const Given& given, const std::string& file, Method method) {
    RunSpec spec;
    if (method == Method::equilibrium) spec.method = Equilibrium{};
    for (const SpecKey& key : spec_keys()) {
        const auto found = given.find(key.path);
        if (!belongs_to(key, spec)) {
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
            if (key.is_required(shape_word(spec)))
                throw InputError(place_of(given, "crystal.shape", file), key.path, "",
                                 "is missing; it must be " + key.allowed);
            continue;
        }
        const InputValue& value = found->second;
        try {
            if (!key.read(spec, value.value) && !reads_as_text(key, value, spec))
                throw InputError(value.place, key.path, value.text, key.refusal(value.value));
        } catch (const InputError& error) {  // a key that reads a file knows no place
            if (!error.place().file.empty()) throw;
            throw InputError(value.place, error.key(), error.given(), error.allowed());
        }
    }
    return spec;
}

/// The method that the tables given belong to. Throws if they belong to both.
Method method_of(const std::vector<InputEntry>& entries) {
    const Method method = method_meant(entries);
    const auto first = first_of_one_method(entries);
    for (const InputEntry& entry : entries) {
        const SpecTable* table = table_of_one_method(entry);
        if (table != nullptr && *table->method != method)
            throw InputError(
                entry.value.place, fmt::format("[{}]", table->path), "",
                fmt::format("does not go with [{}]: a run is either of kinetic Monte Carlo or of "
                            "equilibrium Monte Carlo",
                            first->path.substr(0, first->path.find('.'))));
    }
    const bool is_told_how = std::ranges::any_of(entries, [](const InputEntry& entry) {
        return entry.path == "monte_carlo" || entry.path.starts_with("monte_carlo.");
    });
    if (method == Method::equilibrium && !is_told_how)
        throw InputError(first->value.place, first->path, first->is_table ? "" : first->value.text,
                         "goes with [monte_carlo], which is missing");
    return method;
}

}  // namespace

RunSpec read_spec(const std::filesystem::path& file, std::span<const std::string> settings) {
    return parse_spec(read_text(file), file.string(), settings);
}

namespace {

/// The spec of what a file and settings give.
RunSpec spec_of_entries(const std::vector<InputEntry>& entries, const std::string& name) {
    require_all_known(entries);
    const Method method = method_of(entries);
    Given given;
    std::vector<SweepGiven> sweep;
    for (const InputEntry& entry : entries) {
        if (is_stage(entry)) continue;
        if (is_sweep(entry)) {
            if (!entry.is_table) add_sweep_key(sweep, entry, method);
            continue;
        }
        if (!entry.is_table) given.insert_or_assign(entry.path, entry.value);
    }
    // The spec itself is the sweep's first point, which gives a required key its value.
    const Given outside_sweep = given;
    for (const SweepGiven& axis : sweep) given.insert_or_assign(axis.key, item_of(axis.values, 0));
    RunSpec spec = make_spec(given, name, method);
    for (const SweepGiven& axis : sweep) {
        spec.sweep.push_back(read_sweep_axis(spec, axis));
        if (const auto found = outside_sweep.find(axis.key); found != outside_sweep.end())
            require_seen(spec, spec.sweep.back(), found->second);
    }
    const auto place = [&](const std::string& path) { return place_of(given, path, name); };
    require_sweep(spec, sweep, place);
    const std::vector<StageGiven> stages = gather_stages(entries, method);
    for (std::size_t k = 0; k < stages.size(); ++k) spec.stages.push_back(read_stage(spec, k, stages[k]));
    if (const double points = combination_count(spec) * static_cast<double>(stages.size());
        points > most_points)
        throw InputError({name, 0, 0}, fmt::format("[[{}]]", stage_table),
                         fmt::format("{:.0f} points of the sweep in all stages", points),
                         fmt::format("must be at most {}", most_points));
    require_consistent(spec, [&](const std::string& path, std::size_t stage) {
        if (stage >= stages.size()) return place(path);
        const auto found = stages[stage].find(path);
        return found == stages[stage].end() ? place(path) : found->second.place;
    });
    return spec;
}

}  // namespace

RunSpec parse_spec(std::string_view text, const std::string& name, std::span<const std::string> settings) {
    std::vector<InputEntry> entries = parse_toml(text, name);
    for (const std::string& setting : settings) entries.push_back(parse_setting(setting));
    return spec_of_entries(entries, name);
}

RunSpec spec_of(const std::vector<std::pair<std::string, Value>>& keys, const std::string& name) {
    std::vector<InputEntry> entries;
    for (const auto& [path, value] : keys) {
        const bool is_list = std::holds_alternative<std::vector<Value>>(value.content);
        entries.push_back({path, false, {value, is_list ? "[...]" : toml_text(value), {name, 0, 0}}});
    }
    return spec_of_entries(entries, name);
}

Crystal build_crystal(const Settings& settings) {
    return build_crystal(settings.crystal, settings.shell, settings.boundary);
}

ElasticKind Settings::elastic_kind() const {
    if (elastic) return *elastic;
    // Sites last: to count those of a large sphere takes a while.
    const bool is_single =
        kind() == Method::exchange && potential_file.empty() && site_count(*this) > most_sites_in_doubles;
    return is_single ? ElasticKind::single : ElasticKind::dense;
}

std::int64_t site_count(const Settings& settings) { return site_count(settings.crystal, settings.shell); }

}  // namespace misfit
