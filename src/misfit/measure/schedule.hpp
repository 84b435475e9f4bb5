#pragma once

#include <cstdint>
#include <vector>

namespace misfit {

/// Due times: evenly spaced, evenly spaced in log t, and chosen ones, together.
struct ScheduleParameters {
    int linear = 0;             ///< number of times k t_end / (linear - 1), k = 0 ... linear - 1; or 0
    int logarithmic = 0;        ///< number of times log_start (t_end/log_start)^(k/(logarithmic - 1)); or 0
    double log_start = 1e-24;   ///< first of the logarithmic times, above 0
    std::vector<double> times;  ///< further times, between 0 and t_end

    bool operator==(const ScheduleParameters&) const = default;
};

/// All due times, ascending, none twice. Throws Error for a time outside [0, t_end], a negative number
/// of times, or log_start outside (0, t_end).
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
