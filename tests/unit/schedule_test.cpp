#include "misfit/measure/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

#include "misfit/base/error.hpp"

namespace misfit {
namespace {

TEST(due_times, are_evenly_spaced_from_zero_to_the_end) {
    const std::vector<double> times = due_times({.linear = 5, .times = {}}, 8.0);
    const std::vector<double> expected = {0.0, 2.0, 4.0, 6.0, 8.0};
    ASSERT_EQ(times.size(), expected.size());
    for (std::size_t k = 0; k < times.size(); ++k) EXPECT_NEAR(times[k], expected[k], 1e-14);
    EXPECT_EQ(times.back(), 8.0);
}

TEST(due_times, end_at_the_end_itself_for_any_number_of_them) {
    for (int hundredths = 1; hundredths < 2000; ++hundredths)
        for (const int count : {2, 5, 21, 42, 201}) {
            const double t_end = 0.01 * hundredths;
            const std::vector<double> times = due_times({.linear = count, .times = {}}, t_end);
            ASSERT_EQ(times.size(), static_cast<std::size_t>(count)) << t_end;
            ASSERT_EQ(times.back(), t_end) << count;  // 7.84 x 20/20 is above 7.84
        }
}

TEST(due_times, are_evenly_spaced_in_the_logarithm) {
    const std::vector<double> times = due_times({.logarithmic = 4, .log_start = 1e-24, .times = {}}, 1e3);
    const std::vector<double> expected = {1e-24, 1e-15, 1e-6, 1e3};
    ASSERT_EQ(times.size(), expected.size());
    for (std::size_t k = 0; k < times.size(); ++k) EXPECT_NEAR(times[k] / expected[k], 1.0, 1e-12);
    EXPECT_EQ(times.front(), 1e-24);
    EXPECT_EQ(times.back(), 1e3);
}

TEST(due_times, of_all_kinds_are_merged_ascending_and_none_twice) {
    const std::vector<double> times =
        due_times({.linear = 11, .logarithmic = 3, .log_start = 1e-2, .times = {5.0, 0.3, 0.3, 0.0}}, 10.0);
    EXPECT_TRUE(std::ranges::is_sorted(times));
    EXPECT_EQ(std::ranges::adjacent_find(times), times.end());
    EXPECT_TRUE(std::ranges::count(times, 0.3) == 1 && std::ranges::count(times, 10.0) == 1);
    EXPECT_EQ(times.front(), 0.0);
}

TEST(due_times, that_are_spread_to_an_earlier_end_go_on_in_the_same_steps) {
    EXPECT_EQ(due_times({.linear = 5, .times = {}, .spread_to = 8.0}, 13.0),
              (std::vector<double>{0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 13.0}));
    const std::vector<double> decades =
        due_times({.logarithmic = 3, .log_start = 1e-2, .times = {}, .spread_to = 1.0}, 1e3);
    ASSERT_EQ(decades.size(), 6U);
    for (std::size_t k = 0; k < 6; ++k)
        EXPECT_NEAR(std::log10(decades[k]), static_cast<double>(k) - 2.0, 1e-12);
    // The times up to that end are bit for bit those of the shorter schedule.
    const ScheduleParameters shorter = {.linear = 38, .logarithmic = 17, .log_start = 1e-7, .times = {}};
    ScheduleParameters longer = shorter;
    longer.spread_to = 6.1;
    std::vector<double> times = due_times(longer, 77.7);
    EXPECT_NEAR(due_time_count(longer, 77.7), static_cast<double>(times.size()), 4.0);
    times.erase(std::ranges::upper_bound(times, 6.1), times.end());
    EXPECT_EQ(times, due_times(shorter, 6.1));
    EXPECT_THROW(due_times(longer, 6.0), Error);
    EXPECT_THROW(due_times({.linear = 10, .times = {}, .spread_to = 1e-9}, 1.0), Error);
}

TEST(due_times, of_nothing_are_none) { EXPECT_TRUE(due_times({}, 1.0).empty()); }

TEST(due_times, refuse_what_lies_outside_the_run) {
    EXPECT_THROW(due_times({.times = {2.0}}, 1.0), Error);
    EXPECT_THROW(due_times({.times = {-1.0}}, 1.0), Error);
    EXPECT_THROW(due_times({.linear = -1, .times = {}}, 1.0), Error);
    EXPECT_THROW(due_times({.logarithmic = -2, .times = {}}, 1.0), Error);
    EXPECT_THROW(due_times({.logarithmic = 5, .log_start = 0.0, .times = {}}, 1.0), Error);
    EXPECT_THROW(due_times({.logarithmic = 5, .log_start = 2.0, .times = {}}, 1.0), Error);
}

}  // namespace
}  // namespace misfit
