#include "ensemble_text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <set>

#include "misfit/base/error.hpp"
#include "misfit/input/plan.hpp"
#include "misfit/input/schema.hpp"
#include "misfit/statistics/accumulator.hpp"
#include "misfit/unit/trajectory.hpp"
#include "text.hpp"

namespace misfit::cli {
namespace {

/// Mean and standard error of one number a trajectory.
template <class Value>
std::string mean_over(const std::vector<Trajectory>& trajectories, const Value& value) {
    Accumulator accumulator;
    for (const Trajectory& each : trajectories) accumulator.add(value(each));
    return with_error(accumulator.mean(), accumulator.standard_error());
}

std::string goal_text(const CompletionTime& completion) {
    std::string goal = fmt::format("c = {:.6g}", completion.composition);
    if (completion.stage > 0) goal += fmt::format(" in stage {}", completion.stage + 1);
    return goal;
}

/// When trajectories ended: pictures count from the beginning of the run, the table of a stage from its own.
std::string end_time_text(const Record& record, std::size_t point) {
    const Plan plan(record.header().spec);
    double before = 0.0;
    for (std::size_t stage = 0; stage + 1 < plan.stages(); ++stage)
        before += plan.settings(point, stage).exchange().kmc.t_end;
    const std::vector<Trajectory>& trajectories = record.points().at(point).trajectories;
    const auto end = [&](double from) {
        return mean_over(trajectories, [from](const Trajectory& t) { return from + t.end_time(); });
    };
    if (plan.stages() == 1) return end(0.0);
    return fmt::format("{} since the run began, {} of them in stage {}", end(before), end(0.0),
                       plan.stages());
}

/// The value of a key; "-" where it is not set, or of another shape.
std::string text_of(const SpecKey& key, const Settings& settings) {
    return belongs_to(key, settings) ? key.text(settings).value_or("-") : "-";
}

/// Keys whose values differ among the points of all records, in the order of the reference page.
std::vector<const SpecKey*> differing_keys(const std::vector<NamedRecord>& records) {
    std::vector<const SpecKey*> keys;
    for (const SpecKey& key : spec_keys()) {
        // Two ensembles differ in these by their nature, and a schedule has no line of its own here.
        if (key.table() == "ensemble" || key.path.starts_with("record.") || key.path == "crystal.points")
            continue;
        std::set<std::string> values;
        for (const NamedRecord& each : records) {
            const RunSpec& spec = each.record.header().spec;
            values.insert(text_of(key, spec));
            for (const SweepAxis& axis : spec.sweep)
                if (axis.key == key.path)
                    for (const Value& value : axis.values) values.insert(toml_text(value));
        }
        if (values.size() > 1) keys.push_back(&key);
    }
    return keys;
}

}  // namespace

std::string how_many(const Record& record) {
    const std::size_t points = record.points().size();
    const std::size_t planned = record.header().spec.exchange().ensemble.trajectories;
    std::size_t here = 0;
    for (const RecordedPoint& point : record.points()) here += point.trajectories.size();
    if (!record.header().complete)
        return fmt::format("unfinished: {} of {} trajectories", here, planned * points);
    const std::string each = counted(planned, "trajectory");
    return points == 1 ? each : fmt::format("{} points of {}", points, each);
}

void require_point(const Record& record, std::size_t point) {
    const std::size_t points = record.points().size();
    if (point < points) return;
    throw Error(points == 1 ? fmt::format("--point {}: the record has one point, number 0", point)
                            : fmt::format("--point {}: the record has {} points, numbers 0 to {}", point,
                                          points, points - 1));
}

std::string reasons_text(const Record& record) {
    std::map<std::string, std::size_t> reasons;
    for (const RecordedPoint& point : record.points())
        for (const Trajectory& each : point.trajectories) ++reasons[end_word(each.stop())];
    std::string text;
    for (const auto& [reason, count] : reasons)
        text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", reason, count);
    return text;
}

std::string completion_text(const CompletionTime& completion) {
    const std::string goal = goal_text(completion);
    const std::size_t count = completion.time.size();
    const std::size_t reached = completion.reached_count();
    const std::string mean = with_error(completion.mean_at_least(), completion.standard_error());
    if (reached == count) return fmt::format("{} after {}, reached by all {}", goal, mean, count);
    if (reached == 0) return fmt::format("{} reached by none of {}", goal, count);
    const CompletionTime::Median median = completion.median();
    std::string middle;
    if (std::isnan(median.value)) {
        std::vector<double> times = completion.time;
        std::ranges::sort(times);
        middle = fmt::format("above {:.4g}", 0.5 * (times[(count - 1) / 2] + times[count / 2]));
    } else {
        middle = fmt::format("{:.4g} ({:.4g} to {})", median.value, median.low,
                             std::isnan(median.high) ? "?" : fmt::format("{:.4g}", median.high));
    }
    return fmt::format("{} reached by {} of {}; median {}, mean at least {}", goal, reached, count, middle,
                       mean);
}

void print_answers(const Record& record, std::size_t point) {
    if (const auto completion = completion_time(record, point))
        fmt::print("complete    {}\n", completion_text(*completion));
    std::vector<std::string> peaks;
    for (const Peak& peak : peaks_of_modulated_phases(record, point))
        peaks.push_back(fmt::format("{} {}", peak.column, with_error(peak.mean, peak.standard_error)));
    if (!peaks.empty()) fmt::print("peak        {}\n", fmt::join(peaks, ", "));
}

void print_ends(const Record& record, std::size_t point) {
    const std::vector<Trajectory>& trajectories = record.points().at(point).trajectories;
    fmt::print("end time    {}\n", end_time_text(record, point));
    fmt::print("events      {}\n",
               mean_over(trajectories, [](const Trajectory& t) { return static_cast<double>(t.steps()); }));
}

void print_points(const std::vector<NamedRecord>& records) {
    const std::vector<const SpecKey*> keys = differing_keys(records);
    const bool has_points =
        std::ranges::any_of(records, [](const NamedRecord& each) { return each.record.points().size() > 1; });
    std::vector<std::vector<std::string>> rows(1);
    if (records.size() > 1) rows[0].emplace_back("run");
    if (has_points) rows[0].emplace_back("point");
    for (const SpecKey* key : keys) rows[0].push_back(key->path);
    rows[0].insert(rows[0].end(), {"trajectories", "goal", "reached by", "time", "peak f_S1", "peak f_S2"});
    for (const NamedRecord& each : records) {
        const Plan plan(each.record.header().spec);
        for (std::size_t point = 0; point < each.record.points().size(); ++point) {
            const Settings settings = plan.point(point);
            std::vector<std::string>& row = rows.emplace_back();
            if (records.size() > 1) row.push_back(each.name);
            if (has_points) row.push_back(fmt::format("{}", point));
            for (const SpecKey* key : keys) row.push_back(text_of(*key, settings));
            row.push_back(fmt::format("{}", each.record.points()[point].trajectories.size()));
            const auto completion = completion_time(each.record, point);
            row.push_back(completion ? goal_text(*completion) : "-");
            row.push_back(completion ? fmt::format("{}", completion->reached_count()) : "-");
            const bool is_bound = completion && completion->reached_count() < completion->time.size();
            row.push_back(completion ? (is_bound ? "> " : "") + with_error(completion->mean_at_least(),
                                                                           completion->standard_error())
                                     : "-");
            const std::vector<Peak> peaks = peaks_of_modulated_phases(each.record, point);
            for (std::size_t k = 0; k < 2; ++k)
                row.push_back(k < peaks.size() ? with_error(peaks[k].mean, peaks[k].standard_error) : "-");
        }
    }
    fmt::print("{}", table_text(rows));
    fmt::print(
        "\nMeans over trajectories; in brackets the standard error of the last digits. time: until the goal "
        "is\nreached (>: at least, for some have not); peak: the largest value that a trajectory had.\n");
}

}  // namespace misfit::cli
