#include "misfit/record/completion.hpp"

#include <cmath>
#include <gtest/gtest.h>

#include "misfit/record/record_writer.hpp"
#include "support/runs.hpp"

namespace misfit {
namespace {

using support::small_spec;
using support::TemporaryFolder;

TEST(completion_time, knows_a_mean_only_as_a_bound_unless_all_have_reached_the_goal) {
    CompletionTime completion;
    completion.time = {1.0, 2.0, 3.0, 4.0};
    completion.reached = {true, true, true, true};
    EXPECT_EQ(completion.reached_count(), 4U);
    EXPECT_EQ(completion.mean_at_least(), 2.5);
    EXPECT_NEAR(completion.standard_error(), std::sqrt(5.0 / 3.0 / 4.0), 1e-15);
    EXPECT_EQ(completion.median().value, 2.5);
    EXPECT_EQ(completion.median().low, 1.0);
    EXPECT_EQ(completion.median().high, 4.0);
}

TEST(completion_time, has_a_median_once_half_have_reached_the_goal_within_the_watch) {
    CompletionTime completion;
    completion.time = {5.0, 1.0, 2.0, 3.0, 5.0};
    completion.reached = {false, true, true, true, false};
    EXPECT_EQ(completion.median().value, 3.0);
    EXPECT_EQ(completion.median().low, 1.0);
    EXPECT_TRUE(std::isnan(completion.median().high));
    completion.reached = {false, true, true, false, false};
    EXPECT_TRUE(std::isnan(completion.median().value));
    // One was watched for less long than the median: where it would stand is unknown.
    completion.time = {2.5, 1.0, 2.0, 3.0, 4.0};
    completion.reached = {false, true, true, true, true};
    EXPECT_TRUE(std::isnan(completion.median().value));
}

TEST(completion_time, of_a_run_without_a_limit_lies_between_two_samples) {
    const TemporaryFolder folder;
    RunSpec spec = small_spec(5, 40.0);
    spec.model.delta_mu = -30.0;
    spec.exchange().record.scalars = {.linear = 401, .times = {}};
    RunOptions options;
    options.out = folder / "out";
    run(spec, "", options);
    const Record record(options.out);
    const auto between = completion_time(record);
    ASSERT_TRUE(between);
    ASSERT_EQ(between->reached_count(), 5U);

    // With the limit c = 0 the times are those of the events.
    spec.exchange().kmc.stop_at_composition = 0.0;
    options.out = folder / "limit";
    run(spec, "", options);
    const auto exact = completion_time(Record(options.out));
    ASSERT_TRUE(exact);
    for (std::size_t k = 0; k < 5; ++k) {
        EXPECT_NEAR(between->time[k], exact->time[k], 0.05 + 1e-12);
        EXPECT_NEAR(std::remainder(between->time[k] - 0.05, 0.1), 0.0, 1e-9);  // samples are 0.1 apart
    }

    // A goal that none can reach, and no exchange at all.
    spec.exchange().kmc.stop_at_composition = -1.0;
    spec.exchange().kmc.exchange_rate = 0.0;
    options.out = folder / "none";
    run(spec, "", options);
    EXPECT_FALSE(completion_time(Record(options.out)));
}

TEST(peaks_of_modulated_phases, are_the_largest_values_over_time) {
    const TemporaryFolder folder;
    RunOptions options;
    options.out = folder / "out";
    RunSpec spec = small_spec(16, 5.0);
    spec.model.delta_mu = -30.0;
    spec.exchange().record.scalars = {.linear = 201, .times = {}};
    run(spec, "", options);
    const Record record(options.out);
    const std::vector<Peak> peaks = peaks_of_modulated_phases(record);
    ASSERT_EQ(peaks.size(), 2U);
    const auto& columns = record.header().columns;
    for (const Peak& peak : peaks) {
        const auto column = static_cast<std::size_t>(
            std::ranges::find(columns, peak.column, &Observable::Column::name) - columns.begin());
        double sum = 0.0;
        for (const Trajectory& each : record.trajectories()) {
            double most = 0.0;
            for (std::size_t i = column; i < each.scalars.size(); i += columns.size())
                most = std::max(most, each.scalars[i]);
            sum += most;
        }
        EXPECT_NEAR(peak.mean, sum / 16.0, 1e-15) << peak.column;
        EXPECT_GT(peak.mean, 0.0);
    }
}

}  // namespace
}  // namespace misfit
