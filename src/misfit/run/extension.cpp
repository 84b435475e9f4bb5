#include "misfit/run/extension.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "misfit/base/error.hpp"
#include "misfit/input/brief_text.hpp"
#include "misfit/input/plan.hpp"
#include "misfit/input/schema.hpp"
#include "misfit/input/spec_reader.hpp"
#include "misfit/input/spec_text.hpp"
#include "misfit/input/toml_input.hpp"

namespace misfit {
namespace {

/// The number that `value` is, if it is one above `end`. Throws Error otherwise.
double later_end(const char* name, const std::string& value, double end) {
    const std::optional<double> later = toml_number(value);
    if (!later || !(*later > end) || !std::isfinite(*later))
        throw Error(
            fmt::format("--extend {}={}: must be a number above {}, where the run ends", name, value, end));
    return *later;
}

/// The same for an integer.
std::uint64_t later_count(const char* name, const std::string& value, std::uint64_t end) {
    const double later = later_end(name, value, static_cast<double>(end));
    if (later != std::floor(later) || later > 1e18)
        throw Error(fmt::format("--extend {}={}: must be an integer", name, value));
    return static_cast<std::uint64_t>(later);
}

/// Sets a key of the run.
void set(RunSpec& spec, const std::string& key, const Value& value) {
    if (!find_key(key)->read(spec, value))
        throw Error(
            fmt::format("--extend: {} = {}: must be {}", key, brief_text(value), find_key(key)->allowed));
}

/// Sets a key of the last stage where the run has stages, or else of the run. Throws Error if it is swept.
void set_last(RunSpec& spec, const std::string& key, const Value& value) {
    for (const SweepAxis& axis : spec.sweep)
        if (axis.key == key) throw Error(fmt::format("--extend: {} is swept: each point has its own", key));
    if (spec.stages.empty()) return set(spec, key, value);
    auto& settings = spec.stages.back().settings;
    const auto found = std::ranges::find(settings, key, &std::pair<std::string, Value>::first);
    found == settings.end() ? void(settings.emplace_back(key, value)) : void(found->second = value);
}

/// The spec as it is when its own TOML is read: keys of stages in their order, all that goes together
/// checked.
RunSpec checked(const RunSpec& spec) { return parse_spec(to_toml(spec), "--extend"); }

Settings last_stage(const RunSpec& spec) {
    const Plan plan(spec);
    return plan.settings(0, plan.stages() - 1);
}

/// The schedule that has the due times of this one, and those in the same steps from t_end to `later`.
ScheduleParameters continued(ScheduleParameters schedule, double t_end, double later,
                             const std::string& value) {
    const std::vector<double> before = due_times(schedule, t_end);
    if (schedule.linear > 0 || schedule.logarithmic > 0)
        if (schedule.spread_to == 0.0) schedule.spread_to = t_end;
    if (const double times = due_time_count(schedule, later); times > most_due_times)
        throw Error(
            fmt::format("--extend t_end={}: would make {:.3g} due times in the steps of the run; must be "
                        "at most {:.0f}",
                        value, times, most_due_times));
    // An earlier end may lie between two steps.
    const std::vector<double> after = due_times(schedule, later);
    std::ranges::set_difference(before, after, std::back_inserter(schedule.times));
    return schedule;
}

RunSpec with_later_end(RunSpec spec, const std::string& value) {
    const Exchange last = last_stage(spec).exchange();
    const double t_end = later_end("t_end", value, last.kmc.t_end);
    set_last(spec, "kmc.t_end", {t_end});
    for (const auto& [table, schedule] :
         {std::pair{"record.scalars", &last.record.scalars}, std::pair{"record.sigma", &last.record.sigma}}) {
        const ScheduleParameters longer = continued(*schedule, last.kmc.t_end, t_end, value);
        if (longer.spread_to != schedule->spread_to)
            set_last(spec, fmt::format("{}.spread_to", table), {longer.spread_to});
        if (longer.times != schedule->times)
            set_last(spec, fmt::format("{}.times", table),
                     {std::vector<Value>(longer.times.begin(), longer.times.end())});
    }
    return checked(spec);
}

RunSpec with_more_trajectories(RunSpec spec, const std::string& value) {
    const std::uint64_t count = later_count("trajectories", value, spec.exchange().ensemble.trajectories);
    set(spec, "ensemble.trajectories", {static_cast<std::int64_t>(count)});
    return checked(spec);
}

RunSpec with_more_sweeps(RunSpec spec, const std::string& value) {
    const MonteCarloParameters last = last_stage(spec).equilibrium().monte_carlo;
    MonteCarloParameters longer = last;
    longer.sweeps = later_count("sweeps", value, last.sweeps);
    // Frames are floor(k frames/samples): they stay where they are if that ratio stays.
    const std::uint64_t frames = last.frames * longer.samples();
    if (frames % last.samples() != 0)
        throw Error(fmt::format(
            "--extend sweeps={}: must be a multiple of {}, for frames to go on as they were", value,
            last.sample_interval * last.samples() / std::gcd<std::uint64_t>(last.samples(), last.frames)));
    set_last(spec, "monte_carlo.sweeps", {static_cast<std::int64_t>(longer.sweeps)});
    set_last(spec, "monte_carlo.frames", {static_cast<std::int64_t>(frames / last.samples())});
    return checked(spec);
}

/// True if the times up to t_end are the same, and `longer` goes on with evenly spaced ones.
bool goes_on(const ScheduleParameters& longer, double later, const ScheduleParameters& schedule,
             double t_end) {
    std::vector<double> times = due_times(longer, later);
    times.erase(std::ranges::upper_bound(times, t_end), times.end());
    return times == due_times(schedule, t_end);
}

/// What differs between the methods: the keys that extensions set; whether a setting is what the run has
/// already; the run that a setting makes; whether a run goes on with what another, `now`, recorded.
template <class Method>
struct Extensions;

template <>
struct Extensions<Exchange> {
    static constexpr std::array keys = {"kmc.t_end", "record.scalars.spread_to", "record.scalars.times",
                                        "record.sigma.spread_to", "record.sigma.times"};
    static constexpr const char* settings = "t_end=TIME or trajectories=NUMBER";

    static bool is_there(const Exchange& last, const std::string& name, double asked) {
        return (name == "t_end" && asked == last.kmc.t_end) ||
               (name == "trajectories" && asked == last.ensemble.trajectories);
    }
    static std::optional<RunSpec> extended(const RunSpec& spec, const std::string& name,
                                           const std::string& value) {
        if (name == "t_end") return with_later_end(spec, value);
        if (name == "trajectories") return with_more_trajectories(spec, value);
        return {};
    }
    static void take_over(RunSpec& extended, const RunSpec& longer) {
        extended.exchange().ensemble.trajectories = longer.exchange().ensemble.trajectories;
    }
    static bool is_later(const Exchange& then, const Exchange& now) {
        return then.ensemble.trajectories >= now.ensemble.trajectories && then.kmc.t_end >= now.kmc.t_end &&
               goes_on(then.record.scalars, then.kmc.t_end, now.record.scalars, now.kmc.t_end) &&
               goes_on(then.record.sigma, then.kmc.t_end, now.record.sigma, now.kmc.t_end);
    }
};

template <>
struct Extensions<Equilibrium> {
    static constexpr std::array keys = {"monte_carlo.sweeps", "monte_carlo.frames"};
    static constexpr const char* settings = "sweeps=NUMBER";

    static bool is_there(const Equilibrium& last, const std::string& name, double asked) {
        return name == "sweeps" && asked == static_cast<double>(last.monte_carlo.sweeps);
    }
    static std::optional<RunSpec> extended(const RunSpec& spec, const std::string& name,
                                           const std::string& value) {
        if (name == "sweeps") return with_more_sweeps(spec, value);
        return {};
    }
    static void take_over(RunSpec&, const RunSpec&) {}
    static bool is_later(const Equilibrium& then, const Equilibrium& now) {
        return then.monte_carlo.sweeps > now.monte_carlo.sweeps;
    }
};

/// "t_end=300" as "t_end" and "300"; what lacks a value lacks a name.
std::pair<std::string, std::string> parts_of(const std::string& setting) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals + 1 == setting.size()) return {};
    return {setting.substr(0, equals), setting.substr(equals + 1)};
}

}  // namespace

bool is_extended_to(const RunSpec& spec, const std::string& setting) {
    const auto [name, value] = parts_of(setting);
    const std::optional<double> asked = toml_number(value);
    const auto is_there = [&, name = name]<class Method>(const Method& last) {
        return asked && Extensions<Method>::is_there(last, name, *asked);
    };
    return std::visit(is_there, last_stage(spec).method);
}

RunSpec extended_spec(const RunSpec& spec, const std::string& setting) {
    const auto [name, value] = parts_of(setting);
    const auto extended = [&, name = name, value = value]<class Method>(const Method&) {
        if (std::optional<RunSpec> longer = Extensions<Method>::extended(spec, name, value))
            return *std::move(longer);
        throw Error(
            fmt::format("--extend {}: must be {} for this run", setting, Extensions<Method>::settings));
    };
    return std::visit(extended, spec.method);
}

bool is_extension(const RunSpec& longer, const RunSpec& spec) {
    if (longer == spec || longer.kind() != spec.kind() || longer.stages.size() != spec.stages.size())
        return false;
    const Settings end = last_stage(longer);
    const Settings before = last_stage(spec);
    const auto is_longer = [&]<class Method>(const Method& now) {
        RunSpec extended = spec;
        for (const char* path : Extensions<Method>::keys)
            if (const std::optional<Value> value = find_key(path)->value(end);
                value && value != find_key(path)->value(before))
                set_last(extended, path, *value);
        Extensions<Method>::take_over(extended, longer);
        return (extended == longer || checked(extended) == longer) &&
               Extensions<Method>::is_later(std::get<Method>(end.method), now);
    };
    return std::visit(is_longer, before.method);
}

}  // namespace misfit
