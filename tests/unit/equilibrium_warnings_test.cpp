#include "misfit/analysis/equilibrium_warnings.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>

#include "misfit/record/equilibrium_record.hpp"
#include "misfit/run/run.hpp"
#include "support/equilibrium.hpp"
#include "support/runs.hpp"

namespace misfit {
namespace {

using support::equilibrium_spec;
using support::TemporaryFolder;

/// What a real run warns of.
std::vector<std::string> warnings_of(const RunSpec& spec) {
    const TemporaryFolder folder;
    std::vector<std::string> told;
    RunOptions options;
    options.out = folder / "out";
    options.threads = 2;
    options.on_warning = [&](const std::string& text) { told.push_back(text); };
    EXPECT_EQ(run(spec, "", options), RunOutcome::complete);
    EXPECT_EQ(EquilibriumRecord(folder / "out").warnings(), told);
    return told;
}

bool any_starts(const std::vector<std::string>& texts, const std::string& beginning) {
    return std::ranges::any_of(texts, [&](const std::string& text) { return text.starts_with(beginning); });
}

std::string all_of(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += text + "\n";
    return all;
}

TEST(equilibrium_run, whose_replicas_do_not_overlap_warns_and_suggests_points_in_between) {
    const std::vector<std::string> stiffness = warnings_of(
        equilibrium_spec("[sweep]\n\"crystal.shell.stiffness\" = [1, 1.1, 900]\n[replica_exchange]\n"
                         "over = \"crystal.shell.stiffness\"\ninterval = 10\n"));
    EXPECT_TRUE(any_starts(stiffness,
                           "the samples at crystal.shell.stiffness = 1.1 and crystal.shell.stiffness = "
                           "900 do not overlap (0.0"))
        << all_of(stiffness);
    EXPECT_NE(all_of(stiffness).find("add points in between, e.g. 450.55"), std::string::npos);
    const std::vector<std::string> temperature = warnings_of(equilibrium_spec(
        "[sweep]\n\"model.kT\" = [0.01, 8, 10]\n[replica_exchange]\nover = \"model.kT\"\ninterval = 10\n"));
    EXPECT_TRUE(any_starts(temperature, "the samples along model.kT do not overlap")) << all_of(temperature);
    EXPECT_NE(all_of(temperature)
                  .find("model.kT = 0.01 and model.kT = 8 exchanged replicas 0 times: add points in "
                        "between, e.g. 4.005"),
              std::string::npos)
        << all_of(temperature);
    const std::vector<std::string> nearer = warnings_of(equilibrium_spec(
        "[sweep]\n\"model.kT\" = [0.25, 2]\n[replica_exchange]\nover = \"model.kT\"\ninterval = 10\n"));
    EXPECT_TRUE(any_starts(nearer, "the samples at model.kT = 2 and model.kT = 0.25 do not overlap"))
        << all_of(nearer);
    EXPECT_NE(all_of(nearer).find("e.g. 1.125"), std::string::npos) << all_of(nearer);
    const std::vector<std::string> layers = warnings_of(equilibrium_spec(
        "[sweep]\n\"crystal.shell.layers\" = [1, 2]\n[replica_exchange]\nover = \"crystal.shell.layers\"\n"
        "interval = 10\n"));
    EXPECT_EQ(all_of(layers).find("add points"), std::string::npos) << all_of(layers);
}

TEST(equilibrium_run, that_is_too_short_for_its_correlation_time_warns) {
    RunSpec spec = equilibrium_spec("[sweep]\n\"model.kT\" = [0.02, 5]\n");
    spec.equilibrium().monte_carlo.start = {StartState::separated};
    spec.equilibrium().monte_carlo.equilibration = 0;
    const std::vector<std::string> told = warnings_of(spec);
    // One line an observable, with the point, and with what would do: it does.
    const std::string::size_type advice = all_of(told).find("sweeps = ");
    ASSERT_NE(advice, std::string::npos) << all_of(told);
    EXPECT_TRUE(any_starts(
        told,
        "400 sweeps are too short for the error of energy at 2 of 2 points, most at model.kT = 0.02, whose "
        "correlation time is about "))
        << all_of(told);
    EXPECT_LE(told.size(), 2U) << all_of(told);
    spec.equilibrium().monte_carlo.sweeps =
        std::stoull(all_of(told).substr(advice + std::string("sweeps = ").size()));
    EXPECT_EQ(all_of(warnings_of(spec)), "");
}

TEST(equilibrium_warnings, gather_points_and_say_when_the_phases_are_fine) {
    const Plan plan(equilibrium_spec("[sweep]\n\"model.kT\" = [0.1, 0.2, 0.3]\n"));
    const auto mean = [](double tau, bool long_enough, double disagreement) {
        return PooledMean{{0.5, 0.01, 0.02, 0.001, tau, long_enough}, disagreement};
    };
    EquilibriumAnalysis analysis;
    analysis.averages = {{"energy", {mean(90.0, false, 0.0), mean(481.0, false, 0.0), mean(1.0, true, 9.0)}},
                         {"f_U", {mean(1.0, true, 1.0), mean(1.0, true, 3.9), mean(1.0, true, 0.0)}}};
    EXPECT_EQ(
        warnings_about(plan, analysis),
        (std::vector<std::string>{
            "energy from different chains disagrees by 9.0 standard errors at model.kT = 0.3: not "
            "equilibrated (f_U and chi are fine); take more sweeps than 400 and a longer equilibration "
            "than 20, or replica exchange",
            "400 sweeps are too short for the error of energy at 2 of 3 points, most at model.kT = 0.2, "
            "whose correlation time is about 481 sweeps (f_U and chi are fine); sweeps = 49000 would do"}));
    analysis.averages[1].by_point[0].disagreement = 4.1;
    const std::vector<std::string> with_phases = warnings_about(plan, analysis);
    EXPECT_EQ(with_phases.size(), 3U);
    for (const std::string& text : with_phases) EXPECT_EQ(text.find("are fine"), std::string::npos) << text;
}

TEST(equilibrium_run, whose_starts_disagree_warns) {
    // At this temperature each chain stays in the first state that no move leaves.
    RunSpec spec = equilibrium_spec();
    spec.model.kT = 1e-6;
    spec.equilibrium().monte_carlo.start = {StartState::separated, StartState::superlattice};
    spec.equilibrium().monte_carlo.equilibration = 5'000;
    spec.crystal = Hexagon{6};
    EXPECT_EQ(all_of(warnings_of(spec)),
              "energy from different chains differs and in each does not change: not equilibrated; take "
              "more sweeps than 400 and a longer equilibration than 5000, or replica exchange\n"
              "f_U from different chains differs and in each does not change: not equilibrated; take more "
              "sweeps than 400 and a longer equilibration than 5000, or replica exchange\n");
    // Of 37 sites both find the same one, but for rounding.
    spec.crystal = Hexagon{4};
    EXPECT_EQ(all_of(warnings_of(spec)), "");
}

}  // namespace
}  // namespace misfit
