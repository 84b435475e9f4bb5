#include "misfit/statistics/accumulator.hpp"

#include <array>
#include <cmath>
#include <gtest/gtest.h>

namespace misfit {
namespace {

TEST(Accumulator, gives_mean_and_standard_error_by_their_definitions) {
    constexpr std::array values = {0.3, -1.7, 4.0, 2.2};
    Accumulator accumulator;
    for (const double value : values) accumulator.add(value);
    EXPECT_NEAR(accumulator.mean(), 1.2, 1e-15);
    const double squares = 0.81 + 8.41 + 7.84 + 1.0;
    EXPECT_NEAR(accumulator.standard_error(), std::sqrt(squares / 12.0), 1e-15);
}

TEST(Accumulator, of_equal_values_is_that_value_without_error) {
    Accumulator accumulator;
    for (int k = 0; k < 100; ++k) accumulator.add(0.1);
    EXPECT_EQ(accumulator.mean(), 0.1);
    EXPECT_EQ(accumulator.standard_error(), 0.0);
}

TEST(Accumulator, has_no_error_for_one_value_and_no_mean_for_none) {
    Accumulator accumulator;
    EXPECT_TRUE(std::isnan(accumulator.mean()));
    accumulator.add(2.0);
    EXPECT_EQ(accumulator.mean(), 2.0);
    EXPECT_TRUE(std::isnan(accumulator.standard_error()));
}

}  // namespace
}  // namespace misfit
