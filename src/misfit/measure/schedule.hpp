#pragma once

#include <cstdint>
#include <vector>

namespace misfit {

/// Due times: evenly spaced, evenly spaced in log t, and chosen ones, together. The evenly spaced ones are
/// spread up to s, which is `spread_to`, or t_end where that is 0; after s they go on in the same steps, and
/// t_end itself is the last.
struct ScheduleParameters {
    int linear = 0;             ///< number of times k s / (linear - 1), k = 0 ... linear - 1; or 0
    int logarithmic = 0;        ///< number of times log_start (s/log_start)^(k/(logarithmic - 1)); or 0
    double log_start = 1e-24;   ///< first of the logarithmic times, above 0 and below s
    std::vector<double> times;  ///< further times, between 0 and t_end
    double spread_to = 0.0;     ///< s, at most t_end; 0: t_end

    bool operator==(const ScheduleParameters&) const = default;
};

/// More evenly spaced due times than this, of one kind, are no schedule.
inline constexpr double most_due_times = 1e7;

/// About how many due times there are, those that come twice counted twice.
double due_time_count(const ScheduleParameters& schedule, double t_end);

/// All due times, ascending, none twice. Throws Error for a time outside [0, t_end], a negative number
/// of times or more than most_due_times, spread_to above t_end, or log_start outside (0, s).
std::vector<double> due_times(const ScheduleParameters& schedule, double t_end);

/// When something is measured: in which stage, and how long after it began.
struct DueTime {
    std::uint16_t stage = 0;
    double time = 0.0;

    auto operator<=>(const DueTime&) const = default;
};

/// The due times of a run, shared by all its trajectories.
struct DueTimes {
    std::vector<DueTime> scalars;  ///< ascending
    std::vector<DueTime> sigma;    ///< ascending

    bool operator==(const DueTimes&) const = default;
};

}  // namespace misfit
