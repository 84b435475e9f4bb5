#include "misfit/selfcheck/selfcheck.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <stdexcept>

#include "misfit/selfcheck/chi_square.hpp"
#include "misfit/selfcheck/energy_checks.hpp"
#include "misfit/selfcheck/kernel_checks.hpp"
#include "misfit/selfcheck/potential_checks.hpp"
#include "misfit/selfcheck/resume_checks.hpp"
#include "misfit/selfcheck/seven_sites.hpp"
#include "misfit/selfcheck/seven_sites_checks.hpp"
#include "misfit/selfcheck/springs.hpp"
#include "misfit/selfcheck/timing_checks.hpp"
#include "reference/kmc.hpp"
#include "reference/springs.hpp"
#include "support/runs.hpp"
#include "support/statistics.hpp"
#include "support/systems.hpp"

// What `misfit selfcheck` says: that its own oracles are right, and that each row fails for something wrong.
// That all rows pass, tests/golden shows.
namespace misfit {
namespace {

using selfcheck::Finding;
using selfcheck::Verdict;

/// Which of the rows fail.
std::vector<bool> failures(const std::vector<Finding>& findings) {
    std::vector<bool> failed;
    for (const Finding& finding : findings) failed.push_back(finding.verdict == Verdict::fail);
    return failed;
}

/// Expects no row to fail for `right`, and each to fail for one of the wrong things.
template <class Check, class Right, class Wrong>
void expect_each_row_can_fail(const Check& check, const Right& right, const std::vector<Wrong>& wrong) {
    const std::vector<Finding> rows = check(right);
    const std::vector<bool> passing = failures(rows);
    EXPECT_TRUE(std::ranges::none_of(passing, [](bool failed) { return failed; }));
    std::vector<bool> failed(rows.size(), false);
    for (const Wrong& each : wrong) {
        const std::vector<bool> now = failures(check(each));
        for (std::size_t k = 0; k < rows.size(); ++k) failed[k] = failed[k] || now[k];
    }
    for (std::size_t k = 0; k < rows.size(); ++k) EXPECT_TRUE(failed[k]) << rows[k].what;
}

/// A little more of V everywhere; of one element on one side of the diagonal.
std::vector<Potential> spoiled(const Potential& V) {
    Potential stronger = V;
    for (double& value : stronger.values()) value *= 1.0 + 1e-8;
    stronger.project("spoiled");  // so that V before projection is what was spoiled
    Potential uneven = V;
    uneven.values()[1] += 1e-9;
    Potential uniform = V;
    for (Site i = 0; i < V.size(); ++i)
        uniform.values()[static_cast<std::size_t>(i) * (V.stride() + 1)] += 1e-6;
    return {stronger, uneven, uniform};
}

TEST(selfcheck, sees_each_identity_of_the_potential_fail) {
    const auto hexagon = support::hexagon(10);
    const Potential V = build_potential(*hexagon);
    expect_each_row_can_fail(
        [&](const Potential& each) { return selfcheck::check_hexagon_potential(*hexagon, each); }, V,
        spoiled(V));
    EXPECT_EQ(selfcheck::check_same_potential("", V, V).verdict, Verdict::pass);
    EXPECT_EQ(selfcheck::check_same_potential("", V, spoiled(V)[1]).verdict, Verdict::fail);
    EXPECT_EQ(selfcheck::check_same_potential("", V, Potential(7)).verdict, Verdict::fail);

    const auto box = support::box(6, 6, 6);
    const Potential W = build_potential(*box);
    expect_each_row_can_fail(
        [&](const Potential& each) { return selfcheck::check_box_potential(*box, each); }, W, spoiled(W));
    const Potential bulk = build_potential(*support::periodic(Parallelogram{{12, 12}}));
    expect_each_row_can_fail(selfcheck::check_periodic_potential, bulk, spoiled(bulk));
}

TEST(selfcheck, sees_a_wrong_energy_and_a_wrong_energy_change) {
    const ModelParameters model = {.kT = 1.0, .epsilon = 1.2, .J = 0.3, .delta_mu = -2.0};
    for (const auto& crystal : {support::hexagon(3, {1, 5.0}), support::box(3, 2, 4)}) {
        const auto V = std::make_shared<Potential>(build_potential(*crystal));
        std::vector<Hamiltonian> wrong;
        for (const Potential& each : spoiled(*V))
            wrong.emplace_back(crystal, std::make_shared<const Potential>(each), model);
        expect_each_row_can_fail([](const Hamiltonian& each) { return selfcheck::check_energies("", each); },
                                 Hamiltonian(crystal, V, model), wrong);
    }
}

Hamiltonian seven_sites_with(const ModelParameters& model) {
    return support::make_hamiltonian(support::hexagon(2), model);
}

TEST(selfcheck, sees_wrong_rates_of_seven_sites) {
    ModelParameters model = selfcheck::seven_sites_model;
    model.J = 0.2 + 1e-9;
    // Seven sites in a row have other bonds.
    const auto row = std::make_shared<const Crystal>(build_crystal(
        SiteList{{}, {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}, {3, 0, 0}, {4, 0, 0}, {5, 0, 0}, {6, 0, 0}}}));
    expect_each_row_can_fail(
        selfcheck::check_enumeration, selfcheck::seven_sites_hamiltonian(),
        std::vector<Hamiltonian>{seven_sites_with(model),
                                 Hamiltonian(row, std::make_shared<const Potential>(7), model)});
}

// Seeds are fixed. The row of the shortest time hardly depends on the temperature, but on delta_mu.
// False alarms: 4 x 1e-9 (the rows of the right model).
TEST(selfcheck, sees_kT_wrong_by_5_or_delta_mu_by_10_percent_in_each_simulated_law) {
    ModelParameters warmer = selfcheck::seven_sites_model;
    warmer.kT *= 1.05;
    ModelParameters driven = selfcheck::seven_sites_model;
    driven.delta_mu *= 1.1;
    expect_each_row_can_fail(selfcheck::check_laws, selfcheck::seven_sites_hamiltonian(),
                             std::vector<Hamiltonian>{seven_sites_with(warmer), seven_sites_with(driven)});
}

TEST(selfcheck, sees_an_instruction_set_with_other_events) {
    const Hamiltonian hamiltonian = selfcheck::seven_sites_hamiltonian();
    const State state = make_state(hamiltonian, std::vector<Spin>(7, 1), {});
    State other = state;
    other.time = 1e-8;
    const auto verdict = [](const std::vector<selfcheck::Path>& paths) {
        return selfcheck::check_same_events("", paths).verdict;
    };
    EXPECT_EQ(verdict({{"A", {state, other}}, {"B", {state, other}}}), Verdict::pass);
    EXPECT_EQ(verdict({{"A", {state, other}}, {"B", {state, state}}}), Verdict::fail);
    EXPECT_EQ(verdict({{"A", {state}}, {"B", {state, state}}}), Verdict::fail);
    other = state;
    other.sigma[3] = -1;
    EXPECT_EQ(verdict({{"A", {other}}, {"B", {state}}}), Verdict::fail);
}

TEST(selfcheck, sees_another_record) {
    const support::TemporaryFolder folder;
    RunSpec spec = support::small_spec(2, 1.0);
    const auto run_into = [&](const std::string& name) {
        RunOptions options;
        options.out = folder / name;
        run(spec, support::small_input(), options);
        return folder / name;
    };
    const auto a = run_into("a");
    const auto b = run_into("b");
    EXPECT_EQ(selfcheck::check_same_record("", a, b).verdict, Verdict::pass);
    spec.exchange().ensemble.seed += 1;
    EXPECT_EQ(selfcheck::check_same_record("", a, run_into("c")).verdict, Verdict::fail);
}

TEST(selfcheck, warns_of_a_long_time_and_never_fails_for_it) {
    EXPECT_EQ(selfcheck::check_time("", 3.0, 1.0, 4.0).verdict, Verdict::pass);
    EXPECT_EQ(selfcheck::check_time("", 5.0, 1.0, 4.0).verdict, Verdict::slow);
    for (const Finding& finding : selfcheck::check_timing()) EXPECT_NE(finding.verdict, Verdict::fail);
}

TEST(selfcheck, reports_an_exception_as_a_failure) {
    const auto rows =
        selfcheck::findings_of({"falls", []() -> std::vector<Finding> { throw std::runtime_error("over"); }});
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].verdict, Verdict::fail);
    EXPECT_EQ(rows[0].found, "over");
}

TEST(selfcheck, relaxes_springs_as_least_squares_do) {
    for (const auto& crystal : {support::hexagon(3), support::hexagon(2, {2, 17.0}), support::box(2, 3, 3)}) {
        const std::vector<Spin> sigma = support::random_sigma(crystal->size(), 0.4, 3);
        const double expected = reference::minimal_spring_energy(*crystal, sigma);
        EXPECT_NEAR(selfcheck::Springs(*crystal).relaxed_energy(sigma), expected, 1e-11 * expected);
    }
}

TEST(selfcheck, knows_the_rates_and_the_law_of_seven_sites) {
    const auto crystal = support::hexagon(2);
    const selfcheck::SevenSites exact(*crystal, selfcheck::seven_sites_model);
    const reference::Model slow(*crystal, selfcheck::seven_sites_model);
    const Eigen::MatrixXd Q = reference::rate_matrix(slow, {});
    const auto law = exact.law_at(100.0, 127);
    const auto chain = exact.law_after(2000, 0);
    const auto boltzmann = exact.boltzmann();
    for (std::size_t s = 0; s < 128; ++s) {
        EXPECT_EQ(selfcheck::SevenSites::number(selfcheck::SevenSites::species(s)), s);
        EXPECT_NEAR(exact.energy(s), static_cast<double>(reference::energy(slow, reference::state_of(s, 7))),
                    1e-12);
        for (std::size_t t = 0; t < 128; ++t) {
            const double rate = Q(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(t));
            EXPECT_NEAR(exact.rates()[s][t], rate, 1e-11 * std::abs(rate));
        }
        EXPECT_NEAR(law[s], boltzmann[s], 1e-9);
        EXPECT_NEAR(chain[s], boltzmann[s], 1e-9);
    }
}

// Nothing is random. False alarms: none.
TEST(selfcheck, has_the_p_value_of_chi_square) {
    const std::vector<double> expected = {400.0, 100.0, 60.0, 30.0, 2.0, 1.0};
    const std::vector<double> counts = {390.0, 95.0, 75.0, 27.0, 5.0, 1.0};
    // Pooled by hand: 3 expected of the rare ones join 30, then degrees of freedom are 3, so 33 joins 60.
    EXPECT_NEAR(selfcheck::chi_square_p(counts, expected),
                support::chi_square_p(std::vector<double>{390.0, 95.0, 108.0},
                                      std::vector<double>{400.0, 100.0, 93.0}),
                1e-12);
    EXPECT_EQ(selfcheck::chi_square_p(expected, expected), 1.0);
    EXPECT_LT(selfcheck::chi_square_p(std::vector<double>{1e6, 0.0, 0.0}, std::vector<double>{5e5, 4e5, 1e5}),
              1e-300);
}

}  // namespace
}  // namespace misfit
