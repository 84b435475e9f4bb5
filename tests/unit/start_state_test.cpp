#include "misfit/run/start_state.hpp"
#include "misfit/unit/start_species.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <set>

#include "misfit/base/error.hpp"
#include "misfit/engine/monte_carlo.hpp"
#include "misfit/measure/phases.hpp"
#include "support/systems.hpp"

namespace misfit {
namespace {

RandomStream chain(std::uint32_t number) { return {5, number, 0, Stream::monte_carlo_start}; }

std::vector<Spin> start(const Crystal& crystal, StartState state, Site count_A, Spin shell_species = -1) {
    return start_species(crystal, state, count_A, shell_species, chain(0), {});
}

std::vector<std::shared_ptr<const Crystal>> crystals() {
    return {support::hexagon(3), support::hexagon(3, {2, 4.0}), support::box(2, 3, 4, {1, 1.0}),
            support::periodic(Parallelogram{{4, 5}}), support::periodic(Box{{3, 4, 3}})};
}

TEST(start_state, has_exactly_so_many_A_in_the_core_and_its_own_species_in_the_shell) {
    for (const auto& crystal : crystals())
        for (const StartState state : {StartState::random, StartState::separated, StartState::superlattice})
            for (const Spin shell_species : {Spin{-1}, Spin{1}}) {
                const auto core = static_cast<Site>(core_sites(*crystal).size());
                for (Site count_A = 0; count_A <= core; ++count_A) {
                    const std::vector<Spin> sigma = start(*crystal, state, count_A, shell_species);
                    Site found = 0;
                    for (Site site = 0; site < crystal->size(); ++site) {
                        const Spin spin = sigma[static_cast<std::size_t>(site)];
                        if (!crystal->is_shell(site))
                            found += spin > 0 ? 1 : 0;
                        else
                            ASSERT_EQ(spin, shell_species);
                    }
                    ASSERT_EQ(found, count_A) << crystal->shape();
                }
            }
}

TEST(start_state, counts_A_of_the_core_as_the_floor_of_its_composition) {
    const auto count = [](double composition, Site core) {
        MonteCarloParameters parameters;
        parameters.composition = composition;
        return core_count_A(parameters, core);
    };
    EXPECT_EQ(count(0.5, 721), 360);
    EXPECT_EQ(count(0.3, 10), 3) << "0.3 times 10 is below 3 in binary";
    EXPECT_EQ(count(0.0, 271), 0);
    EXPECT_EQ(count(1.0, 271), 271);
    EXPECT_EQ(count(0.999, 271), 270);
}

TEST(start_state, random_differs_by_chain_and_is_the_same_again) {
    const auto crystal = support::hexagon(5, {1, 1.0});
    std::set<std::vector<Spin>> seen;
    for (std::uint32_t number = 0; number < 50; ++number) {
        const auto species = [&] {
            return start_species(*crystal, StartState::random, 30, -1, chain(number), {});
        };
        EXPECT_TRUE(seen.insert(species()).second);
        EXPECT_EQ(species(), species());
    }
}

// 4,000 starts of 18 A among 37: 1945.9 A a site, 31.6 their standard deviation. All within 6 of it.
// False alarms: 37 x 2e-9. A shuffle that leaves out a site is seen with certainty.
TEST(start_state, random_puts_A_on_every_site_alike) {
    const auto crystal = support::hexagon(4);
    constexpr std::uint32_t starts = 4000;
    std::vector<int> count(37, 0);
    for (std::uint32_t number = 0; number < starts; ++number) {
        const std::vector<Spin> sigma =
            start_species(*crystal, StartState::random, 18, -1, chain(number), {});
        for (std::size_t site = 0; site < 37; ++site) count[site] += sigma[site] > 0 ? 1 : 0;
    }
    for (const int each : count) EXPECT_NEAR(each, starts * 18.0 / 37.0, 6.0 * 31.6);
}

TEST(start_state, separated_has_A_below_a_plane_and_B_above) {
    for (const auto& crystal : {support::hexagon(5), support::hexagon(4, {2, 1.0}), support::box(3, 3, 6)}) {
        const std::vector<Site> core = core_sites(*crystal);
        const std::size_t axis = crystal->dimension() == 3 ? 2 : 0;
        const std::vector<Spin> sigma =
            start(*crystal, StartState::separated, static_cast<Site>(core.size() / 2));
        double highest_A = -1e9;
        double lowest_B = 1e9;
        for (const Site site : core) {
            const auto k = static_cast<std::size_t>(site);
            const double place = crystal->positions()[k][axis];
            (sigma[k] > 0 ? highest_A : lowest_B) =
                sigma[k] > 0 ? std::max(highest_A, place) : std::min(lowest_B, place);
        }
        EXPECT_LE(highest_A, lowest_B + 1e-12) << crystal->shape();
    }
}

double fraction(const Crystal& crystal, std::span<const Spin> sigma, Phase phase) {
    const PhaseClassifier classifier(crystal);
    return static_cast<double>(classifier.count(sigma)[phase_index(phase)]) /
           static_cast<double>(classifier.sites().size());
}

TEST(start_state, a_perfect_sqrt_3_lattice_is_one_superlattice_everywhere) {
    const auto torus = support::periodic(Parallelogram{{9, 9}});
    EXPECT_EQ(fraction(*torus, start(*torus, StartState::superlattice, 27), Phase::S2), 1.0);
    EXPECT_EQ(fraction(*torus, start(*torus, StartState::superlattice, 54), Phase::S1), 1.0);
    EXPECT_EQ(fraction(*torus, start(*torus, StartState::superlattice, 81), Phase::U1), 1.0);
    EXPECT_EQ(fraction(*torus, start(*torus, StartState::superlattice, 0), Phase::U2), 1.0);
}

// Between them the two meet at a plane: both are there and little else.
TEST(start_state, superlattices_of_a_hexagon_at_one_half_are_both_there) {
    const auto crystal = support::hexagon(12, {2, 1.0});
    const auto half = static_cast<Site>(core_sites(*crystal).size() / 2);
    const std::vector<Spin> sigma = start(*crystal, StartState::superlattice, half);
    EXPECT_GT(fraction(*crystal, sigma, Phase::S1), 0.4);
    EXPECT_GT(fraction(*crystal, sigma, Phase::S2), 0.4);
}

TEST(start_state, superlattice_of_a_box_is_columns_of_alternating_species) {
    const auto crystal = support::box(4, 6, 5, {1, 1.0});
    const std::vector<Spin> sigma = start(*crystal, StartState::superlattice, 60);
    for (const Site site : core_sites(*crystal)) {
        const LatticePoint& point = crystal->points()[static_cast<std::size_t>(site)];
        const LatticePoint beside = {point[0] + 1, point[1], point[2]};
        const LatticePoint above = {point[0], point[1], point[2] + 1};
        for (const auto& [other, like] : {std::pair(beside, false), std::pair(above, true)}) {
            const Site neighbor = crystal->find(other);
            if (neighbor < 0 || crystal->is_shell(neighbor)) continue;
            EXPECT_EQ(sigma[static_cast<std::size_t>(neighbor)] == sigma[static_cast<std::size_t>(site)],
                      like);
        }
    }
}

TEST(start_state, from_a_record_is_its_core_in_a_shell_of_its_own) {
    const auto crystal = support::hexagon(3, {2, 1.0});
    const std::vector<Spin> core = support::random_sigma(19, 0.4, 3);
    const std::vector<Spin> sigma = start_species(*crystal, StartState::record, 0, 1, chain(0), core);
    std::size_t k = 0;
    for (Site site = 0; site < crystal->size(); ++site)
        EXPECT_EQ(sigma[static_cast<std::size_t>(site)], crystal->is_shell(site) ? Spin{1} : core[k++]);
    EXPECT_EQ(k, core.size());
}

}  // namespace
}  // namespace misfit
