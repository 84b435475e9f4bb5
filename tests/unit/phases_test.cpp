#include "misfit/measure/phases.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>

#include "reference/kmc.hpp"
#include "support/systems.hpp"

namespace misfit {
namespace {

/// Eq. 13 read literally: N over the neighbours, N' over the pairs of them that are neighbours.
int literal_s(int sigma_R, const std::array<int, 6>& ring) {
    bool all_A = true;
    bool all_B = true;
    bool alternating = true;
    for (std::size_t k = 0; k < 6; ++k) {
        all_A = all_A && ring[k] == 1;
        all_B = all_B && ring[k] == -1;
        alternating = alternating && ring[k] == -ring[(k + 1) % 6];
    }
    if (sigma_R == -1 && all_B) return -2;
    if ((sigma_R == 1 && all_B) || (sigma_R == -1 && alternating)) return -1;
    if ((sigma_R == -1 && all_A) || (sigma_R == 1 && alternating)) return 1;
    if (sigma_R == 1 && all_A) return 2;
    return 0;
}

/// The same for a site of a triangular crystal, its ring taken in the order of angles.
int literal_s(const Crystal& crystal, const std::vector<Spin>& sigma, Site site) {
    constexpr std::array<std::array<int, 2>, 6> around = {
        {{1, 0}, {0, 1}, {-1, 1}, {-1, 0}, {0, -1}, {1, -1}}};
    const LatticePoint& p = crystal.points()[static_cast<std::size_t>(site)];
    std::array<int, 6> ring = {};
    for (std::size_t k = 0; k < 6; ++k)
        ring[k] =
            sigma[static_cast<std::size_t>(crystal.find({p[0] + around[k][0], p[1] + around[k][1], 0}))] > 0
                ? 1
                : -1;
    return literal_s(sigma[static_cast<std::size_t>(site)], ring);
}

TEST(phase, of_all_128_plaquettes_follows_equation_13) {
    const auto crystal = support::hexagon(2);
    const PhaseClassifier classifier(*crystal);
    ASSERT_EQ(classifier.sites().size(), 1U);
    std::array<int, 128> classified = {};
    for (std::size_t number = 0; number < 128; ++number) {
        const std::vector<Spin> sigma = reference::state_of(number, 7);
        classified[number] = static_cast<int>(classifier.classify(sigma, 0));
        EXPECT_EQ(classified[number], literal_s(*crystal, sigma, classifier.sites()[0]))
            << "plaquette " << number;
    }
    EXPECT_EQ(std::ranges::count(classified, 2), 1);
    EXPECT_EQ(std::ranges::count(classified, 1), 3);
    EXPECT_EQ(std::ranges::count(classified, -1), 3);
    EXPECT_EQ(std::ranges::count(classified, -2), 1);
}

TEST(phase, is_given_to_interior_sites_only) {
    const auto crystal = support::hexagon(5);
    const PhaseClassifier classifier(*crystal);
    EXPECT_EQ(std::ssize(classifier.sites()), support::hexagon(4)->size());
    for (const Site site : classifier.sites()) EXPECT_FALSE(crystal->is_surface(site));
    EXPECT_EQ(PhaseClassifier(*support::box(5, 6, 7)).sites().size(), 3U * 4U * 5U);
}

TEST(phase, leaves_out_the_shell_and_the_outermost_layer_of_the_core) {
    const auto crystal = support::hexagon(4, {.layers = 2, .stiffness = 1.0});
    const PhaseClassifier classifier(*crystal);
    EXPECT_EQ(std::ssize(classifier.sites()), support::hexagon(3)->size());
    for (const Site site : classifier.sites())
        EXPECT_GE(crystal->layers()[static_cast<std::size_t>(site)], 4);
}

TEST(phase, is_given_to_every_site_of_a_periodic_crystal) {
    for (const auto& crystal : {support::periodic(Parallelogram{{3, 6}}), support::periodic(Box{{3, 4, 3}})})
        EXPECT_EQ(std::ssize(PhaseClassifier(*crystal).sites()), crystal->size());
    // Every third site along each axis is A: each A has six B around it, each B alternating neighbours.
    const auto crystal = support::periodic(Parallelogram{{3, 6}});
    const PhaseClassifier classifier(*crystal);
    std::vector<Spin> sigma;
    for (const LatticePoint& p : crystal->points())
        sigma.push_back((p[0] - p[1] + 6) % 3 == 0 ? Spin{1} : Spin{-1});
    for (std::size_t k = 0; k < classifier.sites().size(); ++k)
        EXPECT_EQ(classifier.classify(sigma, k), Phase::S2);
}

TEST(phase, in_three_dimensions_needs_all_18_neighbours_alike) {
    const auto crystal = support::box(3, 3, 3);
    const PhaseClassifier classifier(*crystal);
    ASSERT_EQ(classifier.sites().size(), 1U);
    for (const Spin spin : {Spin{1}, Spin{-1}}) {
        std::vector<Spin> sigma(27, spin);
        EXPECT_EQ(classifier.classify(sigma, 0), spin > 0 ? Phase::U1 : Phase::U2);
        for (Site site = 0; site < 27; ++site) {
            sigma[static_cast<std::size_t>(site)] = static_cast<Spin>(-spin);
            const LatticePoint& p = crystal->points()[static_cast<std::size_t>(site)];
            const bool is_corner = p[0] != 1 && p[1] != 1 && p[2] != 1;  // no bond to the centre
            EXPECT_EQ(classifier.classify(sigma, 0) == Phase::unclassified, !is_corner) << "site " << site;
            sigma[static_cast<std::size_t>(site)] = spin;
        }
    }
}

TEST(phase_fractions, are_those_of_equation_13_and_sum_to_one) {
    const auto crystal = support::hexagon(6);
    const Hamiltonian hamiltonian =
        support::make_hamiltonian(crystal, {.kT = 1.0, .epsilon = 0.0, .J = 0.0, .delta_mu = 0.0});
    const PhaseClassifier classifier(*crystal);
    const Observable fractions = phase_fractions(*crystal);
    ASSERT_EQ(fractions.columns.size(), 5U);
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
        const State state = make_state(hamiltonian, support::random_sigma(crystal->size(), 0.05 * seed, seed),
                                       support::stream(1));
        std::array<double, 5> values = {};
        fractions.measure(state, values);
        std::array<double, 5> expected = {};
        for (const Site site : classifier.sites()) {
            constexpr std::array columns = {2, 1, -1, -2, 0};
            const int s = literal_s(*crystal, state.sigma, site);
            expected[static_cast<std::size_t>(std::ranges::find(columns, s) - columns.begin())] +=
                1.0 / static_cast<double>(classifier.sites().size());
        }
        double sum = 0.0;
        for (std::size_t k = 0; k < 5; ++k) {
            EXPECT_NEAR(values[k], expected[k], 1e-12) << fractions.columns[k].name;
            sum += values[k];
        }
        EXPECT_NEAR(sum, 1.0, 1e-12);
    }
    const std::array names = {"f_U1", "f_S1", "f_S2", "f_U2", "f_unclassified"};
    for (std::size_t k = 0; k < 5; ++k) EXPECT_EQ(fractions.columns[k].name, names[k]);
}

}  // namespace
}  // namespace misfit
