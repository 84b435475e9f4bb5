#include "misfit/input/spec_stages.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "misfit/base/error.hpp"
#include "misfit/input/nearest_word.hpp"
#include "misfit/input/schema.hpp"

namespace misfit {
namespace {

constexpr std::size_t most_stages = 1000;

bool can_be_in_stage(const std::string& path, Method method) {
    constexpr std::array of_chains = {"monte_carlo.moves", "monte_carlo.equilibration", "monte_carlo.sweeps",
                                      "monte_carlo.sample_interval", "monte_carlo.frames"};
    if (path.starts_with("model.")) return path != "model.potential_file" && path != "model.elastic";
    if (method == Method::equilibrium) return std::ranges::find(of_chains, path) != of_chains.end();
    return path.starts_with("record.") || (path.starts_with("kmc.") && !path.starts_with("kmc.start"));
}

/// Whether some key is called so, be it one of a stage or of the whole run.
bool is_word_of(const std::string& name, Method method) {
    return std::ranges::any_of(spec_keys(), [&](const SpecKey& key) {
        return goes_with(key, method) && (key.path == name || key.name() == name);
    });
}

/// Why `name` is no key of a stage.
std::string refusal(const std::string& name, Method method) {
    const bool is_exchange = method == Method::exchange;
    if (!path_in_stage(name, is_exchange ? Method::equilibrium : Method::exchange).empty())
        return fmt::format("goes with [{}] only", is_exchange ? "monte_carlo" : "kmc");
    if (is_word_of(name, method)) return "is not a key of a stage: it holds for the whole run";
    const std::string meant = nearest_word(name, names_in_stage(method));
    return meant.empty() ? "unknown key" : fmt::format("unknown key; did you mean {}?", meant);
}

/// Where an entry of [[stage]] stands: "stage.2.kT" is "kT" in 1, its place in the list.
struct PlaceInStages {
    std::size_t number;
    std::string name;
};

/// None if the entry has no number of a stage.
std::optional<PlaceInStages> find_place(const InputEntry& entry) {
    const std::string rest = entry.path.substr(entry.path.find('.') + 1);
    std::size_t number = 0;
    const auto [end, failure] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    const auto digits = static_cast<std::size_t>(end - rest.data());
    const bool is_number = failure == std::errc{} && (digits == rest.size() || rest[digits] == '.');
    if (!is_number || number < 1 || number > most_stages) return std::nullopt;
    return PlaceInStages{number - 1, digits == rest.size() ? "" : rest.substr(digits + 1)};
}

PlaceInStages require_place(const InputEntry& entry) {
    if (std::optional<PlaceInStages> place = find_place(entry)) return *std::move(place);
    throw InputError(entry.value.place, entry.path, entry.is_table ? "" : entry.value.text,
                     fmt::format("is no stage: they are numbered from 1, and written [[{}]]; {} at the most",
                                 stage_table, most_stages));
}

}  // namespace

bool is_stage(const InputEntry& entry) {
    return entry.path == stage_table || entry.path.starts_with(std::string(stage_table) + ".");
}

bool is_unknown_in_stage(const InputEntry& entry) {
    if (!is_stage(entry) || entry.is_table) return false;
    const std::optional<PlaceInStages> place = find_place(entry);
    return place && !is_word_of(place->name, Method::exchange) &&
           !is_word_of(place->name, Method::equilibrium);
}

InputError fault_of_stage_key(const InputEntry& entry, Method method) {
    return {entry.value.place, entry.path, entry.value.text, refusal(require_place(entry).name, method)};
}

std::vector<StageGiven> gather_stages(const std::vector<InputEntry>& entries, Method method) {
    std::vector<StageGiven> stages;
    std::set<std::size_t> there;  // numbers of the stages that the file has, or all settings together
    bool has_file = false;
    for (const InputEntry& entry : entries) {
        if (!is_stage(entry)) continue;
        const InputPlace& place = entry.value.place;
        if (entry.path == stage_table)
            throw InputError(place, entry.is_table ? "[stage]" : entry.path,
                             entry.is_table ? "" : entry.value.text,
                             fmt::format("is a list of tables: write [[{}]]", stage_table));
        const auto [number, name] = require_place(entry);
        const bool is_setting = place.line == 0;
        has_file = has_file || !is_setting;
        if (is_setting && has_file && !there.contains(number))
            throw InputError(place, entry.path, entry.value.text,
                             fmt::format("the input has {} stages, numbered from 1", there.size()));
        there.insert(number);
        stages.resize(std::max(stages.size(), number + 1));
        if (entry.is_table) {
            if (!name.empty() && !is_table(name)) throw InputError(place, entry.path, "", "unknown table");
            continue;
        }
        const std::string path = path_in_stage(name, method);
        if (path.empty()) throw fault_of_stage_key(entry, method);
        stages[number].insert_or_assign(path, entry.value);
    }
    for (std::size_t number = 0; number < stages.size(); ++number)
        if (!there.contains(number))
            throw Error(fmt::format("{}.{}: is missing; there is a {}.{}", stage_table, number + 1,
                                    stage_table, stages.size()));
    return stages;
}

Stage read_stage(const RunSpec& spec, std::size_t number, const StageGiven& given) {
    Stage stage;
    Settings here = static_cast<const Settings&>(spec);
    const char* always = std::visit([](const auto& method) { return method.length_key; }, spec.method);
    for (const SpecKey& key : spec_keys()) {
        const auto found = given.find(key.path);
        if (found == given.end() && key.path != always) continue;
        if (found != given.end()) {
            const auto refuse = [&](const std::string& allowed) {
                throw InputError(found->second.place,
                                 fmt::format("{}.{}.{}", stage_table, number + 1, name_in_stage(key.path)),
                                 found->second.text, allowed);
            };
            if (std::ranges::find(spec.sweep, key.path, &SweepAxis::key) != spec.sweep.end())
                refuse(fmt::format("is a key of [{}]: a point has one value in all stages", sweep_table));
            if (!key.read(here, found->second.value)) refuse(key.refusal(found->second.value));
        }
        stage.settings.emplace_back(key.path, key.value(here).value_or(Value{std::string()}));
    }
    return stage;
}

std::string path_in_stage(const std::string& name, Method method) {
    for (const char* table : {"kmc.", "monte_carlo.", "model.", ""})
        if (const std::string path = table + name; find_key(path) != nullptr && can_be_in_stage(path, method))
            return path;
    return "";
}

std::vector<std::string> names_in_stage(Method method) {
    std::vector<std::string> names;
    for (const SpecKey& key : spec_keys())
        if (can_be_in_stage(key.path, method)) names.push_back(name_in_stage(key.path));
    return names;
}

std::string name_in_stage(const std::string& path) {
    return path.starts_with("record.") ? path : path.substr(path.find('.') + 1);
}

}  // namespace misfit
