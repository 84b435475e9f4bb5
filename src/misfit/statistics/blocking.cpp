#include "misfit/statistics/blocking.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <limits>

namespace misfit {
namespace {

constexpr std::size_t fewest_blocks = 16;
constexpr double quantile_99 = 2.3263478740408408;  // of the normal distribution: alpha = 0.01
constexpr double lengths_needed = 50.0;             // n / (2 tau)
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The mean; exact for equal values.
double plain_mean(std::span<const double> values) {
    if (values.empty()) return nan;
    double sum = 0.0;
    for (const double value : values) sum += value - values.front();
    return values.front() + sum / static_cast<double>(values.size());
}

struct Moments {
    double variance;  // mean (x - mean)^2
    double lag_one;   // (1/n) sum (x_i - mean) (x_(i+1) - mean)
};

Moments moments(std::span<const double> values) {
    const double mean = plain_mean(values);
    double squares = 0.0;
    double products = 0.0;
    double previous = 0.0;
    for (const double value : values) {
        const double deviation = value - mean;
        squares += deviation * deviation;
        products += previous * deviation;
        previous = deviation;
    }
    const auto n = static_cast<double>(values.size());
    return {squares / n, products / n};
}

/// Quantile 0.99 of the chi-square distribution (Wilson and Hilferty).
double chi_square_quantile(double degrees) {
    const double spread = 2.0 / (9.0 * degrees);
    return degrees * std::pow(1.0 - spread + quantile_99 * std::sqrt(spread), 3.0);
}

struct Level {
    double block_length;
    double squared_error;  // of the mean of the whole series
    double correlation;    // this level's term of Jonsson's sum
};

std::vector<Level> blocking_levels(std::span<const double> series) {
    const auto n = static_cast<double>(series.size());
    std::vector<Level> levels;
    std::vector<double> blocks(series.begin(), series.end());
    for (double length = 1.0; blocks.size() >= fewest_blocks; length *= 2.0) {
        const auto count = static_cast<double>(blocks.size());
        const auto [variance, lag_one] = moments(blocks);
        const double excess = variance > 0.0 ? (count - 1.0) / (count * count) + lag_one / variance : 0.0;
        levels.push_back({length, length * variance * count / (count - 1.0) / n, count * excess * excess});
        const std::size_t left_out = blocks.size() % 2;  // the oldest
        const std::size_t pairs = blocks.size() / 2;
        for (std::size_t i = 0; i < pairs; ++i)
            blocks[i] = 0.5 * (blocks[2 * i + left_out] + blocks[2 * i + left_out + 1]);
        blocks.resize(pairs);
    }
    return levels;
}

struct BlockedError {
    double squared_error;
    bool plateau;
};

/// Requires fewest_blocks values; `variance` is their mean (x - mean)^2, above 0.
BlockedError blocked_error(std::span<const double> series, double variance) {
    const auto n = static_cast<double>(series.size());
    const std::vector<Level> levels = blocking_levels(series);
    std::size_t first_uncorrelated = levels.size();
    double statistic = 0.0;
    for (std::size_t k = levels.size(); k-- > 0;) {
        statistic += levels[k].correlation;
        if (statistic < chi_square_quantile(static_cast<double>(levels.size() - k))) first_uncorrelated = k;
    }
    for (std::size_t k = first_uncorrelated; k < levels.size(); ++k) {
        const double squared_error = levels[k].squared_error;
        const double twice_tau = n * squared_error / (variance + squared_error);
        if (std::pow(levels[k].block_length, 3.0) >= 2.0 * n * twice_tau * twice_tau)
            return {squared_error, true};
    }
    return {levels.back().squared_error, first_uncorrelated < levels.size()};
}

std::vector<double> squared_deviations(std::span<const double> series, double mean) {
    std::vector<double> squares;
    squares.reserve(series.size());
    for (const double value : series) squares.push_back((value - mean) * (value - mean));
    return squares;
}

/// Standard error of the mean of a series by blocking; 0 for a constant one.
double standard_error(std::span<const double> series) {
    const double variance = moments(series).variance;
    return variance > 0.0 ? std::sqrt(blocked_error(series, variance).squared_error) : 0.0;
}

struct Pooled {
    double mean;
    double standard_error;
};

/// Mean of independent means, each with its error; the larger of the claimed error and the scatter.
Pooled pooled(std::span<const double> means, std::span<const double> errors) {
    const auto count = static_cast<double>(means.size());
    const double mean = plain_mean(means);
    double claimed = 0.0;
    double scatter = 0.0;
    for (std::size_t c = 0; c < means.size(); ++c) {
        claimed += errors[c] * errors[c] / (count * count);
        if (count > 1.0) scatter += (means[c] - mean) * (means[c] - mean) / (count * (count - 1.0));
    }
    return {mean, std::sqrt(std::max(claimed, scatter))};  // claimed first: its NaN stays
}

double largest_disagreement(std::span<const double> means, std::span<const double> errors) {
    const auto others = static_cast<double>(means.size()) - 1.0;
    double largest = 0.0;
    for (std::size_t c = 0; c < means.size(); ++c) {
        double difference = 0.0;
        double squared_error = errors[c] * errors[c];
        for (std::size_t other = 0; other < means.size(); ++other) {
            if (other == c) continue;
            difference += (means[other] - means[c]) / others;
            squared_error += errors[other] * errors[other] / (others * others);
        }
        if (difference == 0.0) continue;
        const double ratio = std::abs(difference) / std::sqrt(squared_error);
        if (std::isnan(ratio)) return ratio;
        largest = std::max(largest, ratio);
    }
    return largest;
}

}  // namespace

SeriesMean series_mean(std::span<const double> series) {
    const double mean = plain_mean(series);
    if (series.size() < fewest_blocks) return {mean, nan, nan, nan, nan, false};
    const double plain_variance = moments(series).variance;
    if (plain_variance == 0.0) return {mean, 0.0, 0.0, 0.0, 0.5, true};

    const auto n = static_cast<double>(series.size());
    const auto [squared_error, plateau] = blocked_error(series, plain_variance);
    const double variance = plain_variance + squared_error;
    const double twice_tau = n * squared_error / variance;
    return {mean,
            std::sqrt(squared_error),
            variance,
            standard_error(squared_deviations(series, mean)),
            0.5 * twice_tau,
            plateau && n >= lengths_needed * twice_tau};
}

PooledMean pooled_mean(std::span<const std::vector<double>> chains) {
    assert(!chains.empty());
    std::vector<double> means;
    std::vector<double> errors;
    bool long_enough = true;
    for (const auto& chain : chains) {
        assert(chain.size() == chains.front().size());
        const SeriesMean one = series_mean(chain);
        means.push_back(one.mean);
        errors.push_back(one.standard_error);
        long_enough = long_enough && one.long_enough;
    }
    const double disagreement = largest_disagreement(means, errors);
    const auto [mean, error] = pooled(means, errors);
    if (chains.front().size() < fewest_blocks) return {{mean, nan, nan, nan, nan, false}, disagreement};

    std::vector<double> squares;
    std::vector<double> square_errors;
    for (const auto& chain : chains) {
        const std::vector<double> deviations = squared_deviations(chain, mean);
        squares.push_back(plain_mean(deviations));
        square_errors.push_back(standard_error(deviations));
    }
    const auto [square, square_error] = pooled(squares, square_errors);
    const double variance = square + error * error;
    const auto n = static_cast<double>(chains.size() * chains.front().size());
    const double tau = variance > 0.0 ? 0.5 * n * error * error / variance : 0.5;
    return {{mean, error, variance, square_error, tau, long_enough}, disagreement};
}

}  // namespace misfit
