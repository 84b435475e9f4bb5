#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <random>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "misfit/input/spec_reader.hpp"
#include "misfit/store/files.hpp"
#include "support/equilibrium.hpp"
#include "support/record_contents.hpp"
#include "support/runs.hpp"

namespace misfit {
namespace {

using support::equilibrium_spec;
using support::error_of;
using support::expect_same_contents;
using support::TemporaryFolder;

/// A kind of equilibrium run: what is added to the small input, and to its [monte_carlo].
struct Kind {
    const char* name;
    std::string added;
};
std::ostream& operator<<(std::ostream& out, const Kind& kind) { return out << kind.name; }

const std::string text = "# a small equilibrium\n";

RunSpec spec_of(const Kind& kind) {
    RunSpec spec = equilibrium_spec(kind.added);
    // Some rounds of 200,000 attempts a chain, or an exchange of replicas each; some tenths of a second in
    // all.
    spec.equilibrium().monte_carlo.equilibration = 1'000;
    spec.equilibrium().monte_carlo.sweeps = 15'000;
    spec.equilibrium().monte_carlo.sample_interval = 30;
    spec.equilibrium().monte_carlo.frames = 7;
    return spec;
}

RunOptions options_for(const std::filesystem::path& out, int threads) {
    RunOptions options;
    options.out = out;
    options.threads = threads;
    return options;
}

class EquilibriumResume : public testing::TestWithParam<Kind> {
protected:
    std::filesystem::path record(const std::string& name) const { return folder_ / (name + "/record.h5"); }
    RunOutcome run_in(const std::string& name, int threads) const {
        return run(spec_, text, options_for(folder_ / name, threads));
    }
    bool has_checkpoint(const std::string& name) const {
        std::error_code missing;
        for (const auto& entry : std::filesystem::directory_iterator(folder_ / (name + "/parts"), missing))
            if (entry.path().extension() == ".checkpoint") return true;
        return false;
    }

    TemporaryFolder folder_;
    RunSpec spec_ = spec_of(GetParam());
};

TEST_P(EquilibriumResume, gives_the_same_record_on_any_number_of_threads) {
    ASSERT_EQ(run_in("one", 1), RunOutcome::complete);
    const EquilibriumRecord one(folder_ / "one");
    for (std::size_t point = 0; point < one.points(); ++point) EXPECT_EQ(one.chains()[point].size(), 2U);
    for (const LadderReport& ladder : one.ladders()) EXPECT_GT(ladder.round_trips, 0U);
    for (const int threads : {2, 3}) {
        ASSERT_EQ(run_in(std::to_string(threads), threads), RunOutcome::complete);
        expect_same_contents(record("one"), record(std::to_string(threads)));
    }
}

TEST_P(EquilibriumResume, after_interrupts_at_random_instants_ends_the_same) {
    ASSERT_EQ(run_in("whole", 2), RunOutcome::complete);
    std::mt19937 random(3);
    int interrupts = 0;
    for (bool complete = false; !complete; ++interrupts) {
        RunOptions options = options_for(folder_ / "cut", 1 + interrupts % 3);
        options.resume = true;
        options.checkpoint_seconds = interrupts % 2 == 0 ? 1e9 : 0.005;  // the interrupt's checkpoint must do
        std::atomic<bool> interrupt{false};
        options.interrupt = &interrupt;
        const auto wait = support::while_before_stop(interrupts, 200, 12'000, random);
        std::jthread bell([&] {
            std::this_thread::sleep_for(wait);
            interrupt = true;
        });
        complete = run(spec_, text, options) == RunOutcome::complete;
    }
    EXPECT_GT(interrupts, 2);
    expect_same_contents(record("whole"), record("cut"));
}

TEST_P(EquilibriumResume, after_kills_at_random_instants_ends_the_same) {
    ASSERT_EQ(run_in("whole", 2), RunOutcome::complete);
    std::mt19937 random(12);
    int kills = 0;
    for (bool complete = false; !complete;) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            RunOptions options = options_for(folder_ / "killed", 1 + kills % 3);
            options.resume = true;
            options.checkpoint_seconds = 0.002;
            int status = 1;
            try {
                if (run(spec_, text, options) == RunOutcome::complete) status = 0;
            } catch (const std::exception& error) {
                std::fputs(error.what(), stderr);
            }
            ::_exit(status);
        }
        // The first kills come soon, when the folder is only half made.
        std::this_thread::sleep_for(support::while_before_stop(kills, 200, 20'000, random));
        ::kill(child, SIGKILL);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        complete = WIFEXITED(status);
        ASSERT_TRUE(!complete || WEXITSTATUS(status) == 0);
        kills += complete ? 0 : 1;
    }
    EXPECT_GT(kills, 2);
    expect_same_contents(record("whole"), record("killed"));
}

TEST_P(EquilibriumResume, with_damaged_checkpoints_ends_the_same) {
    ASSERT_EQ(run_in("whole", 1), RunOutcome::complete);
    RunOptions options = options_for(folder_ / "cut", 2);
    options.checkpoint_seconds = 0.0;
    std::atomic<bool> interrupt{false};
    options.interrupt = &interrupt;
    std::jthread watch([&](const std::stop_token& stop) {
        while (!stop.stop_requested() && !interrupt) {
            std::this_thread::sleep_for(std::chrono::microseconds(100));
            interrupt = has_checkpoint("cut");
        }
    });
    ASSERT_EQ(run(spec_, text, options), RunOutcome::interrupted);
    int damaged = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "cut/parts"))
        if (entry.path().extension() == ".checkpoint") {
            replace_file(entry.path(), Bytes(100, 0));
            ++damaged;
        }
    ASSERT_GE(damaged, 1);
    options.interrupt = nullptr;
    options.resume = true;
    std::atomic<int> warnings = 0;
    options.on_warning = [&](const std::string& warning) {
        warnings += warning.find(".checkpoint") == std::string::npos ? 0 : 1;
    };
    ASSERT_EQ(run(spec_, text, options), RunOutcome::complete);
    EXPECT_EQ(warnings, damaged);
    expect_same_contents(record("whole"), record("cut"));
}

TEST_P(EquilibriumResume, is_refused_with_another_sweep_or_other_chains) {
    RunOptions options = options_for(folder_ / "cut", 1);
    std::atomic<bool> interrupt{true};
    options.interrupt = &interrupt;
    ASSERT_EQ(run(spec_, text, options), RunOutcome::interrupted);
    EXPECT_NE(error_of([&] { run(spec_, text, options); }).find("--resume"), std::string::npos);
    options.resume = true;
    RunSpec other = spec_;
    other.equilibrium().monte_carlo.seed = 6;
    EXPECT_NE(error_of([&] { run(other, text, options); }).find("monte_carlo.seed: 6 here, 5 in the record"),
              std::string::npos);
    other = spec_;
    other.sweep.front().values.pop_back();
    EXPECT_NE(error_of([&] { run(other, text, options); }).find("[sweep]: other keys or values"),
              std::string::npos);
    EXPECT_EQ(EquilibriumRecord(folder_ / "cut").header().spec, spec_);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, EquilibriumResume,
    testing::Values(Kind{"chains",
                         "[sweep]\n\"crystal.shell.stiffness\" = [4.0, 6.0]\n\"model.kT\" = [0.6, 0.3]\n"},
                    Kind{"replicas_over_stiffness",
                         "[sweep]\n\"crystal.shell.stiffness\" = [4.0, 5.0, 6.0]\n[replica_exchange]\n"
                         "over = \"crystal.shell.stiffness\"\ninterval = 200\n"},
                    Kind{"stages",
                         "[sweep]\n\"crystal.shell.stiffness\" = [4.0, 6.0]\n"
                         "[[stage]]\nkT = 1.0\nsweeps = 4000\n"
                         "[[stage]]\nmoves = \"flip\"\nepsilon = 0.5\nsweeps = 5000\n"
                         "[[stage]]\nequilibration = 0\nsweeps = 6000\n"},
                    Kind{"stages_of_replicas",
                         "[sweep]\n\"crystal.shell.stiffness\" = [4.0, 5.0, 6.0]\n[replica_exchange]\n"
                         "over = \"crystal.shell.stiffness\"\ninterval = 100\n"
                         "[[stage]]\nkT = 1.0\nsweeps = 6000\n[[stage]]\nsweeps = 9000\n"},
                    Kind{"flips_over_kT",
                         "moves = \"flip\"\n[sweep]\n\"model.kT\" = [0.5, 0.6, 0.8]\n"
                         "[replica_exchange]\nover = \"model.kT\"\ninterval = 190\n"}),
    [](const auto& kind) { return std::string(kind.param.name); });

}  // namespace
}  // namespace misfit
