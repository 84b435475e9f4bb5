#include "misfit/measure/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "misfit/base/error.hpp"

namespace misfit {

namespace {

/// s: what the evenly spaced times are spread over.
double spread(const ScheduleParameters& schedule, double t_end) {
    return schedule.spread_to > 0.0 ? schedule.spread_to : t_end;
}

/// log10(s/log_start).
double decades(const ScheduleParameters& schedule, double s) {
    const double ratio = s / schedule.log_start;
    return std::isfinite(ratio) ? std::log10(ratio) : std::log10(s) - std::log10(schedule.log_start);
}

double linear_time(const ScheduleParameters& schedule, double s, int k) {
    if (k + 1 == schedule.linear) return s;  // s k/k may be the next number after s, which is never reached
    const double time = s * k / (schedule.linear - 1);
    return std::isfinite(time) ? time : s * (static_cast<double>(k) / (schedule.linear - 1));
}

double logarithmic_time(const ScheduleParameters& schedule, double s, int k) {
    // This one is s itself, not its rounded power, so that it coincides with a linear one.
    if (k + 1 == schedule.logarithmic) return s;
    const double fraction = static_cast<double>(k) / (schedule.logarithmic - 1);
    return schedule.log_start * std::pow(10.0, decades(schedule, s) * fraction);
}

void require_valid(const ScheduleParameters& schedule, double t_end) {
    if (schedule.linear < 0 || schedule.linear == 1 || schedule.logarithmic < 0 || schedule.logarithmic == 1)
        throw Error("a schedule has no times, or two or more");
    if (!(schedule.spread_to >= 0.0 && schedule.spread_to <= t_end))
        throw Error(fmt::format("spread_to = {}: allowed: 0 to t_end = {}", schedule.spread_to, t_end));
    const double s = spread(schedule, t_end);
    if (schedule.logarithmic > 0 && !(schedule.log_start > 0.0 && schedule.log_start < s))
        throw Error(
            fmt::format("log_start = {}: allowed: above 0 and below t_end = {}", schedule.log_start, s));
    const double evenly = due_time_count(schedule, t_end) - static_cast<double>(schedule.times.size());
    if (evenly > 2.0 * most_due_times)
        throw Error(fmt::format("a schedule of {:.3g} evenly spaced times: allowed: at most {:.0f}", evenly,
                                2.0 * most_due_times));
}

}  // namespace

double due_time_count(const ScheduleParameters& schedule, double t_end) {
    const double s = spread(schedule, t_end);
    double count = static_cast<double>(schedule.times.size());
    if (schedule.linear > 0) count += 1.0 + (schedule.linear - 1) * (t_end / s);
    if (schedule.logarithmic > 0)
        count += 1.0 + (schedule.logarithmic - 1) * (decades(schedule, t_end) / decades(schedule, s));
    return count;
}

std::vector<double> due_times(const ScheduleParameters& schedule, double t_end) {
    require_valid(schedule, t_end);
    const double s = spread(schedule, t_end);
    std::vector<double> due;
    const auto add_evenly = [&](int count, const auto& time_of) {
        if (count == 0) return;
        for (int k = 0; k < count; ++k) due.push_back(time_of(schedule, s, k));
        if (!(s < t_end)) return;
        int k = count;
        for (double time = time_of(schedule, s, k); time < t_end; time = time_of(schedule, s, ++k))
            due.push_back(time);
        due.push_back(t_end);
    };
    add_evenly(schedule.linear, linear_time);
    add_evenly(schedule.logarithmic, logarithmic_time);
    for (const double time : schedule.times) {
        if (!(time >= 0.0 && time <= t_end))
            throw Error(fmt::format("record time {}: allowed: 0 to t_end = {}", time, t_end));
        due.push_back(time);
    }
    std::ranges::sort(due);
    due.erase(std::ranges::unique(due).begin(), due.end());
    return due;
}

}  // namespace misfit
