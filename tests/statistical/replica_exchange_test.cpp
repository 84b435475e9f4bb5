#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <gtest/gtest.h>
#include <string>

#include "misfit/analysis/equilibrium_analysis.hpp"
#include "misfit/analysis/equilibrium_warnings.hpp"
#include "misfit/unit/stage_model.hpp"
#include "reference/monte_carlo.hpp"
#include "support/statistics.hpp"
#include "support/systems.hpp"

// Ladders of replicas of a core of seven sites, as a run makes them, against enumeration. Seeds are fixed;
// alpha is the probability that a right program fails with another seed.
namespace misfit {
namespace {

constexpr double alpha = 1e-6;

RunSpec seven_sites(Moves moves, const std::string& key, std::vector<Value> values) {
    RunSpec spec;
    spec.method = Equilibrium{};
    spec.crystal = Hexagon{2};
    spec.shell = {1, 5.0};
    spec.model = {.kT = 0.8, .epsilon = 1.0, .J = 0.1, .delta_mu = 1.2};
    spec.equilibrium().monte_carlo.moves = moves;
    spec.equilibrium().monte_carlo.composition = 3.0 / 7.0;
    spec.equilibrium().monte_carlo.frames = 0;
    spec.sweep = {{key, std::move(values)}};
    spec.equilibrium().replica_exchange = {key, 1};
    return spec;
}

/// A run of ladders, made by hand as UnitRun makes it.
struct Ladders {
    explicit Ladders(RunSpec of)
        : spec(std::move(of)), plan(spec), points(plan.all_points()), plans(Units(plan).all()) {}

    RunSpec spec;
    Plan plan;
    std::vector<Settings> points;
    std::vector<UnitPlan> plans;

    MonteCarloStage model() const {
        std::vector<Hamiltonian> all;
        std::shared_ptr<const Crystal> crystal;
        std::shared_ptr<const Potential> potential;
        for (std::size_t k = 0; k < points.size(); ++k) {
            // Points with the same crystal share it and its potential.
            if (k == 0 || points[k].shell != points[k - 1].shell) {
                crystal = std::make_shared<const Crystal>(build_crystal(points[k]));
                potential = std::make_shared<const Potential>(build_potential(*crystal));
            }
            all.emplace_back(crystal, potential, points[k].model);
        }
        return make_monte_carlo_stage(std::move(all), spec.equilibrium(), spec.shell_species);
    }
};

/// One round of all chains of a ladder; true at the end. `after_exchange` sees the ladder before the sweeps.
bool advance(MonteCarloStage& model, Unit& now, const std::function<void()>& after_exchange = [] {}) {
    const std::uint64_t sweeps = model.open_round(now);
    after_exchange();
    for (std::size_t k = 0; k < now.states.size(); ++k) model.advance(k, sweeps, now);
    return model.close_round(sweeps, now);
}

/// The law at one point, from one of its states.
reference::Equilibrium law_at(const Settings& point, std::span<const Spin> start) {
    const Crystal crystal = build_crystal(point);
    return reference::equilibrium({crystal, point.model}, point.equilibrium().monte_carlo.moves, start);
}

/// Sweeps after which exp(-8) is left of a start, at the slowest point: exchanges make nothing slower, for
/// each chain's moves alone forget by so much.
std::uint64_t relaxed_sweeps(const std::vector<reference::Equilibrium>& laws) {
    double relaxation = 0.0;
    for (const auto& law : laws) relaxation = std::max(relaxation, law.relaxation);
    return static_cast<std::uint64_t>(std::ceil(8.0 * relaxation / 7.0));
}

/// Round trips and exchanges, counted again from which replica stands where.
struct Recount {
    explicit Recount(const std::vector<std::uint32_t>& replica)
        : before(replica), ends(replica.size()), exchanged(replica.size() - 1) {
        note(replica);
    }

    void note(const std::vector<std::uint32_t>& replica) {
        for (std::size_t k = 0; k + 1 < replica.size(); ++k)
            if (replica[k] != before[k] && replica[k] == before[k + 1]) ++exchanged[k];
        before = replica;
        for (const auto& [point, letter] : {std::pair(replica.front(), 'F'), std::pair(replica.back(), 'L')})
            if (ends[point].empty() || ends[point].back() != letter) ends[point] += letter;
    }
    /// By replica: one fewer than the times it came to the first point, for it was at the last in between.
    std::vector<std::uint32_t> round_trips() const {
        std::vector<std::uint32_t> trips;
        for (const std::string& visits : ends) {
            const auto firsts = static_cast<std::uint32_t>(std::ranges::count(visits, 'F'));
            trips.push_back(firsts == 0 ? 0 : firsts - 1);
        }
        return trips;
    }

    std::vector<std::uint32_t> before;
    std::vector<std::string> ends;  ///< by replica: the ends of the ladder that it visited
    std::vector<std::uint64_t> exchanged;
};

struct Row {
    std::string name;
    RunSpec spec;
};
[[maybe_unused]] void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }  // NOLINT

class EveryRow : public ::testing::TestWithParam<Row> {};

// Null: with an exchange after every sweep, the states right after an exchange follow exp(-E/kT)/Z at each
// point. They are taken when exp(-8) is left of the ones before. Statistic: chi-square over the 35 states
// (128 where species flip). False alarms: 18 x 1e-6. A weight wrong by 25 % (30 %) in states
// that hold a tenth of the law is seen with probability 0.99.
TEST_P(EveryRow, holds_the_boltzmann_law_at_every_point) {
    constexpr std::uint64_t samples = 20'000;
    Ladders run(GetParam().spec);
    ASSERT_EQ(run.plans.size(), 1U);
    MonteCarloStage model = run.model();
    Unit now = start_unit(model, run.plans.front(), run.plan, {});
    std::vector<reference::Equilibrium> laws;
    for (std::size_t k = 0; k < run.points.size(); ++k)
        laws.push_back(law_at(run.points[k], now.states[k].sigma));
    const std::uint64_t spacing = relaxed_sweeps(laws);
    model.monte_carlo.equilibration = spacing;
    model.monte_carlo.sample_interval = spacing * samples;
    model.monte_carlo.sweeps = spacing * samples;

    std::vector<std::vector<double>> counts;
    for (const auto& law : laws) counts.emplace_back(law.states.size(), 0.0);
    Recount recount(now.replica);
    const auto look = [&] {
        recount.note(now.replica);
        if (now.sweep > 0 && now.sweep % spacing == 0)
            for (std::size_t k = 0; k < laws.size(); ++k)
                counts[k].at(laws[k].index_of(now.states[k].sigma)) += 1.0;
    };
    while (!advance(model, now, look)) {
    }
    for (std::size_t k = 0; k < laws.size(); ++k) {
        std::vector<double> expected = laws[k].probability;
        for (double& each : expected) each *= samples;
        EXPECT_GT(support::chi_square_p(counts[k], expected), alpha) << "point " << k;
    }
    const std::uint64_t rounds = spacing * (samples + 1) - 1;
    EXPECT_EQ(now.ladder().exchanges[0], rounds / 2);
    EXPECT_EQ(now.ladder().exchanges[1], rounds - rounds / 2);
    EXPECT_EQ(now.ladder().exchanged, recount.exchanged);
    EXPECT_EQ(now.ladder().round_trips, recount.round_trips());
    for (std::size_t k = 0; k < laws.size(); ++k) {
        EXPECT_GT(now.ladder().round_trips[k], 100U) << "replicas hardly move: nothing was tested";
        EXPECT_LT(now.ladder().chains[k].phi_deviation, 1e-11);
    }
}

std::vector<Row> rows() {
    const auto swap = Moves::nonlocal_swap;
    std::vector<Row> all = {
        {"kT", seven_sites(swap, "model.kT", {{0.4}, {0.8}, {2.0}})},
        {"stiffness", seven_sites(swap, "crystal.shell.stiffness", {{1.0}, {4.0}, {30.0}})},
        {"layers", seven_sites(swap, "crystal.shell.layers",
                               {{std::int64_t{0}}, {std::int64_t{1}}, {std::int64_t{2}}})},
        {"J", seven_sites(swap, "model.J", {{-0.3}, {0.0}, {0.4}})},
        {"epsilon", seven_sites(Moves::flip, "model.epsilon", {{0.5}, {1.0}, {1.5}})},
        {"delta_mu", seven_sites(Moves::flip, "model.delta_mu", {{-0.5}, {0.5}, {1.5}})},
    };
    return all;
}

INSTANTIATE_TEST_SUITE_P(statistical, EveryRow, ::testing::ValuesIn(rows()),
                         [](const ::testing::TestParamInfo<Row>& which) { return which.param.name; });

/// Mean and variance of the columns of a run over the law at one point.
struct Exact {
    std::vector<double> mean;
    std::vector<double> variance;
};

Exact exact_at(const Settings& point, std::span<const Spin> start) {
    const auto crystal = std::make_shared<const Crystal>(build_crystal(point));
    const Hamiltonian hamiltonian = support::make_hamiltonian(crystal, point.model);
    const reference::Equilibrium law = law_at(point, start);
    const std::vector<Observable> observables = equilibrium_observables(hamiltonian);
    const std::size_t columns = columns_of(observables).size();
    Exact exact = {std::vector<double>(columns, 0.0), std::vector<double>(columns, 0.0)};
    std::vector<double> row(columns);
    std::vector<double> squares(columns, 0.0);
    for (std::size_t s = 0; s < law.states.size(); ++s) {
        measure(observables, make_state(hamiltonian, law.states[s], {}), row);
        for (std::size_t c = 0; c < columns; ++c) {
            exact.mean[c] += law.probability[s] * row[c];
            squares[c] += law.probability[s] * row[c] * row[c];
        }
    }
    for (std::size_t c = 0; c < columns; ++c) exact.variance[c] = squares[c] - exact.mean[c] * exact.mean[c];
    return exact;
}

class EveryAnalysis : public ::testing::TestWithParam<Row> {};

// Null: enumeration, at the points and between them. Errors come from 80 blocks (64 or more for the
// averages): 6 of them are passed with probability 6e-8. False alarms: 250 x 6e-8. Errors of
// fractions are below 0.02. Along kT and delta_mu, E/kT between points is exact; along the stiffness it is
// interpolated from four points. What is found in fewer than one of 500 samples has no Gaussian error and is
// left out.
TEST_P(EveryAnalysis, agrees_with_enumeration_at_and_between_the_points) {
    constexpr double limit = 6.0;
    Ladders run(GetParam().spec);
    std::vector<Ladder> ladders;
    MonteCarloStage model = run.model();
    std::vector<Spin> start;
    for (const UnitPlan& plan : run.plans) {
        Unit now = start_unit(model, plan, run.plan, {});
        start = now.states.front().sigma;
        bool ended = false;
        while (!ended) ended = advance(model, now);
        ladders.push_back(now.ladder());
    }
    const auto columns = columns_of(model.observables.front());
    const EquilibriumAnalysis analysis = analyse_equilibrium(run.plan, columns, ladders);
    EXPECT_TRUE(warnings_about(run.plan, analysis).empty());

    const auto is_rare = [](const Exact& exact, std::size_t c) {
        return exact.variance[c] > 1e-20 && exact.variance[c] < 0.002;
    };
    const auto expect_near = [&](double found, double error, double expected, const std::string& what) {
        if (error == 0.0) {
            EXPECT_NEAR(found, expected, 1e-12) << what;
        } else {
            EXPECT_LT(std::abs(found - expected) / error, limit)
                << what << ": " << found << " +- " << error << ", not " << expected;
        }
    };
    for (std::size_t k = 0; k < run.points.size(); ++k) {
        const Exact exact = exact_at(run.points[k], start);
        for (std::size_t c = 0; c < columns.size(); ++c) {
            if (is_rare(exact, c)) continue;
            const std::string what = fmt::format("{} at point {}", columns[c].name, k);
            const PooledMean& found = analysis.averages[c].by_point[k];
            expect_near(found.mean, found.standard_error, exact.mean[c], what);
            expect_near(found.variance, found.variance_error, exact.variance[c], "variance of " + what);
            if (columns[c].name == "energy")
                expect_near(analysis.heat_capacity.value[k], analysis.heat_capacity.standard_error[k],
                            exact.variance[c] / std::pow(run.points[k].model.kT, 2), "heat capacity");
        }
    }
    ASSERT_EQ(analysis.ladders.size(), 1U);
    ASSERT_TRUE(analysis.ladders.front().transition) << analysis.ladders.front().note;
    const Transition& curves = *analysis.ladders.front().transition;
    const std::vector<std::string> scalars = transition_scalars(columns);
    for (std::size_t place = 0; place < curves.x.size(); place += 33) {
        RunSpec between = run.spec;
        between.sweep.front().values = {{curves.x[place]}};
        const Exact exact = exact_at(Plan(between).point(0), start);
        for (std::size_t c = 0; c < columns.size(); ++c) {
            if (is_rare(exact, c)) continue;
            const std::string what = fmt::format("{} at {:.4f}", columns[c].name, curves.x[place]);
            if (columns[c].name == "f_U") {
                expect_near(curves.q.value[place], curves.q.standard_error[place], exact.mean[c], what);
                expect_near(curves.chi.value[place], curves.chi.standard_error[place], exact.variance[c],
                            "variance of " + what);
                EXPECT_LT(curves.q.standard_error[place], 0.02);
            }
            for (std::size_t j = 0; j < scalars.size(); ++j)
                if (columns[c].name == scalars[j])
                    expect_near(curves.scalars[j].value[place], curves.scalars[j].standard_error[place],
                                exact.mean[c], what);
        }
    }
}

std::vector<Row> analysed_rows() {
    std::vector<Row> all = {
        {"kT", seven_sites(Moves::flip, "model.kT", {{0.7}, {1.2}, {2.0}})},
        {"delta_mu", seven_sites(Moves::flip, "model.delta_mu", {{-0.5}, {0.5}, {1.5}})},
        {"stiffness", seven_sites(Moves::flip, "crystal.shell.stiffness", {{3.0}, {4.0}, {5.0}, {6.0}})},
    };
    for (Row& row : all) {
        row.spec.equilibrium().monte_carlo.chains = 4;
        row.spec.equilibrium().monte_carlo.equilibration = 100;
        row.spec.equilibrium().monte_carlo.sweeps = 12'000;
        row.spec.equilibrium().monte_carlo.sample_interval = 4;
        row.spec.equilibrium().replica_exchange.interval = 2;
    }
    return all;
}

INSTANTIATE_TEST_SUITE_P(statistical, EveryAnalysis, ::testing::ValuesIn(analysed_rows()),
                         [](const ::testing::TestParamInfo<Row>& which) { return which.param.name; });

}  // namespace
}  // namespace misfit
