#include "misfit/statistics/transition.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <span>

#include "misfit/statistics/interpolation.hpp"
#include "support/enumerated.hpp"
#include "support/statistics.hpp"

namespace misfit {
namespace {

const std::vector<double> points = {-0.9, -0.5, -0.1, 0.3, 0.7, 1.1};

LadderSamples ladder_of(const support::EnumeratedSamples& samples, std::vector<double> at,
                        std::size_t ladders = 1) {
    const std::size_t length = samples.q.size() / (at.size() * ladders);
    return {.points = std::move(at),
            .ladders = ladders,
            .length = length,
            .reduced_energy = samples.u,
            .q = samples.q,
            .scalars = {}};
}

// A ladder whose replicas all follow the same random numbers, each shown for four successive times: what one
// time or one replica adds to another is next to nothing.
support::EnumeratedSamples correlated(const support::Enumerated& system, std::size_t length,
                                      std::mt19937_64& random) {
    std::uniform_real_distribution<double> uniform;
    std::vector<double> common;
    for (std::size_t t = 0; t < length; ++t) common.push_back(t % 4 == 0 ? uniform(random) : common.back());
    support::EnumeratedSamples samples;
    for (const double x : points) {
        const std::vector<double> p = system.probabilities(x);
        for (const double level : common) {
            std::size_t s = 0;
            for (double below = p[0]; below < level && s + 1 < p.size(); below += p[++s]) {
            }
            samples.configuration.push_back(s);
            samples.q.push_back(system.q[s]);
        }
    }
    for (const double x : points)
        for (const std::size_t s : samples.configuration) samples.u.push_back(system.energy(s, x));
    return samples;
}

// Deviations from the exact values, over repeats, and what the jackknife claims.
struct Deviations {
    std::vector<double> deviations;
    std::vector<double> z_squared;

    void add(double value, double error, double exact) {
        deviations.push_back(value - exact);
        z_squared.push_back((value - exact) * (value - exact) / (error * error));
    }
};

constexpr int repeats = 100;
const std::vector<std::size_t> places = {3, 12, 20, 21, 33, 40};  // of 41

// Mean q and chi at `places`, then place and height of the peak.
std::vector<Deviations> deviations(const support::Enumerated& system,
                                   const std::function<LadderSamples(std::mt19937_64&)>& draw,
                                   unsigned seed) {
    std::mt19937_64 random(seed);
    const double peak = system.peak_place(points.front(), points.back());
    std::vector<Deviations> found(2 * places.size() + 2);
    for (int repeat = 0; repeat < repeats; ++repeat) {
        const Transition transition =
            analyse_transition(draw(random), {.grid = 41, .blocks = 20, .bin_edges = {}});
        for (std::size_t i = 0; i < places.size(); ++i) {
            const std::size_t g = places[i];
            const double x = transition.x[g];
            found[i].add(transition.q.value[g], transition.q.standard_error[g], system.mean_q(x));
            found[places.size() + i].add(
                transition.chi.value[g] + std::pow(transition.q.standard_error[g], 2),
                transition.chi.standard_error[g], system.variance_q(x));
        }
        found[2 * places.size()].add(transition.peak_place.value, transition.peak_place.standard_error, peak);
        found[2 * places.size() + 1].add(transition.peak_height.value, transition.peak_height.standard_error,
                                         system.variance_q(peak));
        EXPECT_TRUE(transition.peak_inside);
    }
    return found;
}

// Null: no bias, and claimed errors that are right. 100 independent repeats give 14 means, two-sided with
// alpha 1e-6 each; they see a bias of 0.7 of one repeat's error with probability 0.98. With 20 blocks z is
// Student's with 19 degrees of freedom, the mean of its square 1.12 and of 100 such 1.12 +- 0.17, skewed:
// alpha 1e-6 lies at 0.49 and 2.2. An error too small by 1.7 gives 3.2 and is seen with probability 0.99.
void expect_honest(const std::vector<Deviations>& found) {
    for (std::size_t i = 0; i < found.size(); ++i) {
        const support::MeanError bias = support::mean_error(found[i].deviations);
        EXPECT_GT(support::normal_p(bias.mean / bias.standard_error), 1e-6) << i;
        const double z_squared = support::mean_error(found[i].z_squared).mean;
        EXPECT_GT(z_squared, 0.49) << i;
        EXPECT_LT(z_squared, 2.2) << i;
    }
}

// False alarms: 28 x 1e-6.
TEST(transition, between_points_is_exact_within_honest_errors) {
    const support::Enumerated system = support::two_wells();
    expect_honest(deviations(
        system,
        [&](std::mt19937_64& random) {
            return ladder_of(support::sample(system, points, 600, random), points, 2);
        },
        10));
}

// False alarms: 28 x 1e-6.
TEST(transition, has_honest_errors_when_replicas_and_times_are_correlated) {
    const support::Enumerated system = support::two_wells();
    expect_honest(deviations(
        system, [&](std::mt19937_64& random) { return ladder_of(correlated(system, 1'200, random), points); },
        11));
}

TEST(transition, of_two_ladders_is_that_of_all_their_samples) {
    std::mt19937_64 random(12);
    const auto samples = support::sample(support::two_wells(), points, 200, random);
    const TransitionOptions options{.grid = 11, .blocks = 10, .bin_edges = {}};
    const Transition one = analyse_transition(ladder_of(samples, points), options);
    const Transition two = analyse_transition(ladder_of(samples, points, 2), options);
    EXPECT_EQ(one.q.value, two.q.value);
    EXPECT_EQ(one.chi.value, two.chi.value);
    EXPECT_NE(one.q.standard_error, two.q.standard_error);  // 20 blocks of half the length
}

TEST(transition, has_the_jackknife_error_of_analyses_without_a_block) {
    // Two blocks: theta_1 is the second half alone, theta_2 the first, and the error |theta_1 - theta_2| / 2.
    std::mt19937_64 random(17);
    const support::Enumerated system = support::two_wells();
    const auto first = support::sample(system, points, 100, random);
    const auto second = support::sample(system, points, 100, random);
    support::EnumeratedSamples both;
    for (std::size_t k = 0; k < points.size(); ++k)
        for (const auto* half : {&first, &second})
            for (std::size_t t = 0; t < 100; ++t)
                both.configuration.push_back(half->configuration[k * 100 + t]);
    for (const std::size_t s : both.configuration) both.q.push_back(system.q[s]);
    for (const double x : points)
        for (const std::size_t s : both.configuration) both.u.push_back(system.energy(s, x));
    const TransitionOptions options{.grid = 9, .blocks = 2, .bin_edges = {}};
    const Transition found = analyse_transition(ladder_of(both, points), options);
    const Transition one = analyse_transition(ladder_of(first, points), options);
    const Transition other = analyse_transition(ladder_of(second, points), options);
    for (std::size_t g = 0; g < 9; ++g) {
        EXPECT_NEAR(found.q.standard_error[g], 0.5 * std::abs(one.q.value[g] - other.q.value[g]), 1e-10);
        EXPECT_NEAR(found.chi.standard_error[g], 0.5 * std::abs(one.chi.value[g] - other.chi.value[g]),
                    1e-10);
    }
    EXPECT_NEAR(found.peak_place.standard_error,
                0.5 * std::abs(one.peak_place.value - other.peak_place.value), 1e-9);
}

TEST(transition, has_its_peak_at_the_vertex_of_the_parabola_through_the_highest_chi) {
    std::mt19937_64 random(18);
    const Transition found =
        analyse_transition(ladder_of(support::sample(support::two_wells(), points, 200, random), points),
                           {.grid = 10, .blocks = 10, .bin_edges = {}});
    const auto top =
        static_cast<std::size_t>(std::ranges::max_element(found.chi.value) - found.chi.value.begin());
    const InterpolationWeights parabola =
        interpolation_weights(std::span(found.x).subspan(top - 1, 3), found.peak_place.value);
    const auto highest = std::span(found.chi.value).subspan(top - 1, 3);
    EXPECT_NEAR(parabola(highest), found.peak_height.value, 1e-12);
    for (const double step : {-0.01, 0.01})
        EXPECT_LT(interpolation_weights(std::span(found.x).subspan(top - 1, 3),
                                        found.peak_place.value + step)(highest),
                  found.peak_height.value);
}

TEST(transition, at_a_point_of_one_configuration_has_no_fluctuation) {
    const support::Enumerated lone{.a = {0.5}, .b = {2.0}, .q = {0.3}};
    std::mt19937_64 random(13);
    LadderSamples ladder = ladder_of(support::sample(lone, points, 40, random), points);
    ladder.scalars = {ladder.q};
    const Transition found = analyse_transition(ladder, {.grid = 5, .blocks = 4, .bin_edges = {}});
    for (std::size_t g = 0; g < 5; ++g) {
        EXPECT_NEAR(found.q.value[g], 0.3, 1e-15);
        EXPECT_NEAR(found.scalars[0].value[g], 0.3, 1e-14);
        EXPECT_NEAR(found.chi.value[g], 0.0, 1e-30);
        EXPECT_NEAR(found.effective_samples[g], 240.0, 1e-9);
    }
}

TEST(transition, averages_other_scalars_like_q) {
    std::mt19937_64 random(14);
    LadderSamples ladder = ladder_of(support::sample(support::two_wells(), points, 200, random), points);
    std::vector<double> energy;
    for (const double q : ladder.q) energy.push_back(3.0 - 2.0 * q);
    ladder.scalars = {ladder.q, energy};
    const Transition found = analyse_transition(ladder, {.grid = 7, .blocks = 10, .bin_edges = {}});
    for (std::size_t g = 0; g < 7; ++g) {
        EXPECT_NEAR(found.scalars[0].value[g], found.q.value[g], 1e-13);
        EXPECT_NEAR(found.scalars[0].standard_error[g], found.q.standard_error[g], 1e-12);
        EXPECT_NEAR(found.scalars[1].value[g], 3.0 - 2.0 * found.q.value[g], 1e-13);
    }
}

// False alarms: 1 x 1e-6.
TEST(transition, shows_both_wells_in_the_distribution_at_the_peak) {
    // Null: the exact probabilities at the place found. 12 deviations in units of the jackknife's error,
    // Student's with 19 degrees of freedom: alpha 1e-6 together at 8.2, a factor of two in a bin is 10 or
    // more.
    const support::Enumerated system = support::two_wells();
    std::mt19937_64 random(15);
    TransitionOptions options{.grid = 41, .blocks = 20, .bin_edges = {}};
    for (int edge = 0; edge <= 12; ++edge) options.bin_edges.push_back((edge - 0.5) / 11.0);
    const Transition found =
        analyse_transition(ladder_of(support::sample(system, points, 2'000, random), points), options);
    const std::vector<double> exact = system.probabilities(found.peak_place.value);
    const std::vector<double>& P = found.distribution.value;
    ASSERT_EQ(P.size(), 12U);
    double integral = 0.0;
    for (std::size_t s = 0; s < 12; ++s) {
        integral += P[s] / 11.0;
        EXPECT_LT(std::abs(P[s] / 11.0 - exact[s]), 8.2 * found.distribution.standard_error[s] / 11.0) << s;
    }
    EXPECT_NEAR(integral, 1.0, 1e-12);
    EXPECT_GT(P[0], 10.0 * P[6]);
    EXPECT_GT(P[11], 10.0 * P[6]);
    EXPECT_NEAR(found.x.front(), points.front(), 0.0);
    EXPECT_NEAR(found.x.back(), points.back(), 0.0);
}

TEST(transition, counts_the_last_edge_of_the_bins_and_nothing_outside) {
    // One configuration of four each: q = 0, 1/2, 1, and 2 outside the bins.
    constexpr std::array values = {0.0, 0.5, 1.0, 2.0};
    LadderSamples ladder{
        .points = {0.0, 1.0}, .ladders = 1, .length = 40, .reduced_energy = {}, .q = {}, .scalars = {}};
    for (std::size_t n = 0; n < 80; ++n) ladder.q.push_back(values[n % 4]);
    ladder.reduced_energy.assign(160, 0.0);
    const Transition found =
        analyse_transition(ladder, {.grid = 3, .blocks = 2, .bin_edges = {0.0, 0.5, 1.0}});
    EXPECT_NEAR(found.distribution.value[0], 0.25 / 0.5, 1e-13);
    EXPECT_NEAR(found.distribution.value[1], 0.50 / 0.5, 1e-13);
}

TEST(transition, of_equally_many_samples_of_every_fraction_has_a_flat_distribution) {
    // What a core of 64 sites can have, each value as often: P = 1 / (65 values 1/64 apart) in every bin.
    for (const std::size_t sites : {1U, 7U, 49U, 50U, 64U, 1500U}) {
        LadderSamples ladder{.points = {0.0, 1.0},
                             .ladders = 1,
                             .length = sites + 1,
                             .reduced_energy = {},
                             .q = {},
                             .scalars = {}};
        for (std::size_t n = 0; n < ladder.samples(); ++n)
            ladder.q.push_back(static_cast<double>(n % (sites + 1)) / static_cast<double>(sites));
        ladder.reduced_energy.assign(2 * ladder.samples(), 0.0);
        const std::vector<double> edges = bins_of_fraction(sites, 50);
        EXPECT_LE(edges.size(), 51U);
        EXPECT_LT(edges.front(), 0.0);
        EXPECT_GT(edges.back(), 1.0);
        const Transition found = analyse_transition(ladder, {.grid = 3, .blocks = 2, .bin_edges = edges});
        ASSERT_EQ(found.distribution.value.size() + 1, edges.size());
        const double flat = static_cast<double>(sites) / static_cast<double>(sites + 1);
        for (const double density : found.distribution.value) EXPECT_NEAR(density, flat, 1e-12) << sites;
    }
}

TEST(transition, bins_of_a_fraction_are_its_values_where_there_is_room_for_them) {
    const std::vector<double> edges = bins_of_fraction(4, 50);
    ASSERT_EQ(edges.size(), 6U);
    for (std::size_t k = 0; k < 6; ++k) EXPECT_NEAR(edges[k], 0.25 * static_cast<double>(k) - 0.125, 1e-15);
    // Five values, two in a bin: the last holds one and is half as wide.
    const std::vector<double> wide = bins_of_fraction(4, 3);
    ASSERT_EQ(wide.size(), 4U);
    EXPECT_NEAR(wide[1], 0.375, 1e-15);
    EXPECT_NEAR(wide[3] - wide[2], 0.25, 1e-15);
}

TEST(transition, whose_peak_lies_outside_the_ladder_is_not_inside) {
    const std::vector<double> right = {0.5, 0.8, 1.1};
    std::mt19937_64 random(16);
    const Transition found =
        analyse_transition(ladder_of(support::sample(support::two_wells(), right, 2'000, random), right),
                           {.grid = 21, .blocks = 10, .bin_edges = {}});
    EXPECT_FALSE(found.peak_inside);
    EXPECT_EQ(found.peak_place.value, 0.5);
    EXPECT_TRUE(found.distribution.value.empty());
}

}  // namespace
}  // namespace misfit
