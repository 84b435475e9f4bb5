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
#include "misfit/input/toml_input.hpp"
#include "misfit/record/ladder_record.hpp"
#include "misfit/record/record.hpp"
#include "misfit/record/record_head.hpp"
#include "misfit/unit/trajectory_bytes.hpp"

namespace misfit {
namespace {

/// Where a key of the last stage stands: "stage.1." or its table.
std::string place_of(const RunSpec& spec, const char* table) {
    return spec.stages.empty() ? fmt::format("{}.", table) : fmt::format("stage.{}.", spec.stages.size() - 1);
}

constexpr double most_due_times = 1e6;  // input.toml lists them

/// The number that `value` is, if it is one above `end`. Throws Error otherwise.
double later_end(const char* name, const std::string& value, double end) {
    const std::optional<double> later = toml_number(value);
    if (!later || !(*later > end) || !std::isfinite(*later))
        throw Error(
            fmt::format("--extend {}={}: must be a number above {}, where the run ends", name, value, end));
    return *later;
}

RunSpec with(const RunSpec& spec, const std::vector<std::string>& settings) {
    return parse_spec(to_toml(spec), "--extend", settings);
}

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
RunSpec with_end(const RunSpec& spec, const std::string& t_end, std::span<const double> scalars,
                 std::span<const double> sigma) {
    const std::string place = spec.stages.empty() ? "" : place_of(spec, "");
    std::vector<std::string> settings = {fmt::format("{}t_end={}", place_of(spec, "kmc"), t_end)};
    for (const auto& [table, times] :
         {std::pair{"record.scalars", scalars}, std::pair{"record.sigma", sigma}}) {
        settings.push_back(fmt::format("{}{}.linear=0", place, table));
        settings.push_back(fmt::format("{}{}.logarithmic=0", place, table));
        settings.push_back(fmt::format("{}{}.times=[{}]", place, table, fmt::join(times, ", ")));
    }
    return with(spec, settings);
}

RunSpec extended_exchange(const RunSpec& spec, const std::string& value) {
    const RunSpec last = stage_specs(spec).back();
    const double t_end = later_end("t_end", value, last.kmc.t_end);
    for (const ScheduleParameters* schedule : {&last.record.scalars, &last.record.sigma})
        if (const double times = t_end / last.kmc.t_end * schedule->linear; times > most_due_times)
            throw Error(
                fmt::format("--extend t_end={}: would make {:.3g} due times in the steps of the run; must be "
                            "at most {:.0f}",
                            value, times, most_due_times));
    return with_end(spec, value, continued(last.record.scalars, last.kmc.t_end, t_end),
                    continued(last.record.sigma, last.kmc.t_end, t_end));
}

RunSpec extended_equilibrium(const RunSpec& spec, const std::string& value) {
    const MonteCarloParameters last = stage_specs(spec).back().monte_carlo;
    const std::string place = place_of(spec, "monte_carlo");
    later_end("sweeps", value, static_cast<double>(last.sweeps));
    const std::string sweeps_setting = fmt::format("{}sweeps={}", place, value);
    const MonteCarloParameters longer = stage_specs(with(spec, {sweeps_setting})).back().monte_carlo;
    // Frames are floor(k frames/samples): they stay where they are if that ratio stays.
    const std::uint64_t frames = last.frames * longer.samples();
    if (frames % last.samples() != 0)
        throw Error(fmt::format(
            "--extend sweeps={}: must be a multiple of {}, for frames to go on as they were", value,
            last.sample_interval * last.samples() / std::gcd<std::uint64_t>(last.samples(), last.frames)));
    return with(spec, {sweeps_setting, fmt::format("{}frames={}", place, frames / last.samples())});
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
    const bool is_exchange = spec.method == Method::exchange;
    if (value.empty() || name != (is_exchange ? "t_end" : "sweeps"))
        throw Error(fmt::format("--extend {}: must be {} for this run", setting,
                                is_exchange ? "t_end=TIME" : "sweeps=NUMBER"));
    return is_exchange ? extended_exchange(spec, value) : extended_equilibrium(spec, value);
}

void write_checkpoints(const std::filesystem::path& record, const RunSpec& spec,
                       const CheckpointFolder& checkpoints) {
    if (spec.method == Method::exchange) {
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
