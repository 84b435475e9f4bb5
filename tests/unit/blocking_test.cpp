#include "misfit/statistics/blocking.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <vector>

namespace misfit {
namespace {

// x_(t+1) = a x_t + noise with unit variance: tau = (1 + a) / (2 (1 - a)).
std::vector<double> autoregressive(std::size_t n, double a, std::mt19937_64& random) {
    std::normal_distribution<double> normal;
    std::vector<double> series;
    double x = normal(random);
    for (std::size_t t = 0; t < n; ++t) {
        series.push_back(x);
        x = a * x + std::sqrt(1.0 - a * a) * normal(random);
    }
    return series;
}

// Variance of the mean of such a series, exact.
double squared_error_of_mean(double n, double a) {
    return ((1.0 + a) / (1.0 - a) - 2.0 * a * (1.0 - std::pow(a, n)) / (n * (1.0 - a) * (1.0 - a))) / n;
}

// Jumps between 0 and 1 with probability `flip` at each step.
std::vector<double> telegraph(std::size_t n, double flip, std::mt19937_64& random) {
    std::bernoulli_distribution flips(flip);
    std::vector<double> series;
    double x = 0.0;
    for (std::size_t t = 0; t < n; ++t) {
        if (flips(random)) x = 1.0 - x;
        series.push_back(x);
    }
    return series;
}

struct Coverage {
    double z_squared = 0.0;      // mean of (mean / claimed error)^2
    double squared_error = 0.0;  // mean claimed squared error / the exact one
    double variance = 0.0;       // mean variance
    double variance_z_squared = 0.0;
    int long_enough = 0;
};

constexpr int repeats = 1000;

Coverage coverage(std::size_t n, double a, unsigned seed) {
    std::mt19937_64 random(seed);
    Coverage mean;
    for (int k = 0; k < repeats; ++k) {
        const SeriesMean one = series_mean(autoregressive(n, a, random));
        mean.z_squared += std::pow(one.mean / one.standard_error, 2) / repeats;
        mean.squared_error +=
            std::pow(one.standard_error, 2) / squared_error_of_mean(static_cast<double>(n), a) / repeats;
        mean.variance += one.variance / repeats;
        mean.variance_z_squared += std::pow((one.variance - 1.0) / one.variance_error, 2) / repeats;
        if (one.long_enough) ++mean.long_enough;
    }
    return mean;
}

// The null value of both means of z^2 is 1, and their standard deviation sqrt(2 / repeats) = 0.045. With
// about 60 blocks a claimed squared error varies by 20 %, which adds 0.04, and its bias, tau / B, at most as
// much. So alpha 1e-6 (4.9 standard deviations) lies at 0.75 and 1.33; errors 25 % too small give 1.8, 25 %
// too large 0.64, and either is seen with probability 0.999.
constexpr double lowest_z_squared = 0.75;
constexpr double highest_z_squared = 1.33;

// False alarms: 5 x 1e-6 (z of the mean and of the variance, both errors, the flag).
TEST(series_mean, claims_the_error_that_a_correlated_mean_has) {
    const Coverage found = coverage(10'001, 0.9, 5);
    EXPECT_GT(found.z_squared, lowest_z_squared);
    EXPECT_LT(found.z_squared, highest_z_squared);
    EXPECT_GT(found.variance_z_squared, lowest_z_squared);
    EXPECT_LT(found.variance_z_squared, highest_z_squared);
    // A claimed squared error varies by 25 % at most and is at most 10 % too small: 1 +- 4.9 * 0.25 /
    // sqrt(1000).
    EXPECT_GT(found.squared_error, 0.86);
    EXPECT_LT(found.squared_error, 1.04);
    // One variance is (2 * 9.5 / 10001)^(1/2) = 4.4 % off (for a Gaussian), their mean 0.14 %: alpha 1e-6 at
    // 0.7 %.
    EXPECT_NEAR(found.variance, 1.0, 0.007);
    EXPECT_GT(found.long_enough, repeats * 97 / 100);
}

// False alarms: 4 x 1e-6.
TEST(series_mean, of_white_noise_has_the_usual_error_and_tau_one_half) {
    const Coverage found = coverage(4'000, 0.0, 6);
    EXPECT_GT(found.z_squared, lowest_z_squared);
    EXPECT_LT(found.z_squared, highest_z_squared);
    EXPECT_GT(found.variance_z_squared, lowest_z_squared);
    EXPECT_LT(found.variance_z_squared, highest_z_squared);
    // 4000 values in blocks of at most 32: one claim varies by at most sqrt(2 * 32 / 4000) = 13 %.
    EXPECT_NEAR(found.squared_error, 1.0, 4.9 * 0.13 / std::sqrt(repeats));
    EXPECT_GT(found.long_enough, repeats * 97 / 100);
}

// False alarms: 1 x 1e-6.
TEST(series_mean, finds_a_known_correlation_time) {
    // tau = 9.5 +- 6 % (64 blocks: sqrt(2 / 64) = 18 % for one series, 9 series): alpha 1e-6 at 29 %, and 3 %
    // of bias.
    std::mt19937_64 random(7);
    double tau = 0.0;
    for (int k = 0; k < 9; ++k) {
        const SeriesMean one = series_mean(autoregressive(32'768, 0.9, random));
        EXPECT_DOUBLE_EQ(one.standard_error * one.standard_error,
                         one.variance * 2.0 * one.correlation_time / 32'768.0);
        tau += one.correlation_time / 9.0;
    }
    EXPECT_NEAR(tau, 9.5, 0.32 * 9.5);
}

TEST(series_mean, with_unblocked_white_noise_is_the_textbook) {
    // 16 values: one level, so nothing is random here.
    const std::vector<double> series = {1, -2, 3, 0, 2, -1, 1, 0, -3, 2, 1, -1, 0, 2, -2, 1};
    double squares = 0.0;
    for (const double value : series) squares += (value - 0.25) * (value - 0.25);
    const SeriesMean found = series_mean(series);
    EXPECT_DOUBLE_EQ(found.mean, 0.25);
    EXPECT_DOUBLE_EQ(found.variance, squares / 15.0);
    EXPECT_DOUBLE_EQ(found.standard_error, std::sqrt(squares / 15.0 / 16.0));
    EXPECT_DOUBLE_EQ(found.correlation_time, 0.5);
    EXPECT_FALSE(found.long_enough);
}

TEST(series_mean, of_a_constant_is_exact) {
    for (const std::size_t n : {16U, 17U, 1000U}) {
        const SeriesMean found = series_mean(std::vector<double>(n, 0.1));
        EXPECT_EQ(found.mean, 0.1);
        EXPECT_EQ(found.standard_error, 0.0);
        EXPECT_EQ(found.variance, 0.0);
        EXPECT_EQ(found.variance_error, 0.0);
        EXPECT_EQ(found.correlation_time, 0.5);
        EXPECT_TRUE(found.long_enough);
    }
}

TEST(series_mean, has_no_error_below_sixteen_values) {
    const SeriesMean found = series_mean(std::vector<double>(15, 0.1));
    EXPECT_EQ(found.mean, 0.1);
    EXPECT_TRUE(std::isnan(found.standard_error));
    EXPECT_TRUE(std::isnan(found.correlation_time));
    EXPECT_FALSE(found.long_enough);
    EXPECT_TRUE(std::isnan(series_mean({}).mean));
}

// False alarms: 2 x 1e-6.
TEST(series_mean, flags_a_telegraph_that_dwells_longer_than_a_tenth_of_the_series) {
    // Dwell 333 of 2000 steps. A series without any jump (probability exp(-6)) looks constant and cannot be
    // flagged. Of 200 series about 197 are: the count is at least 180 but with probability below 1e-6
    // if a single one escapes with probability 3 % or less.
    std::mt19937_64 random(8);
    int flagged = 0;
    for (int k = 0; k < 200; ++k)
        if (!series_mean(telegraph(2'000, 0.003, random)).long_enough) ++flagged;
    EXPECT_GE(flagged, 180);
    int trusted = 0;
    for (int k = 0; k < 200; ++k)
        if (series_mean(telegraph(20'000, 0.1, random)).long_enough) ++trusted;
    EXPECT_GE(trusted, 180);
}

// The drift is three quarters of the variance and as long as the series. False alarms: 1 x 1e-6.
TEST(series_mean, flags_a_drift_of_three_standard_deviations) {
    std::mt19937_64 random(9);
    for (int k = 0; k < 50; ++k) {
        std::vector<double> series = autoregressive(5'000, 0.8, random);
        for (std::size_t t = 0; t < series.size(); ++t) series[t] += 3.0 * static_cast<double>(t) / 5'000.0;
        EXPECT_FALSE(series_mean(series).long_enough);
    }
}

TEST(pooled_mean, of_one_chain_is_its_series_mean) {
    std::mt19937_64 random(10);
    const std::vector<double> series = autoregressive(3'000, 0.5, random);
    const SeriesMean alone = series_mean(series);
    const PooledMean pooled = pooled_mean(std::vector<std::vector<double>>{series});
    // The same sums of 3000 terms in another order.
    EXPECT_EQ(pooled.mean, alone.mean);
    EXPECT_NEAR(pooled.standard_error, alone.standard_error, 1e-12);
    EXPECT_NEAR(pooled.variance, alone.variance, 1e-12);
    EXPECT_NEAR(pooled.variance_error, alone.variance_error, 1e-12);
    EXPECT_NEAR(pooled.correlation_time, alone.correlation_time, 1e-12);
    EXPECT_EQ(pooled.long_enough, alone.long_enough);
    EXPECT_EQ(pooled.disagreement, 0.0);
}

// False alarms: 2 x 1e-6.
TEST(pooled_mean, of_chains_that_agree_has_an_honest_error) {
    // As above; the larger of two estimates of one error errs on the safe side: with 4 chains the scatter
    // varies by 80 % and z^2 falls to about 0.75, 0.04 its standard deviation; alpha 1e-6 at 0.55.
    std::mt19937_64 random(11);
    double z_squared = 0.0;
    double largest_disagreement = 0.0;
    for (int k = 0; k < repeats; ++k) {
        std::vector<std::vector<double>> chains;
        for (int c = 0; c < 4; ++c) chains.push_back(autoregressive(2'000, 0.6, random));
        const PooledMean found = pooled_mean(chains);
        z_squared += std::pow(found.mean / found.standard_error, 2) / repeats;
        largest_disagreement = std::max(largest_disagreement, found.disagreement);
    }
    EXPECT_GT(z_squared, 0.55);
    EXPECT_LT(z_squared, highest_z_squared);
    EXPECT_LT(largest_disagreement,
              7.0);  // 4000 nearly normal deviates: alpha 1e-6 at 6.2, and errors vary by 15 %
}

// The variance varies by 0.13, nearly all of it from the difference of the means. False alarms: 1 x 5e-6.
TEST(pooled_mean, of_chains_that_disagree_says_so) {
    std::mt19937_64 random(12);
    std::vector<std::vector<double>> chains = {autoregressive(2'000, 0.6, random),
                                               autoregressive(2'000, 0.6, random)};
    for (double& x : chains[1]) x += 2.0;
    const PooledMean found = pooled_mean(chains);
    const double error =
        std::hypot(series_mean(chains[0]).standard_error, series_mean(chains[1]).standard_error);
    const double difference = series_mean(chains[1]).mean - series_mean(chains[0]).mean;
    EXPECT_NEAR(found.disagreement, difference / error, 1e-9 * found.disagreement);
    EXPECT_DOUBLE_EQ(found.standard_error, difference / 2.0);
    EXPECT_NEAR(found.variance, 1.0 + 1.0 + 1.0, 0.6);  // within chains, between them, of the mean
}

TEST(pooled_mean, of_frozen_chains_tells_equal_from_unequal) {
    const std::vector<double> low(100, 0.1);
    const std::vector<double> high(100, 0.4);
    EXPECT_EQ(pooled_mean(std::vector{low, low, low}).disagreement, 0.0);
    EXPECT_EQ(pooled_mean(std::vector{low, low, low}).standard_error, 0.0);
    EXPECT_EQ(pooled_mean(std::vector{low, high}).disagreement, std::numeric_limits<double>::infinity());
    EXPECT_DOUBLE_EQ(pooled_mean(std::vector{low, high}).standard_error, 0.15);
    EXPECT_TRUE(
        std::isnan(pooled_mean(std::vector{std::vector{1.0, 2.0}, std::vector{3.0, 4.0}}).disagreement));
}

}  // namespace
}  // namespace misfit
