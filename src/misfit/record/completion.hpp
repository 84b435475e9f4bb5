#pragma once

#include <optional>
#include <string>
#include <vector>

#include "misfit/record/record.hpp"

namespace misfit {

/// When each trajectory of an ensemble came down to a composition: the first thing that is asked of it.
///
/// The mean of those that reached it is that of the fast ones alone. So what is known of the mean is that it
/// is not below mean_at_least(), which is the mean itself once all have; median() needs only half of them.
struct CompletionTime {
    double composition = 0.0;   ///< the goal: stop_at_composition, or 0, all B, where no limit is set
    std::size_t stage = 0;      ///< in which it stands, counted from 0
    std::vector<double> time;   ///< since that stage began; where not reached, until when it was not
    std::vector<bool> reached;  ///< by trajectory, as `time`

    std::size_t reached_count() const;
    /// Mean of min(time, end of the watch), and its standard error.
    double mean_at_least() const;
    double standard_error() const;

    /// The median, and an interval that holds the true one with 68 % or more, whatever the distribution; NaN
    /// where too few reached the goal, or where some were watched for less long than that.
    struct Median {
        double value;
        double low;
        double high;
    };
    Median median() const;
};

/// That of a point; nothing where there is no such goal: several stages without a limit, no exchange, no
/// samples, no trajectories. With a limit times are those of events; without one they lie between two
/// samples.
std::optional<CompletionTime> completion_time(const Record& record, std::size_t point = 0);

/// The largest value that a column had over time, mean and standard error over trajectories.
struct Peak {
    std::string column;
    double mean = 0.0;
    double standard_error = 0.0;  ///< NaN for a single trajectory
};

/// Those of the fractions of modulated phases, f_S1 and f_S2, where they are recorded.
std::vector<Peak> peaks_of_modulated_phases(const Record& record, std::size_t point = 0);

}  // namespace misfit
