#include "misfit/model/drift.hpp"

#include <gtest/gtest.h>
#include <limits>

#include "misfit/crystal/shapes.hpp"
#include "misfit/elastic/potential.hpp"
#include "misfit/engine/kmc.hpp"
#include "misfit/engine/monte_carlo.hpp"
#include "support/runs.hpp"
#include "support/systems.hpp"

namespace misfit {
namespace {

using support::error_of;

class Drift : public testing::Test {
protected:
    Drift() {
        const auto crystal = std::make_shared<const Crystal>(build_crystal(Hexagon{4}));
        const auto potential = std::make_shared<const Potential>(build_potential(*crystal, 1));
        hamiltonian_.emplace(crystal, potential, ModelParameters{.kT = 0.6, .delta_mu = 0.0});
        std::vector<Spin> sigma(37, Spin{1});
        for (std::size_t site = 0; site < sigma.size(); site += 3) sigma[site] = Spin{-1};
        state_ = make_state(*hamiltonian_, sigma, {11, 5, 0, Stream::kmc_event});
    }

    std::optional<Hamiltonian> hamiltonian_;
    State state_;
};

TEST_F(Drift, within_the_limit_is_noted_and_mended) {
    const double limit = hamiltonian_->phi_tolerance();
    const AlignedVector<double> exact = state_.phi;
    state_.phi[7] += 0.5 * limit;
    require_consistent(*hamiltonian_, state_);
    refresh_phi(*hamiltonian_, state_);
    EXPECT_NEAR(state_.phi_deviation, 0.5 * limit, 1e-15);  // rounding of phi, which is of order 1
    EXPECT_EQ(state_.phi, exact);
}

TEST_F(Drift, past_the_limit_stops_and_names_trajectory_step_and_site) {
    state_.step = 99;
    for (const double off :
         {2.0 * hamiltonian_->phi_tolerance(), -1.0, std::numeric_limits<double>::quiet_NaN(),
          std::numeric_limits<double>::infinity()}) {
        State spoiled = state_;
        spoiled.phi[7] += off;
        for (const std::string& text :
             {error_of([&] { require_consistent(*hamiltonian_, spoiled); }),
              error_of([&, copy = spoiled]() mutable { refresh_phi(*hamiltonian_, copy); })}) {
            EXPECT_TRUE(text.starts_with("trajectory or chain 5, step 99: phi at site 7 is ")) << text;
        }
    }
}

TEST_F(Drift, of_the_count_of_A_stops) {
    ++state_.count_A;
    EXPECT_NE(error_of([&] { require_consistent(*hamiltonian_, state_); }).find("were counted"),
              std::string::npos);
}

TEST_F(Drift, stops_kinetic_and_equilibrium_Monte_Carlo_when_phi_is_next_recomputed) {
    state_.phi[7] += 1e-6;
    State of_kmc = state_;
    Kmc kmc(*hamiltonian_, {.t_end = 1e9, .stop_at_composition = 0.0});
    EXPECT_NE(error_of([&] {
                  kmc.advance(of_kmc, 1e9, 2 * refresh_interval(hamiltonian_->crystal().size()));
              }).find("step 4096"),
              std::string::npos);
    MonteCarlo monte_carlo(*hamiltonian_, Moves::nonlocal_swap);
    EXPECT_NE(error_of([&] { monte_carlo.advance(state_, 1'000'000); }).find("phi at site"),
              std::string::npos);
}

TEST(refresh_interval, is_of_4096_events_and_of_eight_a_site_in_large_crystals) {
    EXPECT_EQ(refresh_interval(7), 4096U);
    EXPECT_EQ(refresh_interval(1024), 4096U);
    EXPECT_EQ(refresh_interval(1027), 8216U);
    const Hamiltonian hamiltonian = support::make_hamiltonian(
        support::hexagon(19), {.kT = 2.0, .epsilon = 1.0, .J = 0.0, .delta_mu = -0.5}, ElasticKind::single);
    State state = make_state(hamiltonian, support::random_sigma(1027, 0.5, 1), support::stream(1));
    state.phi[7] += 1e-6;
    Kmc kmc(hamiltonian, {.t_end = 1e9, .stop_at_composition = 0.0});
    EXPECT_NE(error_of([&] { kmc.advance(state, 1e9, 9000); }).find("step 8216"), std::string::npos);
}

}  // namespace
}  // namespace misfit
