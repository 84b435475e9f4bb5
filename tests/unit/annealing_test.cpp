#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <sstream>

#include "misfit/input/spec_reader.hpp"
#include "misfit/input/spec_text.hpp"
#include "misfit/record/equilibrium_record.hpp"
#include "misfit/run/export_atoms.hpp"
#include "misfit/run/start_state.hpp"
#include "misfit/store/hdf5.hpp"
#include "misfit/unit/start_species.hpp"
#include "support/equilibrium.hpp"
#include "support/record_contents.hpp"
#include "support/runs.hpp"

// Lists of stages in equilibrium: input, chains, records.
namespace misfit {
namespace {

using support::equilibrium_spec;
using support::error_of;
using support::TemporaryFolder;

RunSpec parsed(const std::string& text, const std::vector<std::string>& settings = {}) {
    return parse_spec(text, "my.toml", settings);
}

const std::string tables =
    "[crystal]\nshape = \"hexagon\"\nside = 4\n[model]\nkT = 0.2\n[monte_carlo]\nsweeps = 1000\n";
const std::string cooling = tables +
                            "[[stage]]\nkT = 1.0\nequilibration = 7\n"
                            "[[stage]]\n\"model.kT\" = 0.5\nmodel.epsilon = 0.25\nsweeps = 90\nframes = 2\n"
                            "[[stage]]\nmoves = \"flip\"\ndelta_mu = -1\nsample_interval = 4\n";

std::vector<Value> values_of(const std::vector<std::int64_t>& integers) {
    return {integers.begin(), integers.end()};
}

TEST(annealing, stages_take_from_the_tables_what_they_do_not_say) {
    const std::vector<Settings> stages = Plan(parsed(cooling)).all_points();
    ASSERT_EQ(stages.size(), 3U);
    EXPECT_EQ(stages[0].model.kT, 1.0);
    EXPECT_EQ(stages[0].equilibrium().monte_carlo.equilibration, 7U);
    EXPECT_EQ(stages[0].equilibrium().monte_carlo.sweeps, 1000U);
    EXPECT_EQ(stages[1].model.kT, 0.5);
    EXPECT_EQ(stages[1].model.epsilon, 0.25);
    EXPECT_EQ(stages[1].equilibrium().monte_carlo.sweeps, 90U);
    EXPECT_EQ(stages[1].equilibrium().monte_carlo.frames, 2U);
    EXPECT_EQ(stages[1].equilibrium().monte_carlo.equilibration, 20'000U);
    EXPECT_EQ(stages[2].model.kT, 0.2);
    EXPECT_EQ(stages[2].model.delta_mu, -1.0);
    EXPECT_EQ(stages[2].equilibrium().monte_carlo.moves, Moves::flip);
    EXPECT_EQ(stages[2].equilibrium().monte_carlo.sample_interval, 4U);
}

TEST(annealing, every_stage_of_every_combination_is_a_point_and_stages_run_fastest) {
    const RunSpec spec = parsed(cooling + "[sweep]\n\"crystal.side\" = [4, 5]\n");
    const Plan plan(spec);
    const std::vector<Settings> points = plan.all_points();
    ASSERT_EQ(points.size(), 6U);
    for (std::size_t k = 0; k < 6; ++k) {
        EXPECT_EQ(std::get<Hexagon>(points[k].crystal).side, k < 3 ? 4 : 5);
        EXPECT_EQ(points[k].model, plan.settings(0, k % 3).model);
        EXPECT_EQ(points[k].equilibrium().monte_carlo, plan.settings(0, k % 3).equilibrium().monte_carlo);
    }
    const std::vector<PointColumn> columns = plan.columns();
    ASSERT_EQ(columns.size(), 5U);
    EXPECT_EQ(columns[0].key, "crystal.side");
    EXPECT_EQ(columns[0].values, values_of({4, 4, 4, 5, 5, 5}));
    EXPECT_EQ(columns[1].key, "stage");
    EXPECT_EQ(columns[1].values, values_of({1, 2, 3, 1, 2, 3}));
    EXPECT_EQ(columns[2].key, "model.kT");
    EXPECT_EQ(columns[2].values, (std::vector<Value>{{1.0}, {0.5}, {0.2}, {1.0}, {0.5}, {0.2}}));
    EXPECT_EQ(columns[3].key, "model.epsilon");
    EXPECT_EQ(columns[4].key, "model.delta_mu");
    for (std::size_t k = 0; k < columns.size(); ++k) EXPECT_EQ(columns[k].is_axis, k < 2);
    EXPECT_EQ(describe_point(columns, 4),
              "crystal.side = 5, stage = 2, model.kT = 0.5, model.epsilon = 0.25, model.delta_mu = -20");
    EXPECT_TRUE(Plan(parsed(tables)).columns().empty());
    // Units are chains through all stages, with the random numbers of a run without them.
    const std::vector<UnitPlan> plans = Units(plan).all();
    ASSERT_EQ(plans.size(), 2U);
    EXPECT_EQ(plans[1].combinations, std::vector<std::uint32_t>{1});
    EXPECT_EQ(plans[1].point(0, 2), 5U);
}

TEST(annealing, stages_are_written_and_read_back_the_same) {
    const RunSpec spec = parsed(cooling + "[sweep]\n\"crystal.side\" = [4, 5]\n");
    EXPECT_EQ(parsed(to_toml(spec)), spec) << to_toml(spec);
    auto keys = resolved_keys(spec);
    std::ranges::reverse(keys);
    EXPECT_EQ(spec_of(keys, "record"), spec);
    EXPECT_EQ(differences(spec, parsed(cooling + "[sweep]\n\"crystal.side\" = [4, 5]\n", {"stage.2.kT=0.4"})),
              std::vector<std::string>{"stage.2: model.kT: 0.5 here, 0.4 in the record"});
}

struct Bad {
    std::string name;
    std::string text;
    std::string message;
};

class AnnealingRefuses : public ::testing::TestWithParam<Bad> {};

TEST_P(AnnealingRefuses, with_one_clear_message) {
    EXPECT_EQ(error_of([] { parsed(tables + GetParam().text); }), "my.toml" + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Inputs, AnnealingRefuses,
    ::testing::Values(
        Bad{"unknown_key", "[[stage]]\nsweps = 3\n",
            ":9:1: stage.1.sweps = 3: unknown key; did you mean sweeps?"},
        Bad{"wrong_value", "[[stage]]\n[[stage]]\nkT = 0\n",
            ":10:1: stage.2.kT = 0: must be a number above 0"},
        Bad{"key_of_kmc", "[[stage]]\nexchange_rate = 0\n",
            ":9:1: stage.1.exchange_rate = 0: goes with [kmc] only"},
        Bad{"due_times", "[[stage]]\nrecord.sigma.linear = 3\n",
            ":9:14: stage.1.record.sigma.linear = 3: goes with [kmc] only"},
        Bad{"composition", "[[stage]]\ncomposition = 0.3\n",
            ":9:1: stage.1.composition = 0.3: is not a key of a stage: it holds for the whole run"},
        Bad{"start", "[[stage]]\nmonte_carlo.start = \"random\"\n",
            ":9:13: stage.1.monte_carlo.start = \"random\": is not a key of a stage: it holds for the whole "
            "run"},
        Bad{"crystal", "[[stage]]\nside = 5\n",
            ":9:1: stage.1.side = 5: is not a key of a stage: it holds for the whole run"},
        Bad{"stiffness_of_the_shell", "[[stage]]\ncrystal.shell.stiffness = 5\n",
            ":9:15: stage.1.crystal.shell.stiffness = 5: is not a key of a stage: it holds for the whole "
            "run"},
        Bad{"swept_key", "[sweep]\n\"model.kT\" = [0.2, 0.3]\n[[stage]]\nJ = 1\nkT = 0.5\n",
            ":12:1: stage.1.kT = 0.5: is a key of [sweep]: a point has one value in all stages"},
        Bad{"more_samples_than_sweeps", "[[stage]]\nsweeps = 5\n",
            ": monte_carlo.sample_interval = 10: must be at most monte_carlo.sweeps = 5"},
        Bad{"frames", "[[stage]]\n[[stage]]\nframes = 101\n",
            ":10:1: monte_carlo.frames = 101: must be at most the number of samples, 100"},
        Bad{"interval_beyond_a_stage",
            "[sweep]\n\"model.J\" = [0, 1]\n[replica_exchange]\nover = \"model.J\"\ninterval = 600\n"
            "[[stage]]\n[[stage]]\nequilibration = 0\n",
            ":12:1: replica_exchange.interval = 600: must be below half of monte_carlo.equilibration + "
            "monte_carlo.sweeps = 1000"},
        Bad{"too_many_points",
            "[sweep]\n\"model.J\" = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, "
            "20]\n" +
                [] {
                    std::string stages;
                    for (int k = 0; k < 999; ++k) stages += "[[stage]]\n";
                    std::string values;
                    for (int k = 0; k < 4; ++k) values += std::to_string(k + 4) + ", ";
                    return "\"crystal.side\" = [" + values + "9]\n" + stages;
                }(),
            ": [[stage]] = 104895 points of the sweep in all stages: must be at most 100000"}),
    [](const ::testing::TestParamInfo<Bad>& which) { return which.param.name; });

TEST(annealing, an_empty_list_and_stages_without_monte_carlo_are_refused) {
    EXPECT_EQ(error_of([] { parsed("stage = []\n" + tables); }),
              "my.toml:1:1: stage = []: is a list of tables: write [[stage]]");
    EXPECT_EQ(error_of([] { parsed("[crystal]\nshape = \"hexagon\"\nside = 4\n[[stage]]\nsweeps = 10\n"); }),
              "my.toml:5:1: stage.1.sweeps = 10: goes with [monte_carlo] only");
}

/// What a run leaves, in a folder of its own.
struct Finished {
    explicit Finished(RunSpec of, int threads = 2) : spec(std::move(of)) {
        RunOptions options;
        options.out = folder / "out";
        options.threads = threads;
        EXPECT_EQ(run(spec, "", options), RunOutcome::complete);
    }
    EquilibriumRecord record() const { return EquilibriumRecord(folder / "out"); }
    /// All that the record says of one point: samples, frames, chains.
    std::map<std::string, std::string> point(std::size_t number) const {
        const std::string prefix = "points/" + std::to_string(number);
        std::map<std::string, std::string> found;
        for (const auto& [name, content] : support::record_contents(folder / "out/record.h5"))
            if (name.starts_with(prefix + "/") || name.starts_with(prefix + "@"))
                found.emplace(name.substr(prefix.size()), content);
        return found;
    }

    TemporaryFolder folder;
    RunSpec spec;
};

RunSpec with_stages(const std::string& stages, const std::string& sweep = "") {
    return equilibrium_spec(sweep + stages);
}

TEST(annealing, one_stage_is_the_run_without_a_list_bit_for_bit) {
    const std::string sweep = "[sweep]\n\"crystal.shell.stiffness\" = [4.0, 6.0]\n";
    const std::string replicas = "[replica_exchange]\nover = \"crystal.shell.stiffness\"\ninterval = 10\n";
    for (const std::string& added : {std::string(), sweep, sweep + replicas}) {
        const Finished plain(with_stages("", added));
        const Finished listed(with_stages("[[stage]]\n", added));
        auto ours = support::record_contents(listed.folder / "out/record.h5");
        auto theirs = support::record_contents(plain.folder / "out/record.h5");
        // What the input says of stages is all that differs.
        for (auto* contents : {&ours, &theirs})
            std::erase_if(*contents, [](const auto& each) {
                return each.first.starts_with("sweep@") || each.first == "sweep/stage" ||
                       each.first.find("stage.1.") != std::string::npos || each.first == "warnings";
            });
        EXPECT_EQ(ours, theirs);
    }
}

/// Two points and two starts, so that a chain's number is another than its point's and unit's; each stage is
/// made again with engines by hand, from the species where the one before ended.
TEST(annealing, a_stage_starts_with_the_species_that_the_one_before_left) {
    const Finished run(
        with_stages("[[stage]]\nkT = 1.5\nframes = 1\n"
                    "[[stage]]\nequilibration = 30\nsweeps = 150\nepsilon = 0.4\nJ = 0.2\nframes = 3\n"
                    "[[stage]]\nequilibration = 0\nmoves = \"local_swap\"\nframes = 1\n",
                    "[sweep]\n\"crystal.shell.stiffness\" = [4.0, 6.0]\n"));
    const EquilibriumRecord record = run.record();
    const std::vector<Settings> points = Plan(run.spec).all_points();
    ASSERT_EQ(record.points(), 6U);
    for (std::uint32_t at = 0; at < 2; ++at) {
        const auto crystal = std::make_shared<const Crystal>(build_crystal(points[3 * at]));
        const auto potential = std::make_shared<const Potential>(build_potential(*crystal));
        for (std::uint32_t chain = 0; chain < 2; ++chain) {
            const Site count_A = core_count_A(run.spec.equilibrium().monte_carlo, 37);
            std::vector<Spin> sigma =
                start_species(*crystal, run.spec.equilibrium().monte_carlo.start[chain], count_A, -1,
                              {5, 2 * at + chain, 0, Stream::monte_carlo_start}, {});
            for (std::uint16_t stage = 0; stage < 3; ++stage) {
                const std::uint32_t point = 3 * at + stage;
                const MonteCarloParameters& monte_carlo = points[point].equilibrium().monte_carlo;
                const Hamiltonian hamiltonian(crystal, potential, points[point].model);
                MonteCarlo engine(hamiltonian, monte_carlo.moves);
                State state =
                    make_state(hamiltonian, sigma, {5, 2 * at + chain, stage, Stream::monte_carlo_move});
                engine.advance(state, 37 * (monte_carlo.equilibration + monte_carlo.sweeps));
                sigma = state.sigma;
                const std::vector<Spin> frames = record.sigma(point, chain);
                ASSERT_EQ(frames.size(), monte_carlo.frames * sigma.size());
                EXPECT_EQ(std::vector<Spin>(frames.end() - 61, frames.end()), sigma)
                    << "point " << point << ", chain " << chain;
                const ChainReport& report = record.chains()[point][chain];
                EXPECT_EQ(report.attempts, state.step);
                EXPECT_EQ(report.accepted,
                          std::accumulate(state.events.begin(), state.events.end(), std::uint64_t{0}));
                EXPECT_LT(report.phi_deviation, 1e-12);
                EXPECT_LT(report.energy_deviation, 1e-11);
                const h5::Handle file = h5::open_file(record.file());
                const std::string energies = "points/" + std::to_string(point) + "/observables/energy";
                const std::uint64_t samples = monte_carlo.samples();
                EXPECT_EQ(h5::read<double>(file, energies, {2, samples})[(chain + 1) * samples - 1],
                          energy(hamiltonian, state).total());
            }
        }
    }
    EXPECT_EQ(record.frame_sweeps(1), (std::vector<std::uint64_t>{50, 100, 150}));
}

TEST(annealing, composition_and_shell_are_kept_from_stage_to_stage) {
    const Finished run(
        with_stages("composition = 0.3\n[[stage]]\nkT = 2.0\n[[stage]]\nkT = 0.1\n"
                    "[[stage]]\nmoves = \"flip\"\ndelta_mu = 3.0\n[[stage]]\nkT = 0.4\n"));
    const EquilibriumRecord record = run.record();
    const Crystal crystal = build_crystal(run.spec);
    const auto counts = [&](std::size_t point, std::size_t chain) {
        const std::vector<Spin> sigma = record.sigma(point, chain);
        std::vector<int> counts_A;
        for (std::size_t begin = 0; begin < sigma.size(); begin += 61) {
            int count = 0;
            for (Site site = 0; site < 61; ++site) {
                const Spin spin = sigma[begin + static_cast<std::size_t>(site)];
                if (crystal.is_shell(site)) {
                    EXPECT_EQ(spin, -1);
                }
                count += spin > 0 ? 1 : 0;
            }
            counts_A.push_back(count);
        }
        return counts_A;
    };
    for (std::size_t chain = 0; chain < 2; ++chain) {
        EXPECT_EQ(counts(0, chain), std::vector<int>(4, 11));  // floor(0.3 37)
        EXPECT_EQ(counts(1, chain), std::vector<int>(4, 11));
        EXPECT_NE(counts(2, chain), std::vector<int>(4, 11));
        EXPECT_EQ(counts(3, chain), std::vector<int>(4, counts(2, chain).back()));
    }
}

TEST(annealing, a_record_has_every_stage_as_a_point_of_its_sweep) {
    const Finished run(with_stages("[[stage]]\nkT = 1.5\n[[stage]]\nsweeps = 200\n",
                                   "[sweep]\n\"crystal.shell.stiffness\" = [4.0, 6.0]\n[replica_exchange]\n"
                                   "over = \"crystal.shell.stiffness\"\ninterval = 10\n"));
    const EquilibriumRecord record = run.record();
    EXPECT_EQ(record.header().spec, run.spec);
    EXPECT_EQ(record.points(), 4U);
    const h5::Handle file = h5::open_file(record.file());
    const h5::Handle sweep = h5::open(file, "sweep");
    EXPECT_EQ(h5::string_list_attribute(sweep, "keys"),
              (std::vector<std::string>{"crystal.shell.stiffness", "stage"}));
    EXPECT_EQ(h5::string_list_attribute(sweep, "of_stages"), std::vector<std::string>{"model.kT"});
    EXPECT_EQ(h5::read<double>(sweep, "crystal.shell.stiffness", {4}), (std::vector<double>{4, 4, 6, 6}));
    EXPECT_EQ(h5::read<double>(sweep, "stage", {4}), (std::vector<double>{1, 2, 1, 2}));
    EXPECT_EQ(h5::read<double>(sweep, "model.kT", {4}), (std::vector<double>{1.5, 0.6, 1.5, 0.6}));
    // A ladder for each stage, over the stiffnesses.
    ASSERT_EQ(record.ladders().size(), 2U);
    EXPECT_EQ(record.ladders()[0].points, (std::vector<std::uint32_t>{0, 2}));
    EXPECT_EQ(record.ladders()[1].points, (std::vector<std::uint32_t>{1, 3}));
    // Averages are those of a stage's own samples, heat capacities of its own kT.
    for (const Averages& averages : record.averages()) {
        if (averages.name != "energy") continue;
        for (std::size_t point = 0; point < 4; ++point) {
            const std::uint64_t samples = point % 2 == 0 ? 40 : 20;
            const auto values = h5::read<double>(
                file, "points/" + std::to_string(point) + "/observables/energy", {2, samples});
            const double mean =
                std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
            EXPECT_NEAR(averages.by_point[point].mean, mean, 1e-12 * std::abs(mean));
            const double kT = point % 2 == 0 ? 1.5 : 0.6;
            EXPECT_DOUBLE_EQ(record.heat_capacity().value[point],
                             averages.by_point[point].variance / (kT * kT));
        }
    }
    std::ostringstream text;
    export_atoms(record, {}, text);
    EXPECT_NE(
        text.str().find("point=3 sweep_of=\"crystal.shell.stiffness = 6, stage = 2, model.kT = 0.6\"\n"),
        std::string::npos);
}

TEST(annealing, its_last_stage_is_what_another_run_starts_from) {
    const Finished run(with_stages("[[stage]]\nkT = 1.5\n[[stage]]\n"));
    RunSpec next = equilibrium_spec();
    next.equilibrium().monte_carlo.start = {StartState::record};
    next.equilibrium().monte_carlo.start_record = run.folder / "out";
    next.equilibrium().monte_carlo.start_unit = 1;
    const std::vector<Spin> core = read_start(Plan(next)).at(0);
    const std::vector<Spin> frames = run.record().sigma(1, 1);
    std::vector<Spin> expected;
    for (const Site site : core_sites(build_crystal(run.spec)))
        expected.push_back(frames[3 * 61 + static_cast<std::size_t>(site)]);
    EXPECT_EQ(core, expected);
}

}  // namespace
}  // namespace misfit
