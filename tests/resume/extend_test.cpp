#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <string>
#include <thread>

#include "misfit/folder/run_folder.hpp"
#include "misfit/input/spec_text.hpp"
#include "misfit/run/extension.hpp"
#include "misfit/store/files.hpp"
#include "support/equilibrium.hpp"
#include "support/record_contents.hpp"
#include "support/runs.hpp"

namespace misfit {
namespace {

using support::equilibrium_spec;
using support::error_of;
using support::expect_same_contents;
using support::small_input;
using support::small_spec;
using support::TemporaryFolder;

RunSpec two_stages() {
    RunSpec spec = small_spec(3, 300.0);
    spec.stages = {{{{"kmc.t_end", {300.0}}}}, {{{"kmc.t_end", {200.0}}, {"kmc.exchange_rate", {0.0}}}}};
    return spec;
}

/// Some trajectories reach the composition before the run's end, some in the extension.
RunSpec some_ended() {
    RunSpec spec = small_spec(12, 20.0);
    spec.exchange().kmc.stop_at_composition = 0.08;
    return spec;
}

RunSpec by_blocks() {
    RunSpec spec = small_spec(3, 30.0);
    spec.elastic = ElasticKind::blocks;
    return spec;
}

RunSpec chains(const std::string& added) {
    RunSpec spec = equilibrium_spec(added);
    spec.equilibrium().monte_carlo.equilibration = 100;
    spec.equilibrium().monte_carlo.sweeps = 3'000;
    spec.equilibrium().monte_carlo.sample_interval = 30;
    spec.equilibrium().monte_carlo.frames = 4;
    return spec;
}

const std::string temperatures = "[sweep]\nmodel.kT = [0.4, 0.6, 0.8]\n";

struct Case {
    const char* name;
    RunSpec spec;
    std::string extend;
};
std::ostream& operator<<(std::ostream& out, const Case& each) { return out << each.name; }

class Extend : public testing::TestWithParam<Case> {
protected:
    RunOptions options(const std::string& name, int threads, const std::string& extend = {}) const {
        RunOptions options;
        options.out = folder_ / name;
        options.threads = threads;
        options.extend = extend;
        return options;
    }
    std::filesystem::path record(const std::string& name) const { return folder_ / (name + "/record.h5"); }
    RunOutcome run_with(const RunOptions& options) const {
        return run(GetParam().spec, small_input(), options);
    }

    TemporaryFolder folder_;
    RunSpec long_spec_ = extended_spec(GetParam().spec, GetParam().extend);
};

TEST_P(Extend, gives_what_one_long_run_gives) {
    ASSERT_EQ(run(long_spec_, small_input(), options("long", 2)), RunOutcome::complete);
    ASSERT_EQ(run_with(options("out", 2)), RunOutcome::complete);
    const Bytes before = read_file(record("out"));
    ASSERT_EQ(run_with(options("out", 1, GetParam().extend)), RunOutcome::complete);
    EXPECT_NE(read_file(record("out")), before);
    expect_same_contents(record("long"), record("out"));
    EXPECT_EQ(read_text(folder_ / "out/input.toml"), to_toml(long_spec_));
    // Once more there is nothing to do.
    const Bytes after = read_file(record("out"));
    ASSERT_EQ(run_with(options("out", 1, GetParam().extend)), RunOutcome::complete);
    EXPECT_EQ(read_file(record("out")), after);
}

TEST_P(Extend, interrupted_again_and_again_keeps_the_record_until_the_longer_one_is_whole) {
    ASSERT_EQ(run(long_spec_, small_input(), options("long", 2)), RunOutcome::complete);
    ASSERT_EQ(run_with(options("out", 2)), RunOutcome::complete);
    const Bytes before = read_file(record("out"));
    RunOptions extending = options("out", 2, GetParam().extend);
    std::atomic<bool> interrupt = false;
    extending.interrupt = &interrupt;
    extending.on_progress = [&](const Progress& progress) {
        if (progress.phase == "units") interrupt = true;  // before anything is done
    };
    ASSERT_EQ(run_with(extending), RunOutcome::interrupted);
    extending.on_progress = {};
    EXPECT_EQ(read_file(record("out")), before);
    RunOptions resuming = options("out", 1);
    resuming.resume = true;
    EXPECT_NE(error_of([&] { run_with(resuming); }).find("an extension of this run is under way"),
              std::string::npos);
    for (int interrupts = 0;; ++interrupts) {
        interrupt = false;
        std::jthread bell([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(1 << std::min(interrupts, 12)));
            interrupt = true;
        });
        if (run_with(extending) == RunOutcome::complete) break;
    }
    expect_same_contents(record("long"), record("out"));
}

TEST_P(Extend, twice_gives_what_one_long_run_gives) {
    ASSERT_EQ(run_with(options("out", 2)), RunOutcome::complete);
    ASSERT_EQ(run_with(options("out", 2, GetParam().extend)), RunOutcome::complete);
    const bool is_exchange = GetParam().spec.kind() == Method::exchange;
    const std::string again = is_exchange ? "t_end=1000" : "sweeps=9000";
    const RunSpec longest = extended_spec(long_spec_, again);
    ASSERT_EQ(run(longest, small_input(), options("long", 2)), RunOutcome::complete);
    ASSERT_EQ(run(long_spec_, small_input(), options("out", 2, again)), RunOutcome::complete);
    expect_same_contents(record("long"), record("out"));
}

INSTANTIATE_TEST_SUITE_P(
    runs, Extend,
    testing::Values(
        Case{"trajectories", small_spec(3, 300.0), "t_end=700"},
        Case{"some_ended", some_ended(), "t_end=77.7"}, Case{"stages", two_stages(), "t_end=450"},
        Case{"more", small_spec(3, 300.0), "trajectories=7"}, Case{"blocks", by_blocks(), "t_end=70"},
        Case{"more_stages", two_stages(), "trajectories=4"}, Case{"chains", chains(""), "sweeps=4500"},
        Case{"sweep", chains(temperatures), "sweeps=6000"},
        Case{"replicas", chains(temperatures + "[replica_exchange]\nover = \"model.kT\"\ninterval = 50\n"),
             "sweeps=4500"},
        Case{"annealing", chains("[[stage]]\nkT = 1.0\nsweeps = 2000\n[[stage]]\nkT = 0.4\nsweeps = 3000\n"),
             "sweeps=6000"}),
    [](const auto& each) { return std::string(each.param.name); });

RunOptions options_in(const std::filesystem::path& out, int threads, bool resume = false) {
    RunOptions options;
    options.out = out;
    options.threads = threads;
    options.resume = resume;
    return options;
}

/// The due times of a schedule to the end of the only stage.
std::vector<double> times_of(const RunSpec& spec, const ScheduleParameters RecordParameters::* schedule) {
    return due_times(spec.exchange().record.*schedule, spec.exchange().kmc.t_end);
}

TEST(extended_spec, keeps_the_due_times_and_goes_on_in_the_same_steps) {
    RunSpec spec = small_spec(1, 100.0);
    spec.exchange().record.scalars = {.linear = 5, .logarithmic = 3, .log_start = 1.0, .times = {33.0}};
    spec.exchange().record.sigma = {.linear = 0, .logarithmic = 0, .log_start = 1.0, .times = {10.0}};
    const RunSpec longer = extended_spec(spec, "t_end=180");
    EXPECT_EQ(longer.exchange().kmc.t_end, 180.0);
    EXPECT_EQ(
        times_of(longer, &RecordParameters::scalars),
        (std::vector<double>{0.0, 1.0, 10.0, 25.0, 33.0, 50.0, 75.0, 100.0, 125.0, 150.0, 175.0, 180.0}));
    EXPECT_EQ(times_of(longer, &RecordParameters::sigma), std::vector<double>{10.0});
    // Again: 180 lies between two steps, and was recorded.
    EXPECT_EQ(times_of(extended_spec(longer, "t_end=230"), &RecordParameters::scalars),
              (std::vector<double>{0.0, 1.0, 10.0, 25.0, 33.0, 50.0, 75.0, 100.0, 125.0, 150.0, 175.0, 180.0,
                                   200.0, 225.0, 230.0}));

    spec.exchange().record.sigma = {.linear = 0, .logarithmic = 3, .log_start = 1.0, .times = {}};
    const std::vector<double> decades = times_of(extended_spec(spec, "t_end=1500"), &RecordParameters::sigma);
    ASSERT_EQ(decades.size(), 5U);
    for (int k = 0; k < 4; ++k) EXPECT_DOUBLE_EQ(decades[static_cast<std::size_t>(k)], std::pow(10.0, k));
    EXPECT_EQ(decades[4], 1500.0);
}

TEST(extended_spec, refuses_what_is_no_extension) {
    const RunSpec spec = small_spec(1, 100.0);
    const auto refusal = [](const RunSpec& of, const std::string& setting) {
        return error_of([&] { extended_spec(of, setting); });
    };
    EXPECT_EQ(refusal(spec, "t_end=100"),
              "--extend t_end=100: must be a number above 100, where the run ends");
    EXPECT_EQ(refusal(spec, "sweeps=100"),
              "--extend sweeps=100: must be t_end=TIME or trajectories=NUMBER for this run");
    EXPECT_EQ(refusal(spec, "t_end"),
              "--extend t_end: must be t_end=TIME or trajectories=NUMBER for this run");
    EXPECT_EQ(refusal(spec, "trajectories=1"),
              "--extend trajectories=1: must be a number above 1, where the run ends");
    EXPECT_EQ(refusal(spec, "trajectories=2.5"), "--extend trajectories=2.5: must be an integer");
    for (const char* end : {"soon", "-1", "1e999", "inf", "nan"})
        EXPECT_EQ(refusal(spec, fmt::format("t_end={}", end)),
                  fmt::format("--extend t_end={}: must be a number above 100, where the run ends", end));
    EXPECT_EQ(
        refusal(spec, "t_end=1e12"),
        "--extend t_end=1e12: would make 2e+11 due times in the steps of the run; must be at most 10000000");
    EXPECT_EQ(refusal(chains(""), "sweeps=3100"),
              "--extend sweeps=3100: must be a multiple of 750, for frames to go on as they were");
    EXPECT_EQ(refusal(chains(""), "t_end=3100"), "--extend t_end=3100: must be sweeps=NUMBER for this run");
}

TEST(extend, takes_the_input_of_the_beginning_however_often_the_run_was_extended) {
    const TemporaryFolder folder;
    const RunSpec spec = small_spec(2, 20.0);
    RunOptions options;
    options.out = folder / "out";
    options.threads = 1;
    ASSERT_EQ(run(spec, small_input(), options), RunOutcome::complete);
    for (const char* end : {"t_end=33", "trajectories=3", "t_end=50", "t_end=50"}) {
        options.extend = end;
        ASSERT_EQ(run(spec, small_input(), options), RunOutcome::complete) << end;
    }
    const RunSpec longest = input_of(options.out, false).spec;
    EXPECT_TRUE(is_extension(longest, spec));
    EXPECT_FALSE(is_extension(spec, longest));
    options = options_in(folder / "long", 2);
    ASSERT_EQ(run(longest, small_input(), options), RunOutcome::complete);
    expect_same_contents(folder / "long/record.h5", folder / "out/record.h5");
    // Nothing is left to do for who asks for the run that it began with.
    options = options_in(folder / "out", 1, true);
    EXPECT_EQ(run(spec, small_input(), options), RunOutcome::complete);
    RunSpec denser = spec;
    denser.exchange().record.scalars.times = {1.5};
    EXPECT_NE(error_of([&] { run(denser, small_input(), options); }).find("record.scalars.times"),
              std::string::npos);
}

TEST(input_of, a_folder_is_the_extension_that_is_under_way_in_it) {
    const TemporaryFolder folder;
    RunOptions options = options_in(folder / "out", 1);
    ASSERT_EQ(run(small_spec(2, 20.0), small_input(), options), RunOutcome::complete);
    std::atomic<bool> interrupt = true;
    options.interrupt = &interrupt;
    options.extend = "t_end=40";
    ASSERT_EQ(run(small_spec(2, 20.0), small_input(), options), RunOutcome::interrupted);
    EXPECT_EQ(input_of(options.out, true).spec, small_spec(2, 20.0));
    const FolderInput longer = input_of(options.out, false);
    EXPECT_EQ(longer.spec, extended_spec(small_spec(2, 20.0), "t_end=40"));
    EXPECT_EQ(longer.input_text, small_input());
    ASSERT_EQ(run(longer.spec, longer.input_text, options_in(options.out, 1, true)), RunOutcome::complete);
    ASSERT_EQ(run(longer.spec, small_input(), options_in(folder / "long", 1)), RunOutcome::complete);
    expect_same_contents(folder / "long/record.h5", folder / "out/record.h5");
    EXPECT_NE(error_of([&] { input_of(folder.path(), false); }).find("is a folder without a run"),
              std::string::npos);
}

TEST(extend, needs_the_finished_run_that_it_names) {
    const TemporaryFolder folder;
    const RunSpec spec = small_spec(2, 20.0);
    RunOptions options;
    options.out = folder / "out";
    options.threads = 1;
    options.extend = "t_end=40";
    const auto refusal = [&](const RunSpec& of) {
        return error_of([&] { run(of, small_input(), options); });
    };
    EXPECT_NE(refusal(spec).find("holds no finished run to extend"), std::string::npos);
    options.extend.clear();
    run(spec, small_input(), options);
    options.extend = "t_end=40";
    RunSpec other = spec;
    other.exchange().ensemble.seed = 8;
    EXPECT_NE(refusal(other).find("ensemble.seed"), std::string::npos);
    options.overwrite = true;
    EXPECT_NE(refusal(spec).find("not both"), std::string::npos);
}

}  // namespace
}  // namespace misfit
