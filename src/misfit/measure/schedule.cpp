#include "misfit/measure/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "misfit/base/error.hpp"

namespace misfit {

std::vector<double> due_times(const ScheduleParameters& schedule, double t_end) {
    if (schedule.linear < 0 || schedule.linear == 1 || schedule.logarithmic < 0 || schedule.logarithmic == 1)
        throw Error("a schedule has no times, or two or more");
    if (schedule.logarithmic > 0 && !(schedule.log_start > 0.0 && schedule.log_start < t_end))
        throw Error(
            fmt::format("log_start = {}: allowed: above 0 and below t_end = {}", schedule.log_start, t_end));
    std::vector<double> due;
    for (int k = 0; k < schedule.linear; ++k) {
        const double time = t_end * k / (schedule.linear - 1);
        due.push_back(std::isfinite(time) ? time : t_end * (static_cast<double>(k) / (schedule.linear - 1)));
    }
    for (int k = 0; k < schedule.logarithmic; ++k) {
        const double fraction = static_cast<double>(k) / (schedule.logarithmic - 1);
        const double ratio = t_end / schedule.log_start;
        const double decades =
            std::isfinite(ratio) ? std::log10(ratio) : std::log10(t_end) - std::log10(schedule.log_start);
        // The last one is t_end itself, not its rounded power, so that it coincides with a linear one.
        due.push_back(
            k + 1 == schedule.logarithmic ? t_end : schedule.log_start * std::pow(10.0, decades * fraction));
    }
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
