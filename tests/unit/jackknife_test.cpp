#include "misfit/statistics/jackknife.hpp"

#include <cmath>
#include <gtest/gtest.h>

#include "support/statistics.hpp"

namespace misfit {
namespace {

const std::vector<double> data = {0.3, -1.7, 4.0, 2.2, 0.8, -0.5};

// Mean of the data, and its square, without one of them.
std::vector<double> mean_and_square(std::optional<std::size_t> excluded) {
    double sum = 0.0;
    double count = 0.0;
    for (std::size_t k = 0; k < data.size(); ++k)
        if (k != excluded) {
            sum += data[k];
            count += 1.0;
        }
    return {sum / count, sum / count * sum / count};
}

TEST(jackknife, of_a_mean_is_the_standard_error) {
    const Estimates found = jackknife(data.size(), mean_and_square);
    const support::MeanError expected = support::mean_error(data);
    EXPECT_NEAR(found.value[0], expected.mean, 1e-15);
    EXPECT_NEAR(found.standard_error[0], expected.standard_error, 1e-14);
}

TEST(jackknife, of_a_function_is_its_formula) {
    const Estimates found = jackknife(data.size(), mean_and_square);
    double mean = 0.0;
    for (std::size_t b = 0; b < 6; ++b) mean += mean_and_square(b)[1] / 6.0;
    double squares = 0.0;
    for (std::size_t b = 0; b < 6; ++b) squares += std::pow(mean_and_square(b)[1] - mean, 2);
    EXPECT_EQ(found.value[1], mean_and_square(std::nullopt)[1]);
    EXPECT_NEAR(found.standard_error[1], std::sqrt(5.0 / 6.0 * squares), 1e-14);
}

TEST(jackknife, of_a_constant_has_no_error) {
    const Estimates found = jackknife(20, [](auto) { return std::vector{0.1}; });
    EXPECT_EQ(found.value[0], 0.1);
    EXPECT_EQ(found.standard_error[0], 0.0);
}

}  // namespace
}  // namespace misfit
