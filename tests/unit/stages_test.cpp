#include <fmt/format.h>
#include <gtest/gtest.h>

#include "misfit/input/plan.hpp"
#include "misfit/input/spec_reader.hpp"
#include "misfit/input/spec_text.hpp"
#include "misfit/measure/observables.hpp"
#include "misfit/run/export_atoms.hpp"
#include "misfit/run/start_state.hpp"
#include "support/ensemble.hpp"
#include "support/runs.hpp"
#include "support/systems.hpp"

// Lists of stages, and starts from frames: input, trajectories, records.
namespace misfit {
namespace {

using support::error_of;
using support::TemporaryFolder;

RunSpec parsed(const std::string& text, const std::vector<std::string>& settings = {}) {
    return parse_spec(text, "my.toml", settings);
}

const std::string two_stages =
    "[crystal]\nshape = \"hexagon\"\nside = 4\n"
    "[kmc]\nt_end = 9.0\nstop_at_composition = 0.1\n"
    "[record.scalars]\nlinear = 3\nlogarithmic = 0\n"
    "[record.sigma]\nlinear = 2\nlogarithmic = 0\n"
    "[[stage]]\nkT = 0.5\n"
    "[[stage]]\nt_end = 4.0\nexchange_rate = 0\nrates = \"published\"\n"
    "[stage.record.scalars]\ntimes = [1.5]\n";

TEST(stages, take_from_the_tables_what_they_do_not_say) {
    const Plan plan(parsed(two_stages));
    const std::vector<Settings> stages = {plan.settings(0, 0), plan.settings(0, 1)};
    ASSERT_EQ(stages.size(), 2U);
    EXPECT_EQ(stages[0].model.kT, 0.5);
    EXPECT_EQ(stages[0].exchange().kmc.t_end, 9.0);
    EXPECT_EQ(stages[0].exchange().kmc.exchange_rate, 1.0);
    EXPECT_EQ(stages[1].model.kT, 0.2);
    EXPECT_EQ(stages[1].exchange().kmc.t_end, 4.0);
    EXPECT_EQ(stages[1].exchange().kmc.exchange_rate, 0.0);
    EXPECT_EQ(stages[1].exchange().kmc.rates, RateRule::published);
    EXPECT_EQ(stages[1].exchange().kmc.stop_at_composition, 0.1);
    const DueTimes due = plan.due_times(0);
    EXPECT_EQ(due.scalars,
              (std::vector<DueTime>{{0, 0.0}, {0, 4.5}, {0, 9.0}, {1, 0.0}, {1, 1.5}, {1, 2.0}, {1, 4.0}}));
    EXPECT_EQ(due.sigma, (std::vector<DueTime>{{0, 0.0}, {0, 9.0}, {1, 0.0}, {1, 4.0}}));
}

TEST(stages, of_a_spec_without_a_list_are_one) {
    const RunSpec spec = support::small_spec(2, 3.0);
    const Plan plan(spec);
    EXPECT_EQ(plan.stages(), 1U);
    EXPECT_EQ(plan.settings(0, 0), static_cast<const Settings&>(spec));
}

TEST(stages, are_written_and_read_back_the_same) {
    const RunSpec spec = parsed(two_stages);
    EXPECT_EQ(parsed(to_toml(spec)), spec) << to_toml(spec);
    auto keys = resolved_keys(spec);
    std::ranges::reverse(keys);
    EXPECT_EQ(spec_of(keys, "record"), spec);
    EXPECT_TRUE(differences(spec, spec).empty());
}

TEST(stages, settings_change_a_stage_that_is_there) {
    const RunSpec spec = parsed(two_stages, {"stage.2.t_end=2.5", "stage.1.model.kT=1"});
    EXPECT_EQ(Plan(spec).settings(0, 1).exchange().kmc.t_end, 2.5);
    EXPECT_EQ(differences(parsed(two_stages), parsed(two_stages, {"stage.2.t_end=2.5"})),
              std::vector<std::string>{"stage.2: kmc.t_end: 4 here, 2.5 in the record"});
}

struct Bad {
    std::string name;
    std::string text;
    std::string message;
};

class StagesRefuse : public ::testing::TestWithParam<Bad> {};

TEST_P(StagesRefuse, with_one_clear_message) {
    const std::string text = "[crystal]\nshape = \"hexagon\"\nside = 4\n" + GetParam().text;
    EXPECT_EQ(error_of([&] { parsed(text); }), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Inputs, StagesRefuse,
    ::testing::Values(
        Bad{"unknown_key", "[[stage]]\ntend = 3\n",
            "my.toml:5:1: stage.1.tend = 3: unknown key; did you mean t_end?"},
        Bad{"wrong_value", "[[stage]]\n[[stage]]\nkT = -1\n",
            "my.toml:6:1: stage.2.kT = -1: must be a number above 0"},
        Bad{"key_of_the_run", "[[stage]]\nstart = \"xyz\"\n",
            "my.toml:5:1: stage.1.start = \"xyz\": is not a key of a stage: it holds for the whole run"},
        Bad{"single_table", "[stage]\nt_end = 3\n",
            "my.toml:4:2: [stage]: is a list of tables: write [[stage]]"},
        Bad{"no_table", "stage = 3\n",
            "my.toml:4:1: crystal.stage = 3: unknown key; did you mean crystal.shape?"},
        Bad{"time_beyond_the_stage", "[[stage]]\nt_end = 3\nrecord.scalars.times = [4.0]\n",
            "my.toml:6:16: record.scalars.times = [4]: no time may lie beyond kmc.t_end = 3; number 1 of the "
            "list is 4"},
        Bad{"with_monte_carlo", "[monte_carlo]\nsweeps = 100\n[[stage]]\nt_end = 3\n",
            "my.toml:7:1: stage.1.t_end = 3: goes with [kmc] only"}),
    [](const ::testing::TestParamInfo<Bad>& which) { return which.param.name; });

TEST(stages, a_setting_for_one_that_is_not_there_is_refused) {
    EXPECT_EQ(error_of([] { parsed(two_stages, {"stage.3.t_end=2"}); }),
              "--set stage.3.t_end=2: stage.3.t_end = 2: the input has 2 stages, numbered from 1");
    EXPECT_EQ(error_of([] { parsed(two_stages, {"stage.last.t_end=2"}); }),
              "--set stage.last.t_end=2: stage.last.t_end = 2: is no stage: they are numbered from 1, and "
              "written [[stage]]; 1000 at the most");
}

TEST(stages, of_another_number_are_a_difference) {
    const std::vector<std::string> found =
        differences(parsed(two_stages), parsed(two_stages + "[[stage]]\n"));
    EXPECT_EQ(std::ranges::count(found, "[[stage]]: 2 stages here, 3 in the record"), 1);
}

TEST(stages, that_a_spec_was_given_wrongly_are_refused) {
    RunSpec spec = support::small_spec(1, 1.0);
    spec.stages = {{{{"model.kT", {-1.0}}}}};
    EXPECT_EQ(error_of([&] { const Plan plan(spec); }), "stage: model.kT = -1: not allowed");
    spec.stages.clear();
    spec.sweep = {{"model.kT", {{0.2}, {0.0}}}};
    EXPECT_EQ(error_of([&] { const Plan plan(spec); }), "sweep: model.kT = 0: must be a number above 0");
}

/// Two stages by hand with an engine each: the second starts where the first ended, its clock at 0.
TEST(kmc_stage, starts_a_stage_with_the_species_that_the_one_before_left) {
    const Hamiltonian hot = support::make_hamiltonian(support::hexagon(4), {.kT = 0.9, .delta_mu = -1.0});
    const Hamiltonian cold(std::make_shared<Crystal>(hot.crystal()),
                           std::make_shared<Potential>(build_potential(hot.crystal(), 1)),
                           {.kT = 0.4, .epsilon = 0.5, .J = 0.2, .delta_mu = -1.0});
    const KmcParameters first = {.t_end = 2.0};
    const KmcParameters second = {.t_end = 5.0, .exchange_rate = 0.0};
    Kmc exchange(hot, first);
    State state = initial_state(hot, 9, 2);
    exchange.advance(state, 2.0);
    const std::vector<Spin> between = state.sigma;
    State relaxing = make_state(cold, between, {9, 2, 1, Stream::kmc_event});
    Kmc(cold, second).advance(relaxing, 5.0);
    ASSERT_NE(relaxing.sigma, between);

    for (const std::uint64_t budget : {1ULL, 9ULL, 1'000'000ULL}) {
        std::vector<StageModel> stages;
        stages.emplace_back(KmcStage{Kmc(hot, first), make_observables(hot), {0.0, 2.0}, {2.0}});
        stages.emplace_back(KmcStage{Kmc(cold, second), make_observables(cold), {0.0, 1.0, 5.0}, {0.0, 5.0}});
        const Trajectory trajectory =
            trajectory_of(support::run_through(stages, initial_state(hot, 9, 2), budget));
        std::vector<std::uint8_t> expected;
        pack_sigma(between, expected);
        pack_sigma(between, expected);
        pack_sigma(relaxing.sigma, expected);
        EXPECT_EQ(trajectory.sigma, expected) << "budget " << budget;
        ASSERT_EQ(trajectory.stages.size(), 2U);
        EXPECT_EQ(trajectory.stages[0], (StageEnd{Stop::until, 2.0, state.step}));
        EXPECT_EQ(trajectory.stages[1], (StageEnd{Stop::until, 5.0, relaxing.step}));
        EXPECT_EQ(trajectory.steps(), state.step + relaxing.step);
        const std::size_t columns = trajectory.scalars.size() / 5;
        // Composition is kept without exchange; the energy is that of each stage's own model.
        for (const std::size_t sample : {2U, 3U, 4U})
            EXPECT_EQ(trajectory.scalars[sample * columns], trajectory.scalars[columns]);
        EXPECT_EQ(trajectory.scalars[2 * columns + 1], energy(cold, make_state(cold, between, {})).elastic);
        EXPECT_NE(trajectory.scalars[2 * columns + 1], trajectory.scalars[columns + 1]);
    }
}

/// A record of two stages, and one of a run that starts from it.
class StartsFromFrames : public ::testing::Test {
protected:
    void SetUp() override {
        first_.stages = parsed(two_stages).stages;
        first_.exchange().record.scalars.logarithmic = first_.exchange().record.sigma.logarithmic = 0;
        first_.exchange().record.sigma.times.clear();
        go(first_, "first");
    }
    void go(const RunSpec& spec, const std::string& name) const {
        RunOptions options;
        options.out = folder_ / name;
        options.threads = 2;
        run(spec, support::small_input(), options);
    }

    TemporaryFolder folder_;
    RunSpec first_ = support::small_spec(4, 9.0);
};

TEST_F(StartsFromFrames, records_keep_their_stages) {
    const Record record(folder_ / "first");
    EXPECT_EQ(record.header().spec, first_);
    EXPECT_EQ(record.header().due, Plan(first_).due_times(0));
    for (const Trajectory& trajectory : record.trajectories()) {
        ASSERT_EQ(trajectory.stages.size(), 2U);
        EXPECT_GT(trajectory.stages[0].steps, 0U);
        EXPECT_GT(trajectory.stages[1].steps, 0U);
    }
}

TEST_F(StartsFromFrames, each_trajectory_starts_from_the_one_of_its_number_or_all_from_one) {
    const Record record(folder_ / "first");
    RunSpec next = support::small_spec(2, 1.0);
    next.exchange().ensemble.first = 4;
    next.exchange().start = {.start = ExchangeStart::record, .record = folder_ / "first", .xyz = {}};
    next.exchange().record.sigma.times = {0.0};
    const std::size_t frames = record.header().due.sigma.size();
    const auto frame_of = [&](const Record& of, std::size_t k, std::size_t frame) {
        const std::vector<Spin> all = of.sigma(k);
        return std::vector<Spin>(all.begin() + static_cast<std::ptrdiff_t>(37 * frame),
                                 all.begin() + static_cast<std::ptrdiff_t>(37 * (frame + 1)));
    };
    go(next, "each");
    const Record each(folder_ / "each");
    EXPECT_EQ(frame_of(each, 0, 0), frame_of(record, 1, frames - 1));
    EXPECT_EQ(frame_of(each, 1, 0), frame_of(record, 2, frames - 1));
    EXPECT_NE(frame_of(each, 0, 0), frame_of(each, 1, 0));

    next.exchange().start.unit = 6;
    next.exchange().start.frame = 1;
    go(next, "one");
    const Record one(folder_ / "one");
    EXPECT_EQ(frame_of(one, 0, 0), frame_of(record, 3, 1));
    EXPECT_EQ(frame_of(one, 1, 0), frame_of(record, 3, 1));

    next.exchange().ensemble.first = 6;
    next.exchange().start.unit = -1;
    EXPECT_NE(error_of([&] { go(next, "none"); }).find("trajectory 7: the record has 4 of them"),
              std::string::npos);
    next.exchange().ensemble.first = 4;
    next.crystal = Hexagon{5};
    EXPECT_NE(error_of([&] {
                  go(next, "other");
              }).find("its crystal (hexagon, side 4) has other sites than the one to start here"),
              std::string::npos);
    next.crystal = Hexagon{4};
    next.exchange().start.frame = 40;
    EXPECT_NE(error_of([&] { go(next, "late"); }).find("has 10 frames, none is number 40"),
              std::string::npos);
}

TEST_F(StartsFromFrames, an_exported_frame_starts_a_run_as_the_record_does) {
    const Record record(folder_ / "first");
    std::ostringstream text;
    export_atoms(record, 2, {}, text);
    support::write_text(folder_ / "frames.xyz", text.str());
    RunSpec from_record = support::small_spec(2, 3.0);
    from_record.exchange().start = {
        .start = ExchangeStart::record, .record = folder_ / "first", .xyz = {}, .unit = 5, .frame = 1};
    RunSpec from_xyz = from_record;
    from_xyz.exchange().start = {
        .start = ExchangeStart::xyz, .record = {}, .xyz = folder_ / "frames.xyz", .frame = 1};
    go(from_record, "a");
    go(from_xyz, "b");
    EXPECT_EQ(Record(folder_ / "a").trajectories(), Record(folder_ / "b").trajectories());
    EXPECT_EQ(Record(folder_ / "a").sigma(1), Record(folder_ / "b").sigma(1));
}

}  // namespace
}  // namespace misfit
