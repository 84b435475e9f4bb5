#include "misfit/record/completion.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "misfit/input/plan.hpp"
#include "misfit/statistics/accumulator.hpp"

namespace misfit {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double never = std::numeric_limits<double>::infinity();

Accumulator all_of(std::span<const double> values) {
    Accumulator accumulator;
    for (const double value : values) accumulator.add(value);
    return accumulator;
}

/// The number of a recorded column; nothing if there is none.
std::optional<std::size_t> column_of(const Record& record, const std::string& name) {
    const auto& columns = record.header().columns;
    const auto found = std::ranges::find(columns, name, &Observable::Column::name);
    if (found == columns.end()) return {};
    return static_cast<std::size_t>(found - columns.begin());
}

/// From the samples: without a limit a trajectory goes on when all is B.
CompletionTime in_samples(const Record& record, const RecordedPoint& point, std::size_t column) {
    CompletionTime completion;
    const std::size_t columns = record.header().columns.size();
    const std::vector<DueTime>& due = point.due.scalars;
    for (const Trajectory& each : point.trajectories) {
        std::size_t row = 0;
        while (row < due.size() && each.scalars[row * columns + column] != 0.0) ++row;
        completion.reached.push_back(row < due.size());
        // Samples after the last event allowed repeat it.
        const double watched =
            each.stop() == Stop::max_events ? std::min(each.end_time(), due.back().time) : due.back().time;
        completion.time.push_back(
            row == due.size() ? watched : 0.5 * (due[row == 0 ? 0 : row - 1].time + due[row].time));
    }
    return completion;
}

}  // namespace

std::size_t CompletionTime::reached_count() const {
    return static_cast<std::size_t>(std::ranges::count(reached, true));
}

double CompletionTime::mean_at_least() const { return all_of(time).mean(); }
double CompletionTime::standard_error() const { return all_of(time).standard_error(); }

CompletionTime::Median CompletionTime::median() const {
    double watched = never;
    std::vector<double> times;
    for (std::size_t k = 0; k < time.size(); ++k) {
        times.push_back(reached[k] ? time[k] : never);
        if (!reached[k]) watched = std::min(watched, time[k]);
    }
    std::ranges::sort(times);
    const std::size_t count = times.size();
    if (count == 0) return {unknown, unknown, unknown};
    const double middle = 0.5 * (times[(count - 1) / 2] + times[count / 2]);
    if (!std::isfinite(middle) || middle > watched) return {unknown, unknown, unknown};
    const auto away = static_cast<std::size_t>(std::ceil(0.5 * std::sqrt(static_cast<double>(count))));
    const std::size_t first = (count - 1) / 2;
    const double low = times[first > away ? first - away : 0];
    const std::size_t above = count / 2 + away;
    const bool has_high = above < count && std::isfinite(times[above]) && times[above] <= watched;
    return {middle, low, has_high ? times[above] : unknown};
}

std::optional<CompletionTime> completion_time(const Record& record, std::size_t number) {
    const RecordedPoint& point = record.points().at(number);
    if (point.trajectories.empty()) return {};
    const Plan plan(record.header().spec);
    for (std::size_t stage = 0; stage < plan.stages(); ++stage) {
        const double limit = plan.settings(number, stage).exchange().kmc.stop_at_composition;
        if (limit < 0.0) continue;
        CompletionTime completion = {limit, stage, {}, {}};
        for (const Trajectory& each : point.trajectories) {
            const StageEnd& end = each.stages.at(stage);
            completion.time.push_back(end.end_time);
            completion.reached.push_back(end.stop == Stop::composition);
        }
        return completion;
    }
    const std::optional<std::size_t> column = column_of(record, "composition");
    if (plan.stages() > 1 || plan.settings(number, 0).exchange().kmc.exchange_rate == 0.0 || !column ||
        point.due.scalars.empty())
        return {};
    return in_samples(record, point, *column);
}

std::vector<Peak> peaks_of_modulated_phases(const Record& record, std::size_t number) {
    const RecordedPoint& point = record.points().at(number);
    const std::size_t columns = record.header().columns.size();
    std::vector<Peak> peaks;
    for (const char* name : {"f_S1", "f_S2"}) {
        const std::optional<std::size_t> column = column_of(record, name);
        if (!column || point.due.scalars.empty() || point.trajectories.empty()) continue;
        Accumulator largest;
        for (const Trajectory& each : point.trajectories) {
            double most = 0.0;
            for (std::size_t row = 0; row < point.due.scalars.size(); ++row)
                most = std::max(most, each.scalars[row * columns + *column]);
            largest.add(most);
        }
        peaks.push_back({name, largest.mean(), largest.standard_error()});
    }
    return peaks;
}

}  // namespace misfit
