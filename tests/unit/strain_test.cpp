#include "misfit/measure/strain.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <thread>

#include "misfit/measure/phases.hpp"
#include "support/systems.hpp"

namespace misfit {
namespace {

std::vector<double> measured(const Observable& observable, const std::vector<Spin>& sigma) {
    State state;
    state.sigma = sigma;
    std::vector<double> values(observable.columns.size());
    observable.measure(state, values);
    return values;
}

// One B among six A: dsigma is -12/7 at the centre and 2/7 on the rim, so that each of the 6 spokes wants the
// length -5/7 and each of the 6 rim bonds 2/7. By symmetry the rim moves outwards by x, which stretches both
// kinds by x: the least energy is at their mean, x = -3/14. With sites at r + Delta u all bonds, and so all
// 7 mean squares, are (1 + Delta x)^2.
TEST(strain, of_one_B_at_the_centre_of_7_sites_is_that_by_hand) {
    const auto crystal = support::hexagon(2);
    const Site centre = crystal->find({0, 0, 0});
    std::vector<Spin> sigma(7, Spin{1});
    sigma[static_cast<std::size_t>(centre)] = -1;
    const auto displacements = std::make_shared<const Displacements>(crystal);
    const std::vector<Vector3> u = (*displacements)(sigma);
    const Vector3& right = u[static_cast<std::size_t>(crystal->find({1, 0, 0}))];
    EXPECT_NEAR(right[0], -3.0 / 14.0, 1e-14);
    EXPECT_NEAR(right[1], 0.0, 1e-14);

    const double mismatch = 0.1;
    const double expected = std::pow(1.0 - mismatch * 3.0 / 14.0, 2) - 1.0;
    for (const double deviation : local_deviations(*crystal, u, mismatch))
        EXPECT_NEAR(deviation, expected, 1e-14);
    const std::vector<double> values = measured(strain(displacements, mismatch), sigma);
    EXPECT_NEAR(values[0], -expected, 1e-14);  // the centre alone is interior
    EXPECT_NEAR(values[1], 0.0, 1e-14);
}

// Positions that are stretched by 1 + e along x and y and by 1 + f along z: bonds are known without springs.
TEST(strain, takes_squares_of_lengths_in_two_dimensions_and_cubes_in_three) {
    const double mismatch = 0.2;
    const double e = 0.03;
    const double f = -0.05;
    for (const auto& crystal : {support::hexagon(4), support::box(3, 4, 3)}) {
        std::vector<Vector3> u;
        for (const Vector3& r : crystal->positions())
            u.push_back({r[0] * e / mismatch, r[1] * e / mismatch, r[2] * f / mismatch});
        const PhaseClassifier classifier(*crystal);
        ASSERT_FALSE(classifier.sites().empty());
        const double expected = crystal->dimension() == 2
                                    ? std::pow(1.0 + e, 2) - 1.0
                                    : (2.0 * std::pow(1.0 + e, 3) + std::pow(1.0 + f, 3)) / 3.0 - 1.0;
        const std::vector<double> deviations = local_deviations(*crystal, u, mismatch);
        for (const Site site : classifier.sites())
            EXPECT_NEAR(deviations[static_cast<std::size_t>(site)], expected, 1e-13);
    }
}

TEST(strain, is_taken_over_interior_sites_of_the_core_about_zero_and_about_the_mean) {
    for (const auto& crystal : {support::hexagon(5), support::hexagon(4, {2, 3.0}), support::box(4, 3, 5),
                                support::box(3, 3, 4, {1, 2.0}), support::periodic(Parallelogram{{6, 6}})}) {
        const std::vector<Spin> sigma = support::random_sigma(crystal->size(), 0.4, 21);
        const auto displacements = std::make_shared<const Displacements>(crystal);
        const double mismatch = 0.13;
        const std::vector<double> deviations = local_deviations(*crystal, (*displacements)(sigma), mismatch);
        // A site of the core in or below the second layer of the core.
        double count = 0.0;
        double sum = 0.0;
        double squares = 0.0;
        for (Site site = 0; site < crystal->size(); ++site) {
            const auto k = static_cast<std::size_t>(site);
            const int outermost = crystal->shell().layers + 1;
            if (crystal->boundary() == Boundary::free && crystal->layers()[k] <= outermost) continue;
            count += 1.0;
            sum += deviations[k];
            squares += deviations[k] * deviations[k];
        }
        ASSERT_GT(count, 0.0);
        const Observable observable = strain(displacements, mismatch);
        const std::vector<double> values = measured(observable, sigma);
        EXPECT_NEAR(values[0], std::sqrt(squares / count), 1e-14);
        EXPECT_NEAR(values[1], std::sqrt(squares / count - sum * sum / count / count), 1e-12);
        EXPECT_GT(values[0], 1e-3);
        const std::string what = crystal->dimension() == 2 ? "area" : "volume";
        EXPECT_EQ(observable.columns[0].name, what + "_deviation_rms");
        EXPECT_EQ(observable.columns[1].name, what + "_deviation_std");
        EXPECT_EQ(observable.columns[0].unit, "1");
    }
}

TEST(strain, is_the_same_from_several_threads_at_once) {
    const auto crystal = support::hexagon(8);
    const Observable shared = strain(std::make_shared<const Displacements>(crystal), 0.1);
    const auto values_of = [&](std::uint32_t seed) {
        return measured(shared, support::random_sigma(crystal->size(), 0.5, seed));
    };
    const std::vector<double> alone = values_of(1);
    std::vector<int> same(2, 0);
    std::vector<std::thread> threads;
    for (int& each : same)
        threads.emplace_back([&] {
            for (int round = 0; round < 50; ++round) each += values_of(1) == alone ? 1 : 0;
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(same, (std::vector<int>{50, 50}));
}

}  // namespace
}  // namespace misfit
