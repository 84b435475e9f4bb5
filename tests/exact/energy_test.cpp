#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>
#include <tuple>

#include "misfit/model/hamiltonian.hpp"
#include "reference/energy.hpp"
#include "support/systems.hpp"

// Energies and their changes against double sums, direct minimisation over displacements, and E' - E.
namespace misfit {
namespace {

using support::box;
using support::hexagon;

const ModelParameters everything = {.kT = 0.3, .epsilon = 1.4, .J = 0.35, .delta_mu = -2.3};

TEST(energy, of_all_A_and_all_B_is_chemical_only) {
    for (const auto& crystal : {hexagon(10), box(4, 5, 6)}) {
        const Hamiltonian hamiltonian =
            support::make_hamiltonian(crystal, {.kT = 0.2, .epsilon = 1.0, .J = 0.0, .delta_mu = -20.0});
        for (const Spin spin : {Spin{1}, Spin{-1}}) {
            const std::vector<Spin> sigma(static_cast<std::size_t>(crystal->size()), spin);
            const EnergyTerms terms = energy(hamiltonian, make_state(hamiltonian, sigma, support::stream(1)));
            EXPECT_NEAR(terms.elastic, 0.0, 1e-10);
            EXPECT_EQ(terms.ising, 0.0);
            EXPECT_NEAR(terms.chemical, 10.0 * spin * crystal->size(), 1e-9);
        }
    }
}

TEST(energy, of_one_A_at_the_centre_of_271_sites_is_2_V_cc) {
    const auto crystal = hexagon(10);
    const Hamiltonian hamiltonian =
        support::make_hamiltonian(crystal, {.kT = 0.2, .epsilon = 1.0, .J = 0.0, .delta_mu = 0.0});
    std::vector<Spin> sigma(271, Spin{-1});
    const Site centre = crystal->find({0, 0, 0});
    sigma[static_cast<std::size_t>(centre)] = 1;
    const EnergyTerms terms = energy(hamiltonian, make_state(hamiltonian, sigma, support::stream(1)));
    EXPECT_NEAR(terms.elastic, 7.277174, 5e-7);
    EXPECT_NEAR(terms.elastic, 2.0 * hamiltonian.V(centre, centre), 1e-11);
    EXPECT_EQ(terms.total(), terms.elastic);
    // Terms that are not there are 0, and not -0.
    EXPECT_FALSE(std::signbit(terms.ising));
    EXPECT_FALSE(std::signbit(terms.chemical));
}

TEST(energy, equals_direct_minimisation_over_displacements) {
    for (const auto& crystal : {hexagon(2), hexagon(4), hexagon(3, {2, 17.0}), box(2, 3, 4)}) {
        const Hamiltonian hamiltonian =
            support::make_hamiltonian(crystal, {.kT = 0.2, .epsilon = 1.0, .J = 0.0, .delta_mu = 0.0});
        for (std::uint32_t seed = 0; seed < 5; ++seed) {
            const std::vector<Spin> sigma = support::random_sigma(crystal->size(), 0.2 + 0.15 * seed, seed);
            const double expected = reference::minimal_spring_energy(*crystal, sigma);
            const EnergyTerms terms = energy(hamiltonian, make_state(hamiltonian, sigma, support::stream(1)));
            EXPECT_NEAR(terms.elastic, expected, 1e-10 * (1.0 + expected)) << crystal->shape();
        }
    }
}

/// Every term alone and together, V held in every way.
class EveryModel : public ::testing::TestWithParam<std::tuple<ModelParameters, ElasticKind>> {
protected:
    ModelParameters model() const { return std::get<0>(GetParam()); }
    Hamiltonian hamiltonian_of(const std::shared_ptr<const Crystal>& crystal) const {
        return support::make_hamiltonian(crystal, model(), std::get<1>(GetParam()));
    }
};

TEST_P(EveryModel, energy_equals_the_double_sum) {
    for (const auto& crystal : {hexagon(4), hexagon(3, {1, 5.0}), box(3, 4, 3)}) {
        const Hamiltonian hamiltonian = hamiltonian_of(crystal);
        const double rounding = support::rounding_of_phi(hamiltonian);
        const reference::Model slow(*crystal, model());
        for (std::uint32_t seed = 0; seed < 10; ++seed) {
            const std::vector<Spin> sigma = support::random_sigma(crystal->size(), 0.1 * seed, seed);
            const State state = make_state(hamiltonian, sigma, support::stream(1));
            EXPECT_NEAR(energy(hamiltonian, state).total(),
                        static_cast<double>(reference::energy(slow, sigma)),
                        1e-10 + crystal->size() * rounding);
            const Eigen::VectorXd phi = reference::phi(slow, sigma);
            for (std::size_t j = 0; j < sigma.size(); ++j)
                EXPECT_NEAR(state.phi[j], phi(static_cast<Eigen::Index>(j)), 1e-11 + rounding);
        }
    }
}

TEST_P(EveryModel, flip_energy_equals_brute_force) {
    for (const auto& crystal : {hexagon(4), box(3, 4, 3)}) {
        const Hamiltonian hamiltonian = hamiltonian_of(crystal);
        const double rounding = support::rounding_of_phi(hamiltonian);
        const reference::Model slow(*crystal, model());
        for (std::uint32_t seed = 0; seed < 10; ++seed) {
            const std::vector<Spin> sigma = support::random_sigma(crystal->size(), 0.1 + 0.08 * seed, seed);
            const State state = make_state(hamiltonian, sigma, support::stream(1));
            const long double before = reference::energy(slow, sigma);
            for (Site j = 0; j < crystal->size(); ++j) {
                const long double after = reference::energy(slow, reference::flipped(sigma, j));
                EXPECT_NEAR(flip_energy(hamiltonian, state, j), static_cast<double>(after - before),
                            1e-10 + 4.0 * rounding);
            }
        }
    }
}

TEST_P(EveryModel, swap_energy_equals_brute_force_for_near_and_far_pairs) {
    for (const auto& crystal : {hexagon(3), box(3, 2, 3)}) {
        const Hamiltonian hamiltonian = hamiltonian_of(crystal);
        const double rounding = support::rounding_of_phi(hamiltonian);
        const reference::Model slow(*crystal, model());
        for (std::uint32_t seed = 0; seed < 5; ++seed) {
            const std::vector<Spin> sigma = support::random_sigma(crystal->size(), 0.5, seed);
            const State state = make_state(hamiltonian, sigma, support::stream(1));
            const long double before = reference::energy(slow, sigma);
            for (Site i = 0; i < crystal->size(); ++i)
                for (Site j = 0; j < crystal->size(); ++j) {
                    if (sigma[static_cast<std::size_t>(i)] == sigma[static_cast<std::size_t>(j)]) continue;
                    const long double after = reference::energy(slow, reference::swapped(sigma, i, j));
                    EXPECT_NEAR(swap_energy(hamiltonian, state, i, j), static_cast<double>(after - before),
                                1e-10 + 12.0 * rounding);
                }
        }
    }
}

std::string model_name(const ::testing::TestParamInfo<EveryModel::ParamType>& which) {
    const auto& [model, elastic] = which.param;
    const char* terms = model.epsilon != 0.0 && model.J != 0.0 ? "everything"
                        : model.epsilon != 0.0                 ? "elastic"
                        : model.J != 0.0                       ? "ising"
                                                               : "chemical";
    return fmt::format("{}_{}", terms, elastic_words[static_cast<std::size_t>(elastic)]);
}

INSTANTIATE_TEST_SUITE_P(
    model, EveryModel,
    ::testing::Combine(
        ::testing::Values(everything, ModelParameters{.kT = 0.3, .epsilon = 1.0, .J = 0.0, .delta_mu = 0.0},
                          ModelParameters{.kT = 0.3, .epsilon = 0.0, .J = -0.7, .delta_mu = 0.0},
                          ModelParameters{.kT = 0.3, .epsilon = 0.0, .J = 0.0, .delta_mu = 3.0}),
        ::testing::ValuesIn(support::every_elastic)),
    model_name);

}  // namespace
}  // namespace misfit
