#include "misfit/model/hamiltonian.hpp"

#include <gtest/gtest.h>
#include <limits>

#include "misfit/base/error.hpp"
#include "support/systems.hpp"

namespace misfit {
namespace {

TEST(hamiltonian, refuses_an_elastic_term_without_a_potential) {
    EXPECT_THROW(
        Hamiltonian(support::hexagon(3), nullptr, {.kT = 0.2, .epsilon = 1.0, .J = 0.0, .delta_mu = 0.0}),
        Error);
}

TEST(hamiltonian, refuses_the_potential_of_another_crystal) {
    const auto other = std::make_shared<const Potential>(build_potential(*support::hexagon(2)));
    EXPECT_THROW(
        Hamiltonian(support::hexagon(3), other, {.kT = 0.2, .epsilon = 1.0, .J = 0.0, .delta_mu = 0.0}),
        Error);
}

TEST(hamiltonian, refuses_constants_out_of_range_and_says_what_is_allowed) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    const auto refusal = [](const ModelParameters& model) -> std::string {
        try {
            support::make_hamiltonian(support::hexagon(2), model);
        } catch (const Error& error) {
            return error.what();
        }
        return "none";
    };
    EXPECT_EQ(refusal({.kT = 0.0}), "kT = 0: must be a number above 0");
    EXPECT_EQ(refusal({.kT = nan}), "kT = nan: must be a number above 0");
    EXPECT_EQ(refusal({.kT = infinity}), "kT = inf: must be a number above 0");
    EXPECT_EQ(refusal({.epsilon = -1.0}), "epsilon = -1: must be a number of 0 or more");
    EXPECT_EQ(refusal({.epsilon = nan}), "epsilon = nan: must be a number of 0 or more");
    EXPECT_EQ(refusal({.J = infinity}), "J = inf: must be a finite number");
    EXPECT_EQ(refusal({.delta_mu = nan}), "delta_mu = nan: must be a finite number");
    EXPECT_EQ(refusal({}), "none");
}

TEST(hamiltonian, needs_no_potential_without_an_elastic_term) {
    const Hamiltonian hamiltonian(support::hexagon(3), nullptr,
                                  {.kT = 0.2, .epsilon = 0.0, .J = 1.0, .delta_mu = 0.0});
    EXPECT_FALSE(hamiltonian.is_elastic());
    EXPECT_EQ(hamiltonian.V(0, 0), 0.0);
    for (const double phi : compute_phi(hamiltonian, support::random_sigma(19, 0.5, 1))) EXPECT_EQ(phi, 0.0);
}

TEST(hamiltonian, V_scales_with_epsilon) {
    const auto crystal = support::hexagon(3);
    const Hamiltonian one =
        support::make_hamiltonian(crystal, {.kT = 0.2, .epsilon = 1.0, .J = 0.0, .delta_mu = 0.0});
    const Hamiltonian three =
        support::make_hamiltonian(crystal, {.kT = 0.2, .epsilon = 3.0, .J = 0.0, .delta_mu = 0.0});
    EXPECT_NEAR(three.V(4, 9), 3.0 * one.V(4, 9), 1e-14);
}

TEST(make_state, counts_A_and_starts_at_time_zero) {
    const Hamiltonian hamiltonian = support::make_hamiltonian(
        support::hexagon(3), {.kT = 0.2, .epsilon = 1.0, .J = 0.0, .delta_mu = 0.0});
    std::vector<Spin> sigma(19, Spin{-1});
    for (std::size_t j = 0; j < 5; ++j) sigma[3 * j] = 1;
    const State state = make_state(hamiltonian, sigma, support::stream(5, 7));
    EXPECT_EQ(state.count_A, 5);
    EXPECT_DOUBLE_EQ(state.composition(), 5.0 / 19.0);
    EXPECT_DOUBLE_EQ(state.mean_sigma(), (5.0 - 14.0) / 19.0);
    EXPECT_EQ(state.time, 0.0);
    EXPECT_EQ(state.step, 0U);
    EXPECT_EQ(state.random, support::stream(5, 7));
}

TEST(neighbor_sum, counts_nearest_neighbours_only_also_in_three_dimensions) {
    const auto crystal = support::box(3, 3, 3);
    std::vector<Spin> sigma(27, Spin{1});
    EXPECT_EQ(neighbor_sum(*crystal, sigma, crystal->find({1, 1, 1})), 6);
    EXPECT_EQ(neighbor_sum(*crystal, sigma, crystal->find({0, 0, 0})), 3);
    sigma[static_cast<std::size_t>(crystal->find({0, 0, 1}))] = -1;
    EXPECT_EQ(neighbor_sum(*crystal, sigma, crystal->find({0, 0, 0})), 1);
    EXPECT_EQ(neighbor_sum(*crystal, sigma, crystal->find({1, 0, 0})), 4);  // (0,0,1) is next-nearest to it
}

TEST(are_nearest, tells_nearest_from_next_nearest_and_far) {
    const auto crystal = support::box(3, 3, 3);
    const Site centre = crystal->find({1, 1, 1});
    EXPECT_TRUE(are_nearest(*crystal, centre, crystal->find({1, 1, 2})));
    EXPECT_TRUE(are_nearest(*crystal, crystal->find({1, 0, 1}), centre));
    EXPECT_FALSE(are_nearest(*crystal, centre, crystal->find({1, 2, 2})));
    EXPECT_FALSE(are_nearest(*crystal, centre, crystal->find({0, 0, 0})));
}

}  // namespace
}  // namespace misfit
