#include "misfit/run/extension.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

#include "misfit/base/error.hpp"
#include "misfit/input/plan.hpp"
#include "misfit/input/schema.hpp"
#include "misfit/input/toml_input.hpp"
#include "misfit/record/ladder_record.hpp"
#include "misfit/record/record.hpp"
#include "misfit/record/record_head.hpp"
#include "misfit/unit/trajectory_bytes.hpp"

namespace misfit {
namespace {

constexpr double most_due_times = 1e6;  // input.toml lists them

/// The number that `value` is, if it is one above `end`. Throws Error otherwise.
double later_end(const char* name, const std::string& value, double end) {
    const std::optional<double> later = toml_number(value);
    if (!later || !(*later > end) || !std::isfinite(*later))
        throw Error(
            fmt::format("--extend {}={}: must be a number above {}, where the run ends", name, value, end));
    return *later;
}

/// Sets a key of the run, or of its last stage where it has stages.
void set_last(RunSpec& spec, const std::string& key, const Value& value) {
    if (!spec.stages.empty()) {
        auto& settings = spec.stages.back().settings;
        const auto found = std::ranges::find(settings, key, &std::pair<std::string, Value>::first);
        found == settings.end() ? void(settings.emplace_back(key, value)) : void(found->second = value);
    } else if (!find_key(key)->read(spec, value)) {
        throw Error(
            fmt::format("--extend: {} = {}: must be {}", key, toml_text(value), find_key(key)->allowed));
    }
}

/// The spec as it is when its own TOML is read: keys of stages in their order, all that goes together
/// checked.
RunSpec checked(const RunSpec& spec) { return parse_spec(to_toml(spec), "--extend"); }

/// The times of a schedule up to `t_end`, and on in the same steps to `later`.
std::vector<double> continued(const ScheduleParameters& schedule, double t_end, double later) {
    std::vector<double> times = due_times(schedule, t_end);
    if (schedule.linear > 0)
        for (int k = schedule.linear;; ++k) {
            const double time = t_end * k / (schedule.linear - 1);
            if (time >= later) break;
            times.push_back(time);
        }
    if (schedule.logarithmic > 0)
        for (int k = schedule.logarithmic;; ++k) {
            const double time =
                schedule.log_start *
                std::pow(t_end / schedule.log_start, static_cast<double>(k) / (schedule.logarithmic - 1));
            if (time >= later) break;
            times.push_back(time);
        }
    if (schedule.linear > 0 || schedule.logarithmic > 0) times.push_back(later);
    std::ranges::sort(times);
    times.erase(std::ranges::unique(times).begin(), times.end());
    return times;
}

/// A spec whose last stage ends elsewhere and has these due times.
RunSpec with_end(RunSpec spec, double t_end, const std::vector<double>& scalars,
                 const std::vector<double>& sigma) {
    set_last(spec, "kmc.t_end", {t_end});
    for (const auto& [table, times] :
         {std::pair{"record.scalars", &scalars}, std::pair{"record.sigma", &sigma}}) {
        set_last(spec, fmt::format("{}.linear", table), {std::int64_t{0}});
        set_last(spec, fmt::format("{}.logarithmic", table), {std::int64_t{0}});
        set_last(spec, fmt::format("{}.times", table), {std::vector<Value>(times->begin(), times->end())});
    }
    return checked(spec);
}

RunSpec extended_exchange(const RunSpec& spec, const std::string& value) {
    const Plan plan(spec);
    const Exchange last = plan.settings(0, plan.stages() - 1).exchange();
    const double t_end = later_end("t_end", value, last.kmc.t_end);
    for (const ScheduleParameters* schedule : {&last.record.scalars, &last.record.sigma})
        if (const double times = t_end / last.kmc.t_end * schedule->linear; times > most_due_times)
            throw Error(
                fmt::format("--extend t_end={}: would make {:.3g} due times in the steps of the run; must be "
                            "at most {:.0f}",
                            value, times, most_due_times));
    return with_end(spec, t_end, continued(last.record.scalars, last.kmc.t_end, t_end),
                    continued(last.record.sigma, last.kmc.t_end, t_end));
}

RunSpec extended_equilibrium(RunSpec spec, const std::string& value) {
    const Plan plan(spec);
    const MonteCarloParameters last = plan.settings(0, plan.stages() - 1).equilibrium().monte_carlo;
    MonteCarloParameters longer = last;
    const double sweeps = later_end("sweeps", value, static_cast<double>(last.sweeps));
    longer.sweeps = static_cast<std::uint64_t>(sweeps);
    if (static_cast<double>(longer.sweeps) != sweeps)
        throw Error(fmt::format("--extend sweeps={}: must be an integer", value));
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

/// A trajectory as it was before its last stage ended.
Checkpoint checkpoint_of(const Record& record, std::size_t k, ByteSpan end) {
    Checkpoint checkpoint;
    checkpoint.trajectory = record.trajectories()[k];
    Trajectory& trajectory = checkpoint.trajectory;
    const auto sites = static_cast<std::size_t>(record.crystal().size());
    const std::vector<Spin> sigma = record.sigma(k);
    for (std::size_t frame = 0; frame * sites < sigma.size(); ++frame)
        pack_sigma(std::span(sigma).subspan(frame * sites, sites), trajectory.sigma);
    ByteReader reader(end, fmt::format("{}, trajectory {}", record.file().string(), trajectory.unit));
    TrajectoryEnd last;
    take(reader, last);
    reader.expect_end();
    checkpoint.state = std::move(last.state);
    trajectory.energy_deviation = last.energy_deviation;
    trajectory.stages.pop_back();
    trajectory.finished = false;
    return checkpoint;
}

}  // namespace

RunSpec extended_spec(const RunSpec& spec, const std::string& setting) {
    const std::string name = setting.substr(0, setting.find('='));
    const std::string value = name.size() < setting.size() ? setting.substr(name.size() + 1) : "";
    const bool is_exchange = spec.kind() == Method::exchange;
    if (value.empty() || name != (is_exchange ? "t_end" : "sweeps"))
        throw Error(fmt::format("--extend {}: must be {} for this run", setting,
                                is_exchange ? "t_end=TIME" : "sweeps=NUMBER"));
    return is_exchange ? extended_exchange(spec, value) : extended_equilibrium(spec, value);
}

void write_checkpoints(const std::filesystem::path& record, const RunSpec& spec,
                       const CheckpointFolder& checkpoints) {
    if (spec.kind() == Method::exchange) {
        const Record finished(record);
        const std::vector<Bytes> ends = read_ends(finished.file());
        for (std::size_t k = 0; k < finished.trajectories().size(); ++k)
            checkpoints.write(checkpoint_of(finished, k, ends.at(k)));
    } else {
        const LadderRecord finished(record);
        for (const LadderPlan& plan : plan_ladders(spec)) checkpoints.write(finished.checkpoint(plan));
    }
}

}  // namespace misfit
