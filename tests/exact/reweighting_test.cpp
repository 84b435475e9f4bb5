#include "misfit/statistics/reweighting.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <string>

#include "misfit/base/error.hpp"
#include "support/enumerated.hpp"
#include "support/statistics.hpp"

namespace misfit {
namespace {

const std::vector<double> points = {-1.2, -0.7, -0.2, 0.2, 0.6, 1.1};

// exp(-f_k) = sum_n exp(-u_kn) / D_n in long double, from the equation.
std::vector<double> one_more_iteration(const std::vector<double>& u, const std::vector<std::size_t>& counts,
                                       std::span<const double> f) {
    const std::size_t K = counts.size();
    const std::size_t S = u.size() / K;
    std::vector<double> next;
    for (std::size_t k = 0; k < K; ++k) {
        long double sum = 0.0L;
        for (std::size_t n = 0; n < S; ++n) {
            long double inverse = 0.0L;  // D_n exp(u_kn - f_k): one that does not overflow
            for (std::size_t l = 0; l < K; ++l)
                inverse += static_cast<long double>(counts[l]) *
                           std::exp(static_cast<long double>(f[l]) - u[l * S + n] - f[k] + u[k * S + n]);
            sum += 1.0L / inverse;
        }
        next.push_back(f[k] - static_cast<double>(std::log(sum)));
    }
    for (std::size_t k = K; k-- > 0;) next[k] -= next[0];
    return next;
}

TEST(Reweighting, solves_the_self_consistent_equations) {
    std::mt19937_64 random(1);
    const auto samples = support::sample(support::two_wells(), points, 500, random);
    const Reweighting reweighting(samples.u, samples.counts);
    const std::vector<double> next =
        one_more_iteration(samples.u, samples.counts, reweighting.free_energies());
    // An iteration moves f by (1 - lambda) of its error; the slowest lambda is here about 0.95.
    for (std::size_t k = 0; k < points.size(); ++k)
        EXPECT_NEAR(reweighting.free_energies()[k], next[k], 1e-12);
}

TEST(Reweighting, of_two_states_is_the_acceptance_ratio_of_Bennett) {
    std::mt19937_64 random(2);
    const auto samples = support::sample(support::two_wells(), std::vector{0.0, 0.5}, 300, random);
    // sum over samples of 0 of fermi(u_1 - u_0 - f) = sum over samples of 1 of fermi(u_0 - u_1 + f), by
    // bisection.
    const auto excess = [&](double f) {
        double sum = 0.0;
        for (std::size_t n = 0; n < 600; ++n) {
            const double difference = samples.u[600 + n] - samples.u[n] - f;
            sum += n < 300 ? 1.0 / (1.0 + std::exp(difference)) : -1.0 / (1.0 + std::exp(-difference));
        }
        return sum;
    };
    double low = -20.0;
    double high = 20.0;
    while (high - low > 1e-13) (excess(0.5 * (low + high)) < 0.0 ? low : high) = 0.5 * (low + high);
    EXPECT_NEAR(Reweighting(samples.u, samples.counts).free_energies()[1], low, 1e-10);
}

// False alarms: 7 x 1e-6.
TEST(Reweighting, finds_free_energies_and_means_between_states_without_bias) {
    // Null: the exact values. z from 200 independent repeats, 5 + 2 of them, each two-sided; sees a bias of
    // 0.4 of one repeat's standard deviation with probability 0.8. The bias of order 1 / samples is a tenth
    // of the mean's error.
    const support::Enumerated system = support::two_wells();
    std::mt19937_64 random(3);
    std::vector<std::vector<double>> errors(points.size() + 2);
    constexpr double target = 0.05;
    for (int repeat = 0; repeat < 200; ++repeat) {
        const auto samples = support::sample(system, points, 400, random);
        const Reweighting reweighting(samples.u, samples.counts);
        for (std::size_t k = 0; k < points.size(); ++k)
            errors[k].push_back(reweighting.free_energies()[k] -
                                (system.free_energy(points[k]) - system.free_energy(points[0])));
        std::vector<double> u;
        for (const std::size_t s : samples.configuration) u.push_back(system.energy(s, target));
        std::vector<double> weights(u.size());
        reweighting.weights(u, weights);
        EXPECT_NEAR(std::reduce(weights.begin(), weights.end()), 1.0, 1e-12);
        const double mean = std::inner_product(weights.begin(), weights.end(), samples.q.begin(), 0.0);
        double variance = 0.0;
        for (std::size_t n = 0; n < u.size(); ++n) variance += weights[n] * std::pow(samples.q[n] - mean, 2);
        errors[points.size()].push_back(mean - system.mean_q(target));
        errors[points.size() + 1].push_back(variance - system.variance_q(target));
    }
    for (std::size_t k = 1; k < errors.size(); ++k) {
        const support::MeanError found = support::mean_error(errors[k]);
        EXPECT_GT(support::normal_p(found.mean / found.standard_error), 1e-6)
            << k << ": " << found.mean << " +- " << found.standard_error;
        EXPECT_LT(found.standard_error, 0.02);
    }
}

TEST(Reweighting, is_not_moved_by_energies_of_ten_thousands) {
    std::mt19937_64 random(4);
    const auto samples = support::sample(support::two_wells(), points, 200, random);
    const Reweighting plain(samples.u, samples.counts);
    const std::size_t S = samples.q.size();
    std::vector<double> u = samples.u;
    for (std::size_t k = 0; k < points.size(); ++k)
        for (std::size_t n = 0; n < S; ++n)
            u[k * S + n] += 1e4 * static_cast<double>(k) - 3e4 + 1e4 * std::sin(static_cast<double>(n));
    const Reweighting shifted(u, samples.counts);
    // Energies of 6e4 are rounded at 7e-12, and their differences add up along the ladder.
    for (std::size_t k = 0; k < points.size(); ++k)
        EXPECT_NEAR(shifted.free_energies()[k], plain.free_energies()[k] + 1e4 * static_cast<double>(k),
                    1e-9);
}

TEST(Reweighting, converges_from_a_first_guess_hundreds_off) {
    // Two configurations, 900 apart in energy at the ends and alike in the middle: the trapezoidal rule errs
    // there.
    const support::Enumerated jump{
        .a = {0.0, 0.0, 3.0, 3.0}, .b = {0.0, 900.0, 0.0, 900.0}, .q = {0, 1, 0, 1}};
    const std::vector<double> ladder = {-1.0, -0.001, 0.001, 1.0};
    std::mt19937_64 random(5);
    const auto samples = support::sample(jump, ladder, 1000, random);
    const Reweighting reweighting(samples.u, samples.counts);
    const std::vector<double> next =
        one_more_iteration(samples.u, samples.counts, reweighting.free_energies());
    for (std::size_t k = 0; k < ladder.size(); ++k) {
        const double expected = jump.free_energy(ladder[k]) - jump.free_energy(ladder[0]);
        EXPECT_NEAR(reweighting.free_energies()[k], expected, 0.4)
            << k;  // some hundred samples decide: 0.05 each
        EXPECT_NEAR(reweighting.free_energies()[k], next[k], 1e-10);
    }
}

TEST(Reweighting, without_some_samples_equals_a_solution_of_the_others) {
    std::mt19937_64 random(6);
    const support::Enumerated system = support::two_wells();
    const auto samples = support::sample(system, points, 300, random);
    const Reweighting all(samples.u, samples.counts);
    const std::size_t S = samples.q.size();
    const std::vector<SampleRange> excluded = {{910, 940}, {0, 15}, {1785, 1800}, {590, 610}};
    const auto is_excluded = [&](std::size_t n) {
        return std::ranges::any_of(
            excluded, [n](const SampleRange& range) { return range.begin <= n && n < range.end; });
    };
    std::vector<double> u;
    for (std::size_t i = 0; i < samples.u.size(); ++i)
        if (!is_excluded(i % S)) u.push_back(samples.u[i]);
    std::vector<std::size_t> counts(points.size(), 0);
    std::vector<double> target;
    for (std::size_t n = 0; n < S; ++n)
        if (!is_excluded(n)) {
            ++counts[n / 300];
            target.push_back(system.energy(samples.configuration[n], 0.1));
        }
    const Reweighting fewer(u, counts);
    const Reweighting::Remainder remainder = all.without(excluded);
    for (std::size_t k = 0; k < points.size(); ++k)
        EXPECT_NEAR(remainder.free_energies[k], fewer.free_energies()[k], 1e-10);
    std::size_t m = 0;
    for (std::size_t n = 0; n < S; ++n) {
        if (is_excluded(n)) {
            EXPECT_EQ(remainder.factors[n], 0.0);
            continue;
        }
        // The overall factor is free: f_0 = 0 in both fixes it.
        EXPECT_NEAR(std::log(remainder.factors[n]), all.log_denominators()[n] - fewer.log_denominators()[m],
                    1e-10);
        ++m;
    }
}

TEST(Reweighting, gives_equal_weights_to_samples_of_one_state) {
    const std::vector<double> u = {1.0, 5.0, -2.0, 4e4};
    const Reweighting one(u, std::vector<std::size_t>{4});
    std::vector<double> weights(4);
    one.weights(u, weights);
    for (const double weight : weights) EXPECT_NEAR(weight, 0.25, 1e-11);  // 4e4 is rounded at 7e-12
    EXPECT_DOUBLE_EQ(effective_samples(weights), 4.0);
    EXPECT_DOUBLE_EQ(effective_samples(std::vector{1.0, 0.0, 0.0}), 1.0);
}

TEST(Reweighting, tells_the_overlap_of_states) {
    // Rows of the overlap matrix have sum 1; equal states share alike.
    std::mt19937_64 random(7);
    const auto samples = support::sample(support::two_wells(), points, 200, random);
    const Reweighting reweighting(samples.u, samples.counts);
    for (std::size_t k = 0; k < 6; ++k) {
        const auto row = reweighting.overlaps().subspan(k * 6, 6);
        EXPECT_NEAR(std::reduce(row.begin(), row.end()), 1.0, 1e-10);
    }
    EXPECT_NO_THROW(require_overlap(reweighting, "x", points));
    const auto equal = support::sample(support::two_wells(), std::vector<double>(64, 0.3), 20, random);
    const Reweighting alike(equal.u, equal.counts);
    for (const double overlap : alike.overlaps()) EXPECT_NEAR(overlap, 1.0 / 64.0, 1e-12);
    EXPECT_NO_THROW(require_overlap(alike, "x", std::vector<double>(64, 0.3)));
}

TEST(Reweighting, refuses_a_ladder_with_a_gap_and_says_where) {
    // 50 samples a state; those of the first three states and of the last two never look like each other's.
    const std::vector<double> gap = {0.0, 0.3, 0.6, 15.0, 15.3};
    constexpr std::size_t each = 50;
    std::vector<double> u;
    for (std::size_t k = 0; k < gap.size(); ++k)
        for (std::size_t n = 0; n < each * gap.size(); ++n)
            u.push_back((k < 3) == (n < 3 * each) ? 0.0 : 1e4);
    const Reweighting reweighting(u, std::vector<std::size_t>(gap.size(), each));
    try {
        require_overlap(reweighting, "k_shell", gap);
        FAIL() << "a gap was not noticed";
    } catch (const Error& error) {
        EXPECT_EQ(
            std::string(error.what()),
            "the samples at k_shell = 0.6 and k_shell = 15 do not overlap (0.0000, at least 0.01 is needed): "
            "add points in between, e.g. 7.8");
    }
}

}  // namespace
}  // namespace misfit
