#include "misfit/input/spec_sweep.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>
#include <string_view>
#include <utility>

#include "misfit/input/brief_text.hpp"

namespace misfit {
namespace {

const std::vector<Value>& values_of(const SweepGiven& given) {
    return std::get<std::vector<Value>>(given.values.value.content);
}

std::string path_of(const SweepGiven& given) { return fmt::format("{}.{}", sweep_table, given.key); }

/// The path of the key that is swept: "model.kT" of "sweep.model.kT".
std::string name_in_sweep(const InputEntry& entry) { return entry.path.substr(entry.path.find('.') + 1); }

/// Why a key has one value in the whole run; "" if it may be swept.
std::string_view reason_for_one_value(const SpecKey& key) {
    const std::string& path = key.path;
    const std::string table = key.table();
    if (path == "model.elastic") return "it is how V is held, not what it is";
    if (path == "model.potential_file") return "one V is of one crystal";
    if (path == "crystal.elements") return "it is what the species are called";
    if (path == "crystal.shape") return "each shape has keys of its own";
    if (path == "crystal.lattice" || path == "crystal.points") return "a list of sites is one crystal";
    if (table == "observables") return "all points of a record have the same columns";
    if (table == "replica_exchange" || path == "monte_carlo.chains" || path == "monte_carlo.seed" ||
        path.starts_with("monte_carlo.start"))
        return "it holds for the chains of all points";
    if (path == "monte_carlo.equilibration" || path == "monte_carlo.sweeps" ||
        path == "monte_carlo.sample_interval" || path == "monte_carlo.frames")
        return "the chains of all points are as long";
    if (path.starts_with("kmc.start")) return "all ensembles start alike";
    if (path == "ensemble.trajectories" || path == "ensemble.first")
        return "all ensembles have the same trajectories";
    return "";
}

}  // namespace

bool can_be_swept(const SpecKey& key) { return reason_for_one_value(key).empty(); }

bool is_sweep(const InputEntry& entry) {
    return entry.path == sweep_table || entry.path.starts_with(std::string(sweep_table) + ".");
}

bool is_unknown_in_sweep(const InputEntry& entry) {
    return is_sweep(entry) && entry.path != sweep_table && !entry.is_table &&
           find_key(name_in_sweep(entry)) == nullptr;
}

InputError fault_of_sweep_key(const InputEntry& entry) {
    return {entry.value.place, entry.path, entry.value.text,
            "unknown key" + suggestion(name_in_sweep(entry), false)};
}

void add_sweep_key(std::vector<SweepGiven>& sweep, const InputEntry& entry, Method method) {
    const InputPlace& place = entry.value.place;
    if (entry.path == sweep_table)
        throw InputError(place, entry.path, entry.value.text, "is a table: write [" + entry.path + "]");
    const std::string name = name_in_sweep(entry);
    const SpecKey* key = find_key(name);
    if (key == nullptr) throw fault_of_sweep_key(entry);
    if (!goes_with(*key, method))
        throw InputError(
            place, entry.path, entry.value.text,
            fmt::format("goes with [{}] only", method == Method::exchange ? "monte_carlo" : "kmc"));
    if (const std::string_view reason = reason_for_one_value(*key); !reason.empty())
        throw InputError(place, entry.path, entry.value.text, fmt::format("cannot be swept: {}", reason));
    const auto* values = std::get_if<std::vector<Value>>(&entry.value.value.content);
    if (values == nullptr || values->empty())
        throw InputError(place, entry.path, entry.value.text, "must be a list of values, as in [1.0, 2.0]");
    if (values->size() > most_points)
        throw InputError(place, entry.path, fmt::format("{} values", values->size()),
                         fmt::format("must be at most {} values", most_points));
    const auto same = std::ranges::find(sweep, name, &SweepGiven::key);
    const bool is_setting = place.line == 0;
    if (same == sweep.end()) {
        sweep.push_back({name, entry.value});
    } else if (is_setting) {
        *same = {name, entry.value};
    } else {
        throw InputError(place, entry.path, entry.value.text,
                         fmt::format("is there twice; first in line {}", same->values.place.line));
    }
}

SweepAxis read_sweep_axis(const RunSpec& spec, const SweepGiven& given) {
    SweepAxis axis = {given.key, {}};
    const SpecKey& key = *find_key(given.key);
    Settings scratch = static_cast<const Settings&>(spec);
    std::set<std::string> seen;
    for (std::size_t k = 0; k < values_of(given).size(); ++k) {
        const Value& value = values_of(given)[k];
        const auto refuse = [&](const std::string& allowed) {
            const InputValue item = item_of(given.values, k);
            throw InputError(item.place, path_of(given), item.text, allowed);
        };
        if (!key.read(scratch, value)) refuse("each value " + key.refusal(value));
        axis.values.push_back(key.value(scratch).value_or(Value{std::string()}));
        if (!seen.insert(toml_text(axis.values.back())).second) refuse("no value may be there twice");
    }
    return axis;
}

void require_seen(const RunSpec& spec, const SweepAxis& axis, const InputValue& value) {
    if (value.place.line != 0) return;
    const SpecKey& key = *find_key(axis.key);
    Settings scratch = static_cast<const Settings&>(spec);
    if (!key.read(scratch, value.value))
        throw InputError(value.place, key.path, value.text, key.refusal(value.value));
    if (key.value(scratch) != axis.values.front())
        throw InputError(value.place, key.path, value.text,
                         fmt::format("is swept: set {}.{} = [...] instead of {}", sweep_table, key.path,
                                     brief_text({axis.values})));
}

double combination_count(const RunSpec& spec) {
    double points = 1.0;
    for (const SweepAxis& axis : spec.sweep) points *= static_cast<double>(axis.values.size());
    return points;
}

namespace {

/// Replicas pass from neighbour to neighbour, and the curves of a transition run along the values.
void require_ladder(const RunSpec& spec, const std::vector<SweepGiven>& sweep, const PlaceOfKey& place) {
    const std::string& over = spec.equilibrium().replica_exchange.over;
    if (over.empty()) return;
    const auto refuse = [&](const std::string& allowed) {
        throw InputError(place("replica_exchange.over"), "replica_exchange.over", quoted(over), allowed);
    };
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
    const SweepGiven& given = *std::ranges::find(sweep, over, &SweepGiven::key);
    for (std::size_t k = 0; k + 1 < axis->values.size(); ++k)
        if (number_of(axis->values[k]) >= number_of(axis->values[k + 1]))
            throw InputError(given.values.place, path_of(given), brief_text({axis->values}),
                             fmt::format("must ascend: it is replica_exchange.over, and {} stands before {}",
                                         toml_text(axis->values[k]), toml_text(axis->values[k + 1])));
}

}  // namespace

void require_sweep(const RunSpec& spec, const std::vector<SweepGiven>& sweep, const PlaceOfKey& place) {
    for (const SweepGiven& each : sweep)
        if (!spec.potential_file.empty() && each.key.starts_with("crystal."))
            throw InputError(each.values.place, path_of(each), "",
                             "does not go with model.potential_file: one V is of one crystal");
    if (const double points = combination_count(spec); points > most_points)
        throw InputError({place("").file, 0, 0}, "[sweep]", fmt::format("{:.0f} points", points),
                         fmt::format("must be at most {} points", most_points));
    if (spec.kind() == Method::equilibrium) require_ladder(spec, sweep, place);
}

}  // namespace misfit
