#include "misfit/run/spec.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <map>
#include <optional>

#include "misfit/run/files.hpp"
#include "misfit/run/nearest_word.hpp"
#include "misfit/run/schema.hpp"
#include "misfit/run/toml_input.hpp"

namespace misfit {
namespace {

/// More than anybody waits for, and numbers of points stay short.
constexpr int most_points = 10'000;

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

/// Throws for a value that does not go with the others.
class Consistency {
public:
    Consistency(const RunSpec& spec, const Given& given, std::string file)
        : spec_(spec), given_(given), file_(std::move(file)) {}

    void require() const {
        require_crystal();
        spec_.method == Method::exchange ? require_exchange() : require_equilibrium();
    }

private:
    [[noreturn]] void refuse(const std::string& path, const std::string& allowed) const {
        throw InputError(place_of(given_, path, file_), path, text_of(spec_, path), allowed);
    }
    void require_crystal() const;
    void require_exchange() const;
    void require_equilibrium() const;

    const RunSpec& spec_;
    const Given& given_;
    std::string file_;
};

void Consistency::require_crystal() const {
    if (spec_.boundary == Boundary::free) return;
    if (std::holds_alternative<Hexagon>(spec_.crystal))
        refuse("crystal.boundary",
               "must be \"free\" for a hexagon; a parallelogram and a box may be periodic");
    if (spec_.shell.layers > 0)
        refuse("crystal.shell.layers", "must be 0: a periodic crystal has no surface");
}

void Consistency::require_exchange() const {
    if (spec_.shell.layers > 0)
        refuse("crystal.shell.layers", "must be 0 with [kmc]: a shell goes with [monte_carlo]");
    if (spec_.boundary == Boundary::periodic)
        refuse("crystal.boundary", "must be \"free\" with [kmc]: exchange needs a surface");
    const EnsembleParameters& ensemble = spec_.ensemble;
    if (std::uint64_t{ensemble.first} + ensemble.trajectories > std::numeric_limits<std::uint32_t>::max())
        refuse("ensemble.first",
               fmt::format("must be {} or less with {} trajectories",
                           std::numeric_limits<std::uint32_t>::max() - ensemble.trajectories,
                           ensemble.trajectories));
    const double t_end = spec_.kmc.t_end;
    for (const auto& [table, schedule] : {std::pair{"record.scalars", &spec_.record.scalars},
                                          std::pair{"record.sigma", &spec_.record.sigma}}) {
        if (schedule->log_start >= t_end)
            refuse(fmt::format("{}.log_start", table), fmt::format("must be below kmc.t_end = {}", t_end));
        if (!schedule->times.empty() && std::ranges::max(schedule->times) > t_end)
            refuse(fmt::format("{}.times", table),
                   fmt::format("no time may lie beyond kmc.t_end = {}", t_end));
    }
}

void Consistency::require_equilibrium() const {
    const MonteCarloParameters& monte_carlo = spec_.monte_carlo;
    if (monte_carlo.sample_interval > monte_carlo.sweeps)
        refuse("monte_carlo.sample_interval",
               fmt::format("must be at most monte_carlo.sweeps = {}", monte_carlo.sweeps));
    if (const std::uint64_t samples = monte_carlo.sweeps / monte_carlo.sample_interval;
        monte_carlo.frames > samples)
        refuse("monte_carlo.frames", fmt::format("must be at most the number of samples, {}", samples));
    const bool from_record =
        std::ranges::find(monte_carlo.start, StartState::record) != monte_carlo.start.end();
    if (from_record && monte_carlo.start.size() > 1)
        refuse("monte_carlo.start", "must have \"record\" alone: its composition is its own");
    if (from_record == monte_carlo.start_record.empty())
        refuse("monte_carlo.start_record",
               from_record ? "must name the record to start from" : "goes with start = \"record\" only");
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
    return key == "monte_carlo.composition" || key.starts_with("model.") ||
           key.starts_with("crystal.shell.") || key == "crystal.side" || key == "crystal.size";
}

SweepGiven sweep_key(InputEntry entry) {
    const InputPlace place = entry.value.place;
    const std::string path = entry.path;
    entry.path = path.substr(path.find('.') + 1);
    if (find_key(entry.path) == nullptr)
        throw InputError(place, path, entry.value.text, "unknown key" + suggestion(entry));
    if (!can_be_swept(entry.path))
        throw InputError(place, path, entry.value.text,
                         "cannot be swept: keys of [model], [crystal.shell], crystal.side, crystal.size and "
                         "monte_carlo.composition can");
    const auto* values = std::get_if<std::vector<InputValue>>(&entry.value.content);
    if (values == nullptr || values->empty())
        throw InputError(place, path, entry.value.text, "must be a list of values, as in [1.0, 2.0]");
    return {entry.path, place, *values};
}

SweepAxis read_sweep_axis(RunSpec spec, const SweepGiven& given) {
    SweepAxis axis = {given.key, {}};
    const SpecKey& key = *find_key(given.key);
    for (const InputValue& value : given.values) {
        if (!key.read(spec, value))
            throw InputError(value.place, fmt::format("{}.{}", sweep_table, given.key), value.text,
                             "each value must be " + key.allowed);
        const std::string text = key.write(spec).value_or("");
        if (std::ranges::find(axis.values, text) != axis.values.end())
            throw InputError(value.place, fmt::format("{}.{}", sweep_table, given.key), value.text,
                             "no value may be there twice");
        axis.values.push_back(text);
    }
    return axis;
}

void require_sweep(const RunSpec& spec, const Given& given, const std::string& file) {
    const std::string& over = spec.replica_exchange.over;
    const auto refuse = [&](const std::string& allowed) {
        throw InputError(place_of(given, "replica_exchange.over", file), "replica_exchange.over",
                         text_of(spec, "replica_exchange.over"), allowed);
    };
    double points = 1.0;
    for (const SweepAxis& axis : spec.sweep) points *= static_cast<double>(axis.values.size());
    if (points > most_points)
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
            throw InputError(found->second.place, key.path, found->second.text, "must be " + key.allowed);
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
        if (is_sweep(entry)) {
            if (entry.is_table) continue;
            SweepGiven axis = sweep_key(entry);
            const auto before = std::ranges::find(sweep, axis.key, &SweepGiven::key);
            before == sweep.end() ? sweep.push_back(std::move(axis)) : void(*before = std::move(axis));
            continue;
        }
        require_known(entry);
        if (!entry.is_table) given.insert_or_assign(entry.path, entry.value);
    }
    // The spec itself is the sweep's first point, which gives a required key its value.
    for (const SweepGiven& axis : sweep) given.insert_or_assign(axis.key, axis.values.front());
    RunSpec spec = make_spec(given, name, method);
    for (const SweepGiven& axis : sweep) spec.sweep.push_back(read_sweep_axis(spec, axis));
    require_sweep(spec, given, name);
    for (const RunSpec& point : sweep_points(spec)) Consistency(point, given, name).require();
    return spec;
}

std::vector<RunSpec> sweep_points(const RunSpec& spec) {
    RunSpec single = spec;
    single.sweep.clear();
    std::vector<RunSpec> points = {single};
    for (const SweepAxis& axis : spec.sweep) {
        const SpecKey& key = *find_key(axis.key);
        std::vector<RunSpec> product;
        for (const RunSpec& point : points)
            for (const std::string& text : axis.values) {
                RunSpec& next = product.emplace_back(point);
                if (!key.read(next, parse_setting(axis.key + "=" + text).value))
                    throw Error(fmt::format("sweep: {} = {}: must be {}", axis.key, text, key.allowed));
            }
        points = std::move(product);
    }
    return points;
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
        text += fmt::format("\n## [{}]\n\n{}\n", table.path, table.meaning);
        if (table.path == sweep_table) continue;
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
