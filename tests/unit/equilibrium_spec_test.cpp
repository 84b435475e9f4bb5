#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "misfit/base/error.hpp"
#include "misfit/input/plan.hpp"
#include "misfit/input/spec_reader.hpp"
#include "misfit/input/spec_text.hpp"

namespace misfit {
namespace {

const std::string hexagon = "[crystal]\nshape = \"hexagon\"\nside = 4\n";
const std::string chains = hexagon + "[monte_carlo]\nsweeps = 1000\n";

RunSpec parsed(const std::string& text, const std::vector<std::string>& settings = {}) {
    return parse_spec(text, "my.toml", settings);
}

std::string refusal(const std::string& text, const std::vector<std::string>& settings = {}) {
    try {
        parsed(text, settings);
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

TEST(equilibrium_spec, a_table_monte_carlo_makes_it_one_with_defaults) {
    RunSpec expected;
    expected.crystal = Hexagon{4};
    expected.method = Equilibrium{};
    EXPECT_EQ(parsed(hexagon + "[monte_carlo]\n"), expected);
    EXPECT_EQ(expected.equilibrium().monte_carlo.start, (std::vector{StartState::random}));
    EXPECT_EQ(expected.equilibrium().monte_carlo.composition, 0.5);
    EXPECT_EQ(expected.equilibrium().monte_carlo.sweeps, 100'000U);
    EXPECT_EQ(expected.shell_species, -1);
    EXPECT_EQ(parsed(hexagon, {"monte_carlo.sweeps=100000"}), expected);
    EXPECT_EQ(parsed(hexagon).kind(), Method::exchange);
}

TEST(equilibrium_spec, every_key_reaches_its_field) {
    const RunSpec spec = parsed(
        "[crystal]\nshape = \"parallelogram\"\nsize = [6, 7]\nboundary = \"free\"\n"
        "[crystal.shell]\nlayers = 2\nstiffness = 16.5\nspecies = \"A\"\n"
        "[monte_carlo]\nmoves = \"local_swap\"\ncomposition = 1\nstart = [\"separated\", \"superlattice\"]\n"
        "start_unit = 3\nstart_frame = 2\nchains = 5\nequilibration = 0\nsweeps = 90\nsample_interval = 3\n"
        "frames = 30\nseed = 8\n"
        "[sweep]\n\"crystal.shell.stiffness\" = [16.5, 17]\n"
        "[replica_exchange]\nover = \"crystal.shell.stiffness\"\ninterval = 7\n");
    EXPECT_EQ(std::get<Parallelogram>(spec.crystal), (Parallelogram{{6, 7}}));
    EXPECT_EQ(spec.shell, (Shell{2, 16.5}));
    EXPECT_EQ(spec.shell_species, 1);
    MonteCarloParameters expected;
    expected.moves = Moves::local_swap;
    expected.composition = 1.0;
    expected.start = {StartState::separated, StartState::superlattice};
    expected.start_unit = 3;
    expected.start_frame = 2;
    expected.chains = 5;
    expected.equilibration = 0;
    expected.sweeps = 90;
    expected.sample_interval = 3;
    expected.frames = 30;
    expected.seed = 8;
    EXPECT_EQ(spec.equilibrium().monte_carlo, expected);
    EXPECT_EQ(spec.equilibrium().replica_exchange, (ReplicaExchangeParameters{"crystal.shell.stiffness", 7}));
    EXPECT_EQ(spec.sweep, (std::vector<SweepAxis>{{"crystal.shell.stiffness", {{16.5}, {17.0}}}}));

    EXPECT_EQ(parsed("[crystal]\nshape = \"parallelogram\"\nsize = [3, 3]\nboundary = \"periodic\"\n"
                     "[monte_carlo]\nmoves = \"flip\"\n")
                  .boundary,
              Boundary::periodic);
    const RunSpec from_record =
        parsed(hexagon + "[monte_carlo]\nstart = \"record\"\nstart_record = \"run 1\"\n");
    EXPECT_EQ(from_record.equilibrium().monte_carlo.start, (std::vector{StartState::record}));
    EXPECT_EQ(from_record.equilibrium().monte_carlo.start_record, "run 1");
}

TEST(equilibrium_spec, a_sweep_is_every_combination_with_the_last_key_fastest) {
    const RunSpec spec = parsed(
        "[crystal]\nshape = \"hexagon\"\n[monte_carlo]\n"
        "[sweep]\n\"model.kT\" = [0.3, 0.2]\n\"crystal.side\" = [4, 5, 6]\n");
    const std::vector<Settings> points = Plan(spec).all_points();
    ASSERT_EQ(points.size(), 6U);
    for (std::size_t k = 0; k < 6; ++k) {
        EXPECT_EQ(points[k].model.kT, k < 3 ? 0.3 : 0.2);
        EXPECT_EQ(std::get<Hexagon>(points[k].crystal).side, 4 + static_cast<int>(k % 3));
    }
    // The spec itself is the first point.
    EXPECT_EQ(spec.model.kT, 0.3);
    EXPECT_EQ(std::get<Hexagon>(spec.crystal).side, 4);
    EXPECT_EQ(Plan(parsed(chains)).points(), 1U);
}

TEST(equilibrium_spec, a_sweep_is_written_quoted_dotted_or_as_a_setting) {
    const RunSpec quoted = parsed(chains + "[sweep]\n\"model.kT\" = [0.2, 0.3]\n");
    EXPECT_EQ(parsed(chains + "[sweep]\nmodel.kT = [0.2, 0.3]\n"), quoted);
    EXPECT_EQ(parsed(chains + "[sweep.model]\nkT = [0.2, 0.3]\n"), quoted);
    EXPECT_EQ(parsed(chains, {"sweep.model.kT=[0.2, 0.3]"}), quoted);
    EXPECT_EQ(parsed(chains, {"sweep.\"model.kT\"=[0.2, 0.3]"}), quoted);
}

TEST(equilibrium_spec, a_setting_replaces_the_values_of_a_swept_key) {
    const RunSpec spec = parsed(chains + "[sweep]\n\"model.kT\" = [0.2, 0.3]\n\"model.J\" = [0, 1]\n",
                                {"sweep.model.kT=[0.5]"});
    EXPECT_EQ(spec.sweep, (std::vector<SweepAxis>{{"model.kT", {{0.5}}}, {"model.J", {{0.0}, {1.0}}}}));
    EXPECT_EQ(spec.model.kT, 0.5);
}

RunSpec random_spec(std::mt19937_64& random) {
    const auto uniform = [&](double low, double high) {
        return std::uniform_real_distribution<double>(low, high)(random);
    };
    const auto whole = [&](int low, int high) {
        return std::uniform_int_distribution<int>(low, high)(random);
    };
    std::string text =
        fmt::format("[crystal]\nshape = \"box\"\nsize = [{}, 4, 5]\n[crystal.shell]\nlayers = {}\n",
                    whole(3, 50), whole(0, 9));
    text +=
        fmt::format("stiffness = {}\nspecies = \"{}\"\n", uniform(0.1, 30.0), whole(0, 1) == 0 ? "A" : "B");
    text += fmt::format(
        "[monte_carlo]\ncomposition = {}\nchains = {}\nseed = {}\nstart = [\"{}\", \"separated\"]\n",
        uniform(0.0, 1.0), whole(1, 9), random() >> 1U, whole(0, 1) == 0 ? "random" : "superlattice");
    text += fmt::format("[sweep]\n\"model.kT\" = [{}, {}]\n", uniform(0.1, 0.2), uniform(0.2, 0.3));
    if (whole(0, 1) == 0) text += fmt::format("\"crystal.size\" = [[3, 4, {}], [7, 7, 7]]\n", whole(3, 9));
    if (whole(0, 1) == 0) text += "\"crystal.shell.species\" = [\"B\", \"A\"]\n";
    text += fmt::format("\"model.delta_mu\" = [{}, 0, 1e300]\n", uniform(-3.0, -1.0));
    if (whole(0, 1) == 0)
        text += fmt::format("[replica_exchange]\nover = \"model.kT\"\ninterval = {}\n", whole(1, 99));
    return parsed(text);
}

TEST(equilibrium_spec, what_is_written_reads_back_the_same) {
    std::mt19937_64 random(11);
    for (int k = 0; k < 100; ++k) {
        const RunSpec spec = random_spec(random);
        EXPECT_EQ(parsed(to_toml(spec)), spec) << to_toml(spec);
        EXPECT_EQ(spec_of(resolved_keys(spec), "record"), spec) << to_toml(spec);
        EXPECT_EQ(to_toml(spec).find("[kmc]"), std::string::npos);
    }
}

TEST(equilibrium_spec, differences_name_keys_and_sweeps) {
    const RunSpec here = parsed(chains + "[sweep]\n\"model.kT\" = [0.2, 0.3]\n");
    RunSpec recorded = here;
    recorded.sweep.front().values.back() = {0.4};
    recorded.equilibrium().monte_carlo.chains = 2;
    EXPECT_EQ(differences(here, recorded),
              (std::vector<std::string>{"monte_carlo.chains: 1 here, 2 in the record",
                                        "[sweep]: other keys or values than in the record"}));
}

/// "0.1, 0.2, ...": so many.
std::string many_values(int count) {
    std::string text;
    for (int k = 1; k <= count; ++k) text += fmt::format("{}{}", k == 1 ? "" : ", ", 0.1 * k);
    return text;
}

struct Bad {
    const char* name;  ///< of the test
    std::string text;
    std::string message;
};
std::ostream& operator<<(std::ostream& out, const Bad& bad) { return out << bad.text; }

class EquilibriumSpecRefuses : public testing::TestWithParam<Bad> {};

TEST_P(EquilibriumSpecRefuses, with_one_clear_message) {
    EXPECT_EQ(refusal(GetParam().text), "my.toml" + GetParam().message);
}

const std::string sweep = chains + "[sweep]\n";  // its keys begin in line 7
const std::string periodic = "[crystal]\nshape = \"parallelogram\"\nsize = [4, 5]\nboundary = \"periodic\"\n";
const std::string ladder = "[replica_exchange]\nover = ";

INSTANTIATE_TEST_SUITE_P(
    Inputs, EquilibriumSpecRefuses,
    testing::Values(
        Bad{"unknown_swept_key", sweep + "\"crystal.shell.stifness\" = [1, 2]\n",
            ":7:1: sweep.crystal.shell.stifness = [1, 2]: unknown key; did you mean "
            "crystal.shell.stiffness?"},
        Bad{"swept_value_out_of_range", sweep + "\"model.kT\" = [0.2, -0.3, 0.4]\n",
            ":7:20: sweep.model.kT = -0.3: each value must be a number above 0"},
        Bad{"first_swept_value_out_of_range", sweep + "\"model.kT\" = [0, 1]\n",
            ":7:15: model.kT = 0: must be a number above 0"},
        Bad{"swept_value_of_wrong_type", sweep + "\"crystal.side\" = [4, 5.5]\n",
            ":7:22: sweep.crystal.side = 5.5: each value must be an integer from 2 to 1000000"},
        Bad{"empty_list", sweep + "\"model.kT\" = []\n",
            ":7:1: sweep.model.kT = []: must be a list of values, as in [1.0, 2.0]"},
        Bad{"no_list", sweep + "\"model.kT\" = 0.2\n",
            ":7:1: sweep.model.kT = 0.2: must be a list of values, as in [1.0, 2.0]"},
        Bad{"value_twice", sweep + "\"model.kT\" = [0.2, 0.3, 0.20]\n",
            ":7:25: sweep.model.kT = 0.20: no value may be there twice"},
        Bad{"key_twice", sweep + "\"model.kT\" = [0.2]\nmodel.kT = [0.3]\n",
            ":8:7: sweep.model.kT = [0.3]: is there twice; first in line 7"},
        Bad{"layers_of_a_profile_that_change",
            sweep + "\"crystal.shell.layers\" = [0, 1]\n[observables]\nprofile = \"y\"\n",
            ":9:1: observables.profile = \"y\": must be \"none\" with crystal.shell.layers in [sweep]: the "
            "number "
            "of layers would change"},
        Bad{"key_that_cannot_be_swept", sweep + "\"monte_carlo.seed\" = [1, 2]\n",
            ":7:1: sweep.monte_carlo.seed = [1, 2]: cannot be swept: it holds for the chains of all "
            "points"},
        Bad{"swept_shape", sweep + "\"crystal.shape\" = [\"hexagon\", \"disc\"]\n",
            ":7:1: sweep.crystal.shape = [\"hexagon\", \"disc\"]: cannot be swept: each shape has keys of "
            "its own"},
        Bad{"swept_key_of_another_shape", sweep + "\"crystal.size\" = [[3, 3, 3]]\n",
            ":7:19: crystal.size = [3, 3, 3]: is a key of shape = \"box\" or \"parallelogram\"; here shape = "
            "\"hexagon\""},
        Bad{"sweep_that_is_no_table", "sweep = 3\n" + chains, ":1:1: sweep = 3: is a table: write [sweep]"},
        Bad{"kmc_with_monte_carlo", hexagon + "[kmc]\nt_end = 3\n[monte_carlo]\n",
            ":6:2: [monte_carlo]: does not go with [kmc]: a run is either of kinetic Monte Carlo or of "
            "equilibrium Monte Carlo"},
        Bad{"blocks_of_chains", hexagon + "[model]\nelastic = \"blocks\"\n[monte_carlo]\n",
            ":5:1: model.elastic = \"blocks\": must be \"dense\" with [monte_carlo]: an attempt looks at any "
            "pair of "
            "sites"},
        Bad{"sweep_of_trajectories", hexagon + "[sweep]\nensemble.trajectories = [1, 2]\n",
            ":5:10: sweep.ensemble.trajectories = [1, 2]: cannot be swept: all ensembles have the same "
            "trajectories"},
        Bad{"sweep_of_starts", hexagon + "[sweep]\nkmc.start = [\"all_A\"]\n",
            ":5:5: sweep.kmc.start = [\"all_A\"]: cannot be swept: all ensembles start alike"},
        Bad{"sweep_of_the_other_method", hexagon + "[kmc]\n[sweep]\nmonte_carlo.composition = [0.5]\n",
            ":6:13: sweep.monte_carlo.composition = [0.5]: goes with [monte_carlo] only"},
        Bad{"sweep_to_times_beyond_an_end",
            hexagon + "[record.sigma]\ntimes = [3.0]\n[sweep]\nkmc.t_end = [2.0, 4.0]\n",
            ":5:1: record.sigma.times = [3]: no time may lie beyond kmc.t_end = 2; number 1 of the list is "
            "3"},
        Bad{"more_trajectories_than_numbers",
            hexagon + "[ensemble]\ntrajectories = 10000000\n[sweep]\nmodel.kT = [" + many_values(500) + "]\n",
            ":5:1: ensemble.trajectories = 10000000: must be 8589934 or less at 500 points"},
        Bad{"replica_exchange_without_monte_carlo", hexagon + ladder + "\"model.kT\"\n",
            ":4:2: replica_exchange: goes with [monte_carlo], which is missing"},
        Bad{"composition_above_1", hexagon + "[monte_carlo]\ncomposition = 1.01\n",
            ":5:1: monte_carlo.composition = 1.01: must be a number from 0 to 1"},
        Bad{"composition_below_0", sweep + "\"monte_carlo.composition\" = [0, -0.5]\n",
            ":7:33: sweep.monte_carlo.composition = -0.5: each value must be a number from 0 to 1"},
        Bad{"shell_with_kmc", hexagon + "[crystal.shell]\nlayers = 1\n[kmc]\n",
            ":5:1: crystal.shell.layers = 1: must be 0 with [kmc]: a shell goes with [monte_carlo]"},
        Bad{"shell_of_too_many_layers", chains + "[crystal.shell]\nlayers = 500001\n",
            ":7:1: crystal.shell.layers = 500001: must be an integer from 0 to 500000"},
        Bad{"soft_shell", chains + "[crystal.shell]\nstiffness = 0\n",
            ":7:1: crystal.shell.stiffness = 0: must be a number above 0"},
        Bad{"shell_of_unknown_species", chains + "[crystal.shell]\nspecies = \"b\"\n",
            ":7:1: crystal.shell.species = \"b\": must be \"A\" or \"B\"; did you mean \"B\"?"},
        Bad{"periodic_hexagon", hexagon + "boundary = \"periodic\"\n[monte_carlo]\n",
            ":4:1: crystal.boundary = \"periodic\": must be \"free\" for shape = \"hexagon\"; a "
            "parallelogram and a box may be periodic"},
        Bad{"periodic_with_shell", periodic + "[crystal.shell]\nlayers = 1\n[monte_carlo]\n",
            ":6:1: crystal.shell.layers = 1: must be 0: a periodic crystal has no surface"},
        Bad{"periodic_with_swept_shell",
            periodic + "[monte_carlo]\n[sweep]\n\"crystal.shell.layers\" = [0, 2]\n",
            ":7:27: crystal.shell.layers = 2: must be 0: a periodic crystal has no surface"},
        Bad{"periodic_and_thin",
            "[crystal]\nshape = \"parallelogram\"\nsize = [4, 2]\nboundary = \"periodic\"\n[monte_carlo]\n",
            ":3:1: crystal.size = [4, 2]: must be 3 or more along every edge of a periodic crystal"},
        Bad{"periodic_with_kmc", periodic,
            ":4:1: crystal.boundary = \"periodic\": must be \"free\" with [kmc]: exchange needs a surface"},
        Bad{"box_of_two", "[crystal]\nshape = \"box\"\nsize = [4, 5]\n[monte_carlo]\n",
            ":3:1: crystal.size = [4, 5]: must be integers from 2 to 1000000: three for a box, two for a "
            "parallelogram"},
        Bad{"over_what_is_not_swept", chains + ladder + "\"model.kT\"\n",
            ":7:1: replica_exchange.over = \"model.kT\": must be a key of [sweep]"},
        Bad{"over_one_value", sweep + "\"model.kT\" = [0.2]\n" + ladder + "\"model.kT\"\n",
            ":9:1: replica_exchange.over = \"model.kT\": needs two values or more in [sweep]"},
        Bad{"over_the_core", sweep + "\"crystal.side\" = [4, 5]\n" + ladder + "\"crystal.side\"\n",
            ":9:1: replica_exchange.over = \"crystal.side\": must leave the core as it is: a key of [model], "
            "crystal.shell.stiffness or crystal.shell.layers"},
        Bad{"over_what_does_not_ascend",
            sweep + "\"model.kT\" = [0.2, 0.4, 0.3]\n" + ladder + "\"model.kT\"\n",
            ":7:1: sweep.model.kT = [0.2, 0.4, 0.3]: must ascend: it is replica_exchange.over, and 0.4 "
            "stands "
            "before 0.3"},
        Bad{"interval_beyond_the_end",
            sweep + "\"model.kT\" = [0.2, 0.4]\n" + ladder + "\"model.kT\"\ninterval = 10500\n",
            ":10:1: replica_exchange.interval = 10500: must be below half of monte_carlo.equilibration + "
            "monte_carlo.sweeps = 21000"},
        Bad{"start_without_record", chains + "start = \"record\"\n",
            ": monte_carlo.start_record = none: must name the record to start from"},
        Bad{"record_without_start", chains + "start_record = \"out\"\n",
            ":6:1: monte_carlo.start_record = \"out\": goes with start = \"record\" only"},
        Bad{"record_with_another_start",
            chains + "start = [\"random\", \"record\"]\nstart_record = \"out\"\n",
            ":6:1: monte_carlo.start = [\"random\", \"record\"]: must have \"record\" alone: its composition "
            "is "
            "its own"},
        Bad{"start_twice", chains + "start = [\"random\", \"random\"]\n",
            ":6:1: monte_carlo.start = [\"random\", \"random\"]: must be \"random\", \"separated\", "
            "\"superlattice\", \"record\" or \"xyz\", or a list of them, each once"},
        Bad{"more_frames_than_samples", chains + "frames = 101\n",
            ":6:1: monte_carlo.frames = 101: must be at most the number of samples, 100"},
        Bad{"no_sample", chains + "sample_interval = 1001\n",
            ":6:1: monte_carlo.sample_interval = 1001: must be at most monte_carlo.sweeps = 1000"},
        Bad{"key_of_kmc", chains + "t_end = 3\n",
            ":6:1: monte_carlo.t_end = 3: unknown key; did you mean kmc.t_end?"},
        Bad{"shell_of_a_disc",
            "[crystal]\nshape = \"disc\"\nradius = 5\n[crystal.shell]\nlayers = 1\n[monte_carlo]\n",
            ":5:1: crystal.shell.layers = 1: must be 0 for shape = \"disc\": hexagons, boxes and "
            "parallelograms "
            "can have a shell"},
        Bad{"one_V_for_crystals_of_a_sweep",
            sweep + "\"crystal.side\" = [4, 5]\n[model]\npotential_file = \"V.h5\"\n",
            ":7:1: sweep.crystal.side: does not go with model.potential_file: one V is of one crystal"},
        Bad{"misspelt_key", chains + "equilibation = 3\n",
            ":6:1: monte_carlo.equilibation = 3: unknown key; did you mean monte_carlo.equilibration?"},
        Bad{"misspelt_table", hexagon + "[montecarlo]\n",
            ":4:2: montecarlo: unknown table; did you mean [monte_carlo]?"}),
    [](const auto& bad) { return std::string(bad.param.name); });

std::string values(int count) {
    std::string list;
    for (int k = 1; k <= count; ++k) list += fmt::format("{}{}", list.empty() ? "" : ", ", k);
    return "[" + list + "]";
}

TEST(equilibrium_spec, of_too_many_points_is_refused) {
    EXPECT_EQ(refusal(sweep + "\"model.kT\" = " + values(1001) + "\n\"model.J\" = " + values(100) + "\n"),
              "my.toml: [sweep] = 100100 points: must be at most 100000 points");
    EXPECT_EQ(refusal(sweep + "\"model.kT\" = " + values(100'001) + "\n"),
              "my.toml:7:1: sweep.model.kT = 100001 values: must be at most 100000 values");
}

TEST(equilibrium_spec, a_setting_of_a_key_that_is_swept_is_not_lost) {
    const std::string swept = sweep + "\"model.kT\" = [0.5, 0.6]\n";
    EXPECT_EQ(parsed(swept, {"model.kT=0.5"}), parsed(swept));
    EXPECT_EQ(parsed("model.kT = 0.7\n" + swept), parsed(swept));
    EXPECT_EQ(
        refusal(swept, {"model.kT=0.6"}),
        "--set model.kT=0.6: model.kT = 0.6: is swept: set sweep.model.kT = [...] instead of [0.5, 0.6]");
    EXPECT_EQ(refusal(swept, {"model.kT=cold"}),
              "--set model.kT=cold: model.kT = \"cold\": must be a number above 0");
}

TEST(equilibrium_spec, a_mistyped_word_names_the_nearest_one) {
    const std::string words =
        ": must be \"random\", \"separated\", \"superlattice\", \"record\" or \"xyz\", or a list of them, "
        "each once";
    EXPECT_EQ(refusal(chains, {"monte_carlo.start=seperated"}),
              "--set monte_carlo.start=seperated: monte_carlo.start = \"seperated\"" + words +
                  "; did you mean \"separated\"?");
    EXPECT_EQ(refusal(chains, {"monte_carlo.start=[\"random\", \"seperated\"]"}),
              "--set monte_carlo.start=[\"random\", \"seperated\"]: monte_carlo.start = [\"random\", "
              "\"seperated\"]" +
                  words + "; did you mean \"separated\"?");
    EXPECT_EQ(refusal(chains, {"monte_carlo.start=ordered"}),
              "--set monte_carlo.start=ordered: monte_carlo.start = \"ordered\"" + words);
}

TEST(equilibrium_spec, a_setting_that_is_a_key_or_a_path_needs_no_quotes) {
    EXPECT_EQ(parsed(sweep + "\"model.kT\" = [1, 2]\n", {"replica_exchange.over=model.kT"})
                  .equilibrium()
                  .replica_exchange.over,
              "model.kT");
    EXPECT_EQ(parsed(chains, {"monte_carlo.start=record", "monte_carlo.start_record=../runs/a-1.h5"})
                  .equilibrium()
                  .monte_carlo.start_record,
              "../runs/a-1.h5");
    EXPECT_EQ(refusal(chains, {"model.kT=1.2.3"})
                  .find("--set model.kT=1.2.3: model.kT = \"1.2.3\": must be a number"),
              0U);
}

TEST(equilibrium_spec, a_wrong_setting_of_the_sweep_is_named_as_it_was_given) {
    EXPECT_EQ(refusal(chains, {"sweep.model.kt=[1]"}),
              "--set sweep.model.kt=[1]: sweep.model.kt = [1]: unknown key; did you mean model.kT?");
    EXPECT_EQ(refusal(chains, {"sweep.model.kT=[1, x]"}).substr(0, 27), "--set sweep.model.kT=[1, x]");
    EXPECT_EQ(refusal(chains, {"sweep.model.kT=[1, -2]"}),
              "--set sweep.model.kT=[1, -2]: sweep.model.kT = -2: each value must be a number above 0");
}

}  // namespace
}  // namespace misfit
