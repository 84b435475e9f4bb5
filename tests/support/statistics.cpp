#include "support/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <unsupported/Eigen/SpecialFunctions>

namespace misfit::support {

double normal_p(double z) { return std::erfc(std::abs(z) / std::numbers::sqrt2); }

double chi_square_p(std::span<const double> counts, std::span<const double> expected, double pooled_below) {
    double statistic = 0.0;
    double pooled_count = 0.0;
    double pooled_expected = 0.0;
    int cells = 0;
    const auto add = [&](double count, double expectation) {
        statistic += (count - expectation) * (count - expectation) / expectation;
        ++cells;
    };
    for (std::size_t k = 0; k < counts.size(); ++k)
        if (expected[k] >= pooled_below) {
            add(counts[k], expected[k]);
        } else {
            pooled_count += counts[k];
            pooled_expected += expected[k];
        }
    // What was never expected must not occur: any count there makes the statistic large.
    if (pooled_expected > 0.0 || pooled_count > 0.0) add(pooled_count, std::max(pooled_expected, 1e-9));
    if (cells < 2) return statistic < 1e-6 ? 1.0 : 0.0;
    return Eigen::numext::igammac(0.5 * (cells - 1), 0.5 * statistic);
}

double kolmogorov_p(std::vector<double> sample, const std::function<double(double)>& cumulative) {
    std::ranges::sort(sample);
    const double n = static_cast<double>(sample.size());
    double distance = 0.0;
    for (std::size_t k = 0; k < sample.size(); ++k) {
        const double theory = cumulative(sample[k]);
        distance = std::max(
            {distance, theory - static_cast<double>(k) / n, static_cast<double>(k + 1) / n - theory});
    }
    const double x = distance * (std::sqrt(n) + 0.12 + 0.11 / std::sqrt(n));
    if (x < 0.2) return 1.0;  // the series below converges slowly where the answer is 1
    double p = 0.0;
    for (int k = 1; k <= 100; ++k) p += (k % 2 == 1 ? 2.0 : -2.0) * std::exp(-2.0 * k * k * x * x);
    return std::clamp(p, 0.0, 1.0);
}

MeanError mean_error(std::span<const double> values) {
    const double n = static_cast<double>(values.size());
    double mean = 0.0;
    for (const double value : values) mean += value / n;
    double squares = 0.0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    return {mean, std::sqrt(squares / (n - 1.0) / n)};
}

}  // namespace misfit::support
