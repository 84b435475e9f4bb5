#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <tuple>
#include <vector>

#include "misfit/engine/kmc.hpp"
#include "misfit/model/drift.hpp"
#include "misfit/unit/kmc_stage.hpp"
#include "reference/kmc.hpp"
#include "support/engines.hpp"
#include "support/systems.hpp"

// Whole trajectories against the plain Monte Carlo with the same random numbers, and how they end.
namespace misfit {
namespace {

using support::box;
using support::EngineCase;
using support::hexagon;

constexpr double forever = std::numeric_limits<double>::max();

struct System {
    std::string name;
    std::shared_ptr<const Crystal> crystal;
    ModelParameters model;
    RateRule rule;
    int seeds;
    int events;
};

using TrajectoryCase = std::tuple<System, EngineCase>;

/// By every engine, V held in every way.
class EveryTrajectory : public ::testing::TestWithParam<TrajectoryCase> {};

TEST_P(EveryTrajectory, is_that_of_the_plain_monte_carlo_event_by_event) {
    const auto& [system, which] = GetParam();
    KmcParameters kmc;
    kmc.t_end = forever;
    kmc.rates = system.rule;
    kmc.diffusion_rate = 0.7;
    const Hamiltonian hamiltonian = support::make_hamiltonian(system.crystal, system.model, which.elastic);
    const reference::Model slow(*system.crystal, system.model);
    // A waiting time is off by as much as rates are: see kmc_rates_test.cpp.
    const double tolerance = 1e-10 + 6.0 * system.model.beta() * support::rounding_of_phi(hamiltonian);
    const support::Engine engine = support::make_engine(which.engine, hamiltonian, kmc);
    for (int seed = 0; seed < system.seeds; ++seed) {
        State state = initial_state(hamiltonian, 100, static_cast<std::uint32_t>(seed));
        std::vector<Spin> sigma = state.sigma;
        double time = 0.0;
        std::array<std::uint64_t, event_kinds> counts = {};
        // The general engine makes no attempts: as if no rate were ever behind.
        const bool by_attempts = which.engine == support::EngineKind::kmc;
        reference::Attempts attempts(slow, kmc, by_attempts ? rate_tolerance : 0.0, sigma);
        for (int step = 0; step < system.events; ++step) {
            const std::vector<KmcEvent> events = reference::events(slow, kmc, sigma);
            const reference::Step next =
                attempts.next(events, sigma, state.random, static_cast<std::uint64_t>(step));
            sigma = reference::after(events[next.event], sigma);
            attempts.follow(events[next.event], sigma);
            time += next.waiting_time;
            ++counts[static_cast<std::size_t>(events[next.event].kind)];
            ASSERT_EQ(engine.advance(state, forever, 1), Stop::paused);
            ASSERT_EQ(state.sigma, sigma) << "seed " << seed << ", step " << step;
            ASSERT_NEAR(state.time / time, 1.0, tolerance);
            ASSERT_EQ(state.step, static_cast<std::uint64_t>(step + 1));
            ASSERT_EQ(state.events, counts);
        }
    }
}

const ModelParameters driven = {.kT = 0.4, .epsilon = 1.0, .J = 0.2, .delta_mu = -2.0};
const ModelParameters paper_2d = {.kT = 0.2, .epsilon = 1.0, .J = 0.0, .delta_mu = -20.0};
const ModelParameters paper_3d = {.kT = 1.5, .epsilon = 1.0, .J = 0.0, .delta_mu = -200.0};

std::vector<TrajectoryCase> trajectory_cases() {
    std::vector<TrajectoryCase> cases;
    for (const System& system :
         {System{"hexagon_2_exact", hexagon(2), driven, RateRule::exact, 30, 300},
          System{"hexagon_2_published", hexagon(2), driven, RateRule::published, 30, 300},
          System{"hexagon_3_exact", hexagon(3), driven, RateRule::exact, 8, 200},
          System{"hexagon_3_published", hexagon(3), driven, RateRule::published, 8, 200},
          System{"hexagon_4_exact", hexagon(4), paper_2d, RateRule::exact, 3, 150},
          System{"hexagon_4_published", hexagon(4), paper_2d, RateRule::published, 3, 150},
          System{"box_3_exact", box(3, 3, 3), driven, RateRule::exact, 2, 150},
          System{"box_3_published", box(3, 3, 3), driven, RateRule::published, 2, 150},
          System{"box_3_paper", box(3, 3, 3), paper_3d, RateRule::exact, 2, 100},
          System{"box_2_3_4", box(2, 3, 4), driven, RateRule::exact, 2, 150},
          System{"ising",
                 hexagon(4),
                 {.kT = 2.0, .epsilon = 0.0, .J = 1.0, .delta_mu = -10.0},
                 RateRule::exact,
                 3,
                 150}})
        for (const EngineCase& engine : support::engine_cases(system.rule))
            cases.emplace_back(system, engine);
    return cases;
}

INSTANTIATE_TEST_SUITE_P(kmc, EveryTrajectory, ::testing::ValuesIn(trajectory_cases()),
                         [](const ::testing::TestParamInfo<TrajectoryCase>& which) {
                             return std::get<System>(which.param).name + "_" +
                                    std::get<EngineCase>(which.param).name();
                         });

/// Never comes to rest: thousands of events in a short time.
const ModelParameters lively = {.kT = 2.0, .epsilon = 1.0, .J = 0.1, .delta_mu = -0.5};

using RuleCase = std::tuple<RateRule, ElasticKind>;

/// V held in every way.
class BothRules : public ::testing::TestWithParam<RuleCase> {
protected:
    static Hamiltonian hamiltonian_of(const std::shared_ptr<const Crystal>& crystal) {
        return support::make_hamiltonian(crystal, lively, std::get<ElasticKind>(GetParam()));
    }
    KmcParameters kmc() const {
        KmcParameters parameters;
        parameters.t_end = 300.0;
        parameters.rates = std::get<RateRule>(GetParam());
        return parameters;
    }
};

TEST_P(BothRules, a_trajectory_does_not_depend_on_where_it_is_cut) {
    const Hamiltonian hamiltonian = hamiltonian_of(hexagon(5));
    Kmc engine(hamiltonian, kmc());
    const State start = initial_state(hamiltonian, 3, 1);
    State whole = start;
    EXPECT_EQ(engine.advance(whole, 300.0), Stop::until);
    ASSERT_GT(whole.step, refresh_interval(hamiltonian.crystal().size()))
        << "too short to see phi recomputed";

    State by_time = start;
    for (const double until : {0.0, 1e-24, 1e-23, 1e-20, 1e-10, 1e-3, 0.5, 2.0, 2.0, 17.0, 300.0})
        EXPECT_EQ(engine.advance(by_time, until), Stop::until);
    EXPECT_EQ(by_time, whole);

    State by_budget = start;
    Stop stop = Stop::paused;
    for (int call = 0; stop == Stop::paused; ++call) {
        Kmc another(engine);  // nothing that an engine remembers matters
        stop = another.advance(by_budget, forever, 1 + static_cast<std::uint64_t>(call % 700));
    }
    EXPECT_EQ(stop, Stop::until);
    EXPECT_EQ(by_budget, whole);
}

TEST_P(BothRules, phi_after_many_events_is_that_of_the_species) {
    const Hamiltonian hamiltonian = hamiltonian_of(hexagon(5));
    Kmc engine(hamiltonian, kmc());
    State state = initial_state(hamiltonian, 4, 0);
    for (const std::uint64_t budget : {1ULL, 1ULL, 10ULL, 1000ULL, 3000ULL}) {
        ASSERT_EQ(engine.advance(state, forever, budget), Stop::paused);
        const AlignedVector<double> fresh = compute_phi(hamiltonian, state.sigma);
        for (std::size_t j = 0; j < state.sigma.size(); ++j) ASSERT_NEAR(state.phi[j], fresh[j], 1e-11);
        Site A = 0;
        for (const Spin spin : state.sigma) A += spin > 0 ? 1 : 0;
        EXPECT_EQ(A, state.count_A);
    }
}

// What bounds on rates stand on.
TEST_P(BothRules, rates_are_made_anew_before_phi_has_moved_by_more_than_they_allow) {
    const Hamiltonian hamiltonian = hamiltonian_of(box(3, 4, 3));
    Kmc engine(hamiltonian, kmc());
    State state = initial_state(hamiltonian, 8, 0);
    const bool is_published = kmc().rates == RateRule::published;
    double furthest = 0.0;
    for (int k = 0; k < 2000; ++k) {
        ASSERT_EQ(engine.advance(state, forever, 1), Stop::paused);
        for (Site j = 0; j < state.size(); ++j) {
            const auto i = static_cast<std::size_t>(j);
            const double mean = is_published ? state.mean_sigma() : 0.0;
            const double x = state.phi[i] - mean * hamiltonian.elastic().raw_diagonal(j);
            furthest = std::max(furthest, std::abs(x - state.rated_phi[i]));
        }
    }
    const double allowed = rate_tolerance * hamiltonian.model().kT;
    EXPECT_LE(furthest, allowed);
    EXPECT_GT(furthest, 0.5 * allowed) << "they are made anew too often";
}

TEST_P(BothRules, the_state_at_a_due_time_is_the_one_before_the_crossing_event) {
    const Hamiltonian hamiltonian = hamiltonian_of(hexagon(4));
    Kmc engine(hamiltonian, kmc());
    State state = initial_state(hamiltonian, 5, 0);
    ASSERT_EQ(engine.advance(state, forever, 0), Stop::paused);  // rates are made
    int compared = 0;
    for (int k = 0; k < 300; ++k) {
        State next = state;
        ASSERT_EQ(engine.advance(next, forever, 1), Stop::paused);
        State due = state;
        const double just_before = next.time - 1e-3 * (next.time - state.time);
        if (just_before < next.time) {  // a short wait is lost in the digits of the time
            ++compared;
            ASSERT_EQ(engine.advance(due, just_before), Stop::until);
            ASSERT_EQ(due.step, state.step)
                << "an observable at " << just_before << " would see the event at " << next.time;
            ASSERT_EQ(due, state);
        }
        State coinciding = state;
        ASSERT_EQ(engine.advance(coinciding, next.time), Stop::until);
        ASSERT_EQ(coinciding, state) << "an event at a due time comes after the sample";
        State later = state;
        engine.advance(later, std::nextafter(next.time, forever));
        ASSERT_GT(later.step, state.step);
        state = next;
    }
    EXPECT_GT(compared, 250);
}

TEST_P(BothRules, the_largest_deviation_of_phi_is_recorded_when_it_is_recomputed) {
    const Hamiltonian hamiltonian = hamiltonian_of(hexagon(5));
    Kmc engine(hamiltonian, kmc());
    State state = initial_state(hamiltonian, 6, 0);
    engine.advance(state, forever, refresh_interval(hamiltonian.crystal().size()) - 1);
    EXPECT_EQ(state.phi_deviation, 0.0);
    engine.advance(state, forever, 2);
    EXPECT_GT(state.phi_deviation, 0.0);
    EXPECT_LT(state.phi_deviation, 1e-10);

    State wrong = initial_state(hamiltonian, 6, 0);
    engine.advance(wrong, forever, refresh_interval(hamiltonian.crystal().size()) - 10);
    for (std::size_t j = 0; j < wrong.sigma.size(); ++j) wrong.phi[j] += 5e-9;  // less than phi_tolerance()
    engine.advance(wrong, forever, 20);
    EXPECT_NEAR(wrong.phi_deviation, 5e-9, 1e-12);
}

INSTANTIATE_TEST_SUITE_P(
    kmc, BothRules,
    ::testing::Combine(::testing::Values(RateRule::exact, RateRule::published),
                       ::testing::ValuesIn(support::every_elastic)),
    [](const ::testing::TestParamInfo<RuleCase>& which) {
        return std::string(std::get<RateRule>(which.param) == RateRule::exact ? "exact_" : "published_") +
               elastic_words[static_cast<std::size_t>(std::get<ElasticKind>(which.param))];
    });

// Some thousand events, phi computed afresh on the way.
TEST(kmc, trajectories_are_the_same_however_V_is_held) {
    for (const auto& crystal : {hexagon(5), box(4, 3, 5)}) {
        KmcParameters kmc;
        kmc.t_end = forever;
        const Hamiltonian dense = support::make_hamiltonian(crystal, lively, ElasticKind::dense);
        const Hamiltonian blocks = support::make_hamiltonian(crystal, lively, ElasticKind::blocks);
        State a = initial_state(dense, 11, 0);
        State b = initial_state(blocks, 11, 0);
        Kmc engine_a(dense, kmc);
        Kmc engine_b(blocks, kmc);
        for (int step = 0; step < 5000; ++step) {
            ASSERT_EQ(engine_a.advance(a, forever, 1), Stop::paused);
            ASSERT_EQ(engine_b.advance(b, forever, 1), Stop::paused);
            ASSERT_EQ(a.sigma, b.sigma) << "event " << step;
            ASSERT_NEAR(a.time / b.time, 1.0, 1e-9) << "event " << step;
        }
    }
}

TEST(kmc_end, comes_at_t_end_even_if_until_lies_beyond) {
    const Hamiltonian hamiltonian = support::make_hamiltonian(hexagon(3), driven);
    KmcParameters kmc;
    kmc.t_end = 2.0;
    Kmc engine(hamiltonian, kmc);
    State state = initial_state(hamiltonian, 1, 0);
    EXPECT_EQ(engine.advance(state, forever), Stop::until);
    EXPECT_LE(state.time, 2.0);
    State twice = state;
    EXPECT_EQ(engine.advance(twice, forever), Stop::until);
    EXPECT_EQ(twice, state);
}

TEST(kmc_end, comes_when_the_composition_is_reached_and_not_before) {
    const Hamiltonian hamiltonian = support::make_hamiltonian(hexagon(3), driven);
    KmcParameters kmc;
    kmc.t_end = forever;
    kmc.stop_at_composition = 10.0 / 19.0;
    Kmc engine(hamiltonian, kmc);
    State state = initial_state(hamiltonian, 1, 0);
    Stop stop = Stop::paused;
    while (true) {
        stop = engine.advance(state, forever, 1);
        if (stop != Stop::paused) break;
        ASSERT_GT(state.count_A, 10);
    }
    EXPECT_EQ(stop, Stop::composition);
    EXPECT_EQ(state.count_A, 10);
    const State ended = state;
    EXPECT_EQ(engine.advance(state, forever), Stop::composition);
    EXPECT_EQ(state, ended);
}

TEST(kmc_end, at_composition_zero_comes_when_all_is_B) {
    const Hamiltonian hamiltonian = support::make_hamiltonian(hexagon(3), paper_2d);
    KmcParameters kmc;
    kmc.t_end = forever;
    kmc.stop_at_composition = 0.0;
    Kmc engine(hamiltonian, kmc);
    State state = initial_state(hamiltonian, 1, 0);
    EXPECT_EQ(engine.advance(state, forever), Stop::composition);
    EXPECT_EQ(state.count_A, 0);
}

TEST(kmc_end, comes_after_max_events) {
    const Hamiltonian hamiltonian = support::make_hamiltonian(hexagon(3), driven);
    KmcParameters kmc;
    kmc.t_end = forever;
    kmc.max_events = 37;
    Kmc engine(hamiltonian, kmc);
    State state = initial_state(hamiltonian, 1, 0);
    EXPECT_EQ(engine.advance(state, forever, 30), Stop::paused);
    EXPECT_EQ(state.step, 30U);
    EXPECT_EQ(engine.advance(state, forever), Stop::max_events);
    EXPECT_EQ(state.step, 37U);
}

TEST(kmc_end, comes_when_nothing_can_happen) {
    const Hamiltonian hamiltonian = support::make_hamiltonian(hexagon(3), driven);
    KmcParameters kmc;
    kmc.t_end = forever;
    kmc.exchange_rate = 0.0;
    Kmc engine(hamiltonian, kmc);
    State state = initial_state(hamiltonian, 1, 0);
    EXPECT_TRUE(engine.events(state).empty());
    EXPECT_EQ(engine.advance(state, forever), Stop::frozen);
    EXPECT_EQ(state.step, 0U);
}

TEST(kmc, diffusion_conserves_composition) {
    const Hamiltonian hamiltonian = support::make_hamiltonian(box(3, 3, 3), driven);
    KmcParameters kmc;
    kmc.t_end = forever;
    kmc.exchange_rate = 0.0;
    Kmc engine(hamiltonian, kmc);
    State state = make_state(hamiltonian, support::random_sigma(27, 0.5, 3), support::stream(1));
    const Site before = state.count_A;
    EXPECT_EQ(engine.advance(state, forever, 1000), Stop::paused);
    EXPECT_EQ(state.count_A, before);
    EXPECT_EQ(state.events[0] + state.events[1], 0U);
    EXPECT_GT(state.events[2], 0U);
    EXPECT_GT(state.events[3], 0U);
}

}  // namespace
}  // namespace misfit
