#include "misfit/run/trial.hpp"

#include <gtest/gtest.h>
#include <string>

#include "misfit/input/spec_reader.hpp"
#include "misfit/record/equilibrium_record.hpp"
#include "misfit/record/record.hpp"
#include "misfit/run/run.hpp"
#include "support/runs.hpp"

namespace misfit {
namespace {

using support::TemporaryFolder;

Plan plan_of(const std::string& text) { return Plan(parse_spec(text, "input.toml")); }

/// Events of all trajectories, as the run has them.
double events_of(const Plan& plan) {
    const TemporaryFolder folder;
    RunOptions options;
    options.out = folder / "out";
    run(plan.spec(), "", options);
    const Record record(folder / "out");
    double events = 0.0;
    for (const RecordedPoint& point : record.points())
        for (const Trajectory& trajectory : point.trajectories)
            events += static_cast<double>(trajectory.steps());
    return events;
}

constexpr double long_enough = 1e6;  // seconds
const std::string stages =
    "[crystal]\nshape = 'hexagon'\nside = 4\n[ensemble]\ntrajectories = 1\n[kmc]\nt_end = 1.0\n"
    "[[stage]]\nt_end = 2.0\n[[stage]]\nt_end = 3.0\nexchange_rate = 0.0\n[[stage]]\nt_end = 4.0\ndelta_mu = "
    "3.0\n";

TEST(Trial, of_whole_units_has_their_very_events) {
    const Plan plan = plan_of(stages);
    const Trial trial = try_run(plan, 1, long_enough);
    EXPECT_TRUE(trial.is_whole);
    EXPECT_GT(trial.seconds, 0.0);
    EXPECT_EQ(trial.events, events_of(plan));
}

TEST(Trial, of_each_of_a_few_points_is_of_its_first_trajectory) {
    const Plan plan = plan_of(stages + "[sweep]\nmodel.kT = [0.3, 0.6]\ncrystal.side = [3, 4]\n");
    const Trial trial = try_run(plan, 1, long_enough);
    EXPECT_TRUE(trial.is_whole);
    EXPECT_EQ(trial.events, events_of(plan));
}

TEST(Trial, counts_the_attempts_of_all_chains_exactly) {
    // 2 + 3 sweeps of 37 sites, 2 starts, 3 chains, 5 points; then 2 + 7 in a second stage.
    const std::string text =
        "[crystal]\nshape = 'hexagon'\nside = 4\n[monte_carlo]\nequilibration = 2\nsweeps = "
        "3\nsample_interval = 1\n"
        "frames = 1\nchains = 3\nstart = ['random', 'separated']\n[sweep]\nmodel.kT = [0.2, 0.3, 0.4, 0.5, "
        "0.6]\n";
    EXPECT_DOUBLE_EQ(try_run(plan_of(text), 1, long_enough).events, 5.0 * 37 * 2 * 3 * 5);
    EXPECT_DOUBLE_EQ(
        try_run(plan_of(text + "[[stage]]\nJ = 0.1\n[[stage]]\nJ = 0.2\nsweeps = 7\n"), 1, long_enough)
            .events,
        (5.0 + 9.0) * 37 * 2 * 3 * 5);
    // What does not end in its time goes on as it went.
    const Trial cut = try_run(
        plan_of("[crystal]\nshape = 'hexagon'\nside = 4\n[model]\nepsilon = 0.0\nJ = 1.0\n[monte_carlo]\n"
                "equilibration = 0\nsweeps = 2000000000\nsample_interval = 1000000\nframes = 1\n"),
        1, 0.05);
    EXPECT_FALSE(cut.is_whole);
    EXPECT_NEAR(cut.events, 37.0 * 2e9, 37.0 * 2e5);
}

TEST(Trial, that_is_cut_short_takes_what_goes_on_evenly_for_what_it_is) {
    // Nothing is exchanged, and hops between neighbours go on for ever at one rate.
    const std::string text =
        "[crystal]\nshape = 'hexagon'\nside = 6\n[model]\nepsilon = 0.0\nJ = 0.1\nkT = 10.0\ndelta_mu = 0.0\n"
        "[ensemble]\ntrajectories = 1\n[record.scalars]\nlinear = 2\nlogarithmic = 0\n[record.sigma]\nlinear "
        "= 2\n"
        "logarithmic = 0\n[kmc]\nt_end = ";
    const Trial whole = try_run(plan_of(text + "300.0\n"), 1, long_enough);
    EXPECT_TRUE(whole.is_whole);
    const Trial cut = try_run(plan_of(text + "300000000.0\n"), 1, 0.2);
    EXPECT_FALSE(cut.is_whole);
    EXPECT_NEAR(cut.events / (1e6 * whole.events), 1.0, 0.1);
}

TEST(Trial, says_why_nothing_happens) {
    const std::string text = "[crystal]\nshape = 'hexagon'\nside = 3\n[kmc]\nt_end = 2.0\n";
    const RunSpec held = plan_of(text + "[model]\ndelta_mu = 20.0\n").spec();
    EXPECT_EQ(
        nothing_happens(held),
        "no event happens before t_end = 2: delta_mu = 20 keeps A in a crystal of A; below 0 it drives B in");
    EXPECT_EQ(nothing_happens(plan_of(text).spec()),
              "no event happens before t_end = 2: the first may come later");
}

TEST(Plan, gives_the_run_of_a_combination_alone) {
    const Plan plan = plan_of(
        "[crystal]\nshape = 'hexagon'\nside = 4\n[crystal.shell]\nlayers = 1\n[monte_carlo]\nsweeps = 100\n"
        "[sweep]\ncrystal.shell.stiffness = [1.0, 2.0]\nmodel.kT = [0.2, 0.3]\n"
        "[replica_exchange]\nover = 'model.kT'\n[[stage]]\nJ = 0.5\n[[stage]]\nsweeps = 200\n");
    const Plan alone(plan.alone(3));
    EXPECT_EQ(alone.combinations(), 1U);
    EXPECT_TRUE(alone.spec().equilibrium().replica_exchange.over.empty());
    for (const std::size_t stage : {0U, 1U}) {
        Settings expected = plan.settings(3, stage);
        expected.equilibrium().replica_exchange.over.clear();
        EXPECT_EQ(alone.settings(0, stage), expected);
    }
}

}  // namespace
}  // namespace misfit
