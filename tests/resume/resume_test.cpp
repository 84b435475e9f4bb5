#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <random>
#include <string>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

#include "misfit/folder/run_folder.hpp"
#include "misfit/input/spec_reader.hpp"
#include "misfit/store/files.hpp"
#include "support/runs.hpp"

namespace misfit {
namespace {

using support::error_of;
using support::expect_same_record;
using support::small_input;
using support::small_spec;
using support::TemporaryFolder;

RunOptions options_for(const std::filesystem::path& out, int threads) {
    RunOptions options;
    options.out = out;
    options.threads = threads;
    return options;
}

/// Runs until complete, interrupted again and again after a random while; how often it was.
int run_with_interrupts(const RunSpec& spec, RunOptions options, std::mt19937& random) {
    options.resume = true;
    options.checkpoint_seconds = 0.0;
    for (int interrupts = 0;; ++interrupts) {
        options.threads = 1 + interrupts % 3;
        std::atomic<bool> interrupt{false};
        options.interrupt = &interrupt;
        const auto wait = support::while_before_stop(interrupts, 500, 60'000, random);
        std::jthread bell([&] {
            std::this_thread::sleep_for(wait);
            interrupt = true;
        });
        if (run(spec, small_input(), options) == RunOutcome::complete) return interrupts;
    }
}

TEST(run, gives_the_same_record_on_any_number_of_threads) {
    const TemporaryFolder folder;
    const RunSpec spec = small_spec(7, 200.0);
    ASSERT_EQ(run(spec, small_input(), options_for(folder / "one", 1)), RunOutcome::complete);
    const Record one(folder / "one");
    EXPECT_EQ(one.trajectories().size(), 7U);
    EXPECT_EQ(one.trajectories().front().unit, 3U);
    for (const int threads : {2, 5, 16}) {
        const auto out = folder / std::to_string(threads);
        ASSERT_EQ(run(spec, small_input(), options_for(out, threads)), RunOutcome::complete);
        expect_same_record(one, Record(out));
    }
}

TEST(run, of_one_trajectory_alone_gives_that_trajectory_of_the_ensemble) {
    const TemporaryFolder folder;
    RunSpec spec = small_spec(4, 100.0);
    run(spec, small_input(), options_for(folder / "all", 2));
    spec.exchange().ensemble.first = 5;
    spec.exchange().ensemble.trajectories = 1;
    run(spec, small_input(), options_for(folder / "alone", 1));
    const Record all(folder / "all");
    const Record alone(folder / "alone");
    EXPECT_EQ(alone.trajectories().at(0), all.trajectories().at(2));
    EXPECT_EQ(alone.sigma(0), all.sigma(2));
}

TEST(run, leaves_record_and_input_and_nothing_else) {
    const TemporaryFolder folder;
    const RunSpec spec = small_spec(2, 10.0);
    run(spec, small_input(), options_for(folder / "out", 1));
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "out"))
        names.push_back(entry.path().filename());
    std::ranges::sort(names);
    EXPECT_EQ(names, (std::vector<std::string>{"input.toml", "record.h5"}));
    EXPECT_EQ(parse_spec(read_text(folder / "out/input.toml"), "input.toml"), spec);
    EXPECT_EQ(Record(folder / "out").header().input_text, small_input());
}

TEST(resume, after_interrupts_ends_bit_for_bit_as_the_uninterrupted_run) {
    const TemporaryFolder folder;
    const RunSpec spec = small_spec(5, 6000.0);
    run(spec, small_input(), options_for(folder / "whole", 2));
    const Record whole(folder / "whole");
    std::mt19937 random(11);
    int interrupts = 0;
    for (const char* name : {"a", "b", "c"}) {
        interrupts += run_with_interrupts(spec, options_for(folder / name, 1), random);
        expect_same_record(whole, Record(folder / name));
    }
    EXPECT_GT(interrupts, 3);
}

TEST(resume, across_stages_ends_bit_for_bit_as_the_uninterrupted_run) {
    const TemporaryFolder folder;
    RunSpec spec = small_spec(4, 3000.0);
    spec.stages = {{{{"model.kT", {0.7}}, {"kmc.t_end", {3000.0}}}},
                   {{{"kmc.t_end", {3000.0}}, {"kmc.exchange_rate", {0.0}}}},
                   {{{"kmc.t_end", {2000.0}}, {"kmc.swaps", {"nearest"}}}}};
    run(spec, small_input(), options_for(folder / "whole", 2));
    const Record whole(folder / "whole");
    std::mt19937 random(14);
    int interrupts = 0;
    for (const char* name : {"a", "b", "c"}) {
        interrupts += run_with_interrupts(spec, options_for(folder / name, 1), random);
        expect_same_record(whole, Record(folder / name));
    }
    EXPECT_GT(interrupts, 3);
}

TEST(resume, after_kills_ends_bit_for_bit_as_the_uninterrupted_run) {
    const TemporaryFolder folder;
    const RunSpec spec = small_spec(6, 6000.0);
    run(spec, small_input(), options_for(folder / "whole", 2));
    std::mt19937 random(12);
    int kills = 0;
    for (bool complete = false; !complete;) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            RunOptions options = options_for(folder / "killed", 1 + kills % 2);
            options.resume = true;
            options.checkpoint_seconds = 0.0;
            int status = 1;
            try {
                if (run(spec, small_input(), options) == RunOutcome::complete) status = 0;
            } catch (const std::exception& error) {
                std::fputs(error.what(), stderr);
            }
            ::_exit(status);
        }
        // The first kills come soon, when the folder is only half made.
        std::this_thread::sleep_for(support::while_before_stop(kills, 200, 6'000, random));
        ::kill(child, SIGKILL);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        complete = WIFEXITED(status);
        ASSERT_TRUE(!complete || WEXITSTATUS(status) == 0);
        kills += complete ? 0 : 1;
    }
    EXPECT_GT(kills, 3);
    expect_same_record(Record(folder / "whole"), Record(folder / "killed"));
}

/// A run of long trajectories that was interrupted after some of them.
class InterruptedRun : public ::testing::Test {
protected:
    InterruptedRun() {
        RunOptions options = options_for(out_, 1);
        options.checkpoint_seconds = 1e-9;
        // An interrupt between two trajectories leaves no checkpoint: then once more.
        for (; !has_checkpoint(); options.resume = true) {
            std::atomic<bool> interrupt{false};
            options.interrupt = &interrupt;
            // As soon as the first trajectory is in its part and another is under way.
            std::jthread watch([&](const std::stop_token& stop) {
                std::error_code missing;
                const std::filesystem::path part = out_ / "parts/0.part";
                while (!stop.stop_requested() && !interrupt) {
                    std::this_thread::sleep_for(std::chrono::microseconds(100));
                    const auto size = std::filesystem::file_size(part, missing);
                    interrupt = !missing && size > 1000 && has_checkpoint();
                }
            });
            interrupt_once(options);
            if (HasFatalFailure()) return;
        }
    }
    void interrupt_once(const RunOptions& options) const {
        ASSERT_EQ(run(spec_, small_input(), options), RunOutcome::interrupted);
    }
    bool has_checkpoint() const {
        for (std::uint32_t unit = 0; unit < spec_.exchange().ensemble.trajectories; ++unit)
            if (std::filesystem::exists(out_ / fmt::format("parts/unit-{}.checkpoint", unit))) return true;
        return false;
    }
    std::string refusal(const RunSpec& spec, const RunOptions& options) const {
        return error_of([&] { run(spec, small_input(), options); });
    }
    RunOptions resuming() const {
        RunOptions options = options_for(out_, 2);
        options.resume = true;
        return options;
    }

    TemporaryFolder folder_;
    std::filesystem::path out_ = folder_ / "out";
    RunSpec spec_ = small_spec(12, 8000.0);
};

TEST_F(InterruptedRun, is_read_as_a_record_of_what_is_finished) {
    const Record so_far(out_);
    EXPECT_FALSE(so_far.header().complete);
    EXPECT_GE(so_far.trajectories().size(), 1U);
    EXPECT_LT(so_far.trajectories().size(), 12U);
    EXPECT_EQ(so_far.header().spec, spec_);
    std::filesystem::path file;
    {
        const Record again(out_);
        file = again.file();
        EXPECT_TRUE(std::filesystem::exists(file));
    }
    EXPECT_FALSE(std::filesystem::exists(file));
    ASSERT_EQ(run(spec_, small_input(), resuming()), RunOutcome::complete);
    const Record whole(out_);
    for (const Trajectory& each : so_far.trajectories())
        EXPECT_EQ(whole.trajectories()[whole.index_of(each.unit)], each);
}

TEST_F(InterruptedRun, is_neither_begun_again_nor_overwritten_unasked) {
    EXPECT_NE(refusal(spec_, options_for(out_, 1)).find("unfinished run"), std::string::npos);
    RunOptions both = resuming();
    both.overwrite = true;
    EXPECT_NE(refusal(spec_, both).find("not both"), std::string::npos);
    EXPECT_GE(Record(out_).trajectories().size(), 1U);
}

TEST_F(InterruptedRun, is_not_resumed_with_other_input_and_the_difference_is_named) {
    RunSpec other = spec_;
    other.model.kT = 0.25;
    const std::string text = refusal(other, resuming());
    EXPECT_NE(text.find("model.kT"), std::string::npos) << text;
    EXPECT_NE(text.find("0.25"), std::string::npos) << text;
}

TEST_F(InterruptedRun, whose_input_has_been_changed_says_that_it_would_not_be_read) {
    const std::filesystem::path input = out_ / "input.toml";
    const std::string own = read_text(input);
    support::write_text(input, own + "\n[ensemble]\ntrajectories = 2\n");
    EXPECT_NE(refusal(spec_, resuming()).find("input.toml: has been changed since the run began"),
              std::string::npos);
    std::filesystem::remove(input);
    EXPECT_EQ(run(spec_, small_input(), resuming()), RunOutcome::complete);
    EXPECT_EQ(read_text(input), own);
}

TEST_F(InterruptedRun, is_not_resumed_by_another_version_or_with_another_potential_or_arithmetic) {
    const RunFolder folder(out_);
    const RunNotes notes = *read_notes(folder.notes_file());
    RunNotes other = notes;
    other.misfit_version = "9.9.9";
    write_notes(folder.notes_file(), other);
    EXPECT_NE(refusal(spec_, resuming()).find("misfit 9.9.9"), std::string::npos);
    other = notes;
    other.potential_hash = "0123";
    write_notes(folder.notes_file(), other);
    EXPECT_NE(refusal(spec_, resuming()).find("potential 0123"), std::string::npos);
    other = notes;
    ++other.provenance.arithmetic;
    write_notes(folder.notes_file(), other);
    EXPECT_NE(refusal(spec_, resuming()).find("rounds otherwise"), std::string::npos);
    write_notes(folder.notes_file(), notes);
    EXPECT_EQ(run(spec_, small_input(), resuming()), RunOutcome::complete);
}

TEST_F(InterruptedRun, adds_up_the_wall_time_of_its_starts) {
    const double before = read_notes(RunFolder(out_).notes_file())->provenance.wall_seconds;
    EXPECT_GT(before, 0.0);
    run(spec_, small_input(), resuming());
    EXPECT_GT(Record(out_).provenance().wall_seconds, before);
}

TEST_F(InterruptedRun, with_a_damaged_checkpoint_ends_the_same) {
    const TemporaryFolder other;
    run(spec_, small_input(), options_for(other / "whole", 2));
    int damaged = 0;
    for (const auto& entry : std::filesystem::directory_iterator(out_ / "parts"))
        if (entry.path().extension() == ".checkpoint") {
            replace_file(entry.path(), Bytes(100, 0));
            ++damaged;
        }
    EXPECT_EQ(damaged, 1);
    RunOptions options = resuming();
    int warnings = 0;
    options.on_warning = [&](const std::string&) { ++warnings; };
    ASSERT_EQ(run(spec_, small_input(), options), RunOutcome::complete);
    EXPECT_EQ(warnings, 1);
    expect_same_record(Record(other / "whole"), Record(out_));
}

TEST_F(InterruptedRun, keeps_a_second_run_out_while_one_goes_on) {
    const FolderLock going_on(out_);
    EXPECT_NE(refusal(spec_, resuming()).find("another run"), std::string::npos);
}

TEST(finished_run, is_replaced_only_when_told_to) {
    const TemporaryFolder folder;
    const RunSpec spec = small_spec(2, 10.0);
    run(spec, small_input(), options_for(folder / "out", 1));
    const Bytes record = read_file(folder / "out/record.h5");
    EXPECT_NE(
        error_of([&] { run(spec, small_input(), options_for(folder / "out", 1)); }).find("finished record"),
        std::string::npos);

    RunOptions options = options_for(folder / "out", 1);
    options.resume = true;
    EXPECT_EQ(run(spec, small_input(), options), RunOutcome::complete);  // nothing to do
    RunSpec other = spec;
    other.exchange().ensemble.seed = 8;
    EXPECT_NE(error_of([&] { run(other, small_input(), options); }).find("ensemble.seed"), std::string::npos);
    EXPECT_EQ(read_file(folder / "out/record.h5"), record);

    options.resume = false;
    options.overwrite = true;
    EXPECT_EQ(run(other, small_input(), options), RunOutcome::complete);
    EXPECT_EQ(Record(folder / "out").header().spec, other);
}

TEST(run, refuses_a_folder_it_cannot_write_and_an_input_file_it_did_not_write) {
    const TemporaryFolder folder;
    const RunSpec spec = small_spec(1, 1.0);
    support::write_text(folder / "file", "not a folder");
    EXPECT_NE(
        error_of([&] { run(spec, small_input(), options_for(folder / "file/out", 1)); }).find("file/out"),
        std::string::npos);
    std::filesystem::create_directory(folder / "mine");
    support::write_text(folder / "mine/input.toml", "# mine\n");
    EXPECT_NE(error_of([&] { run(spec, small_input(), options_for(folder / "mine", 1)); }).find("input.toml"),
              std::string::npos);
    EXPECT_EQ(read_text(folder / "mine/input.toml"), "# mine\n");
}

TEST(run, that_does_not_fit_memory_is_refused_with_what_fits) {
    RunSpec spec = small_spec(1, 1.0);
    spec.crystal = Hexagon{10000};
    const TemporaryFolder folder;
    const std::string text = error_of([&] { run(spec, small_input(), options_for(folder / "out", 1)); });
    EXPECT_NE(text.find("crystal.side = 10000: N = 299970001 sites need 639 PiB to build V"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("the largest hexagon that fits has side "), std::string::npos) << text;
    EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}

TEST(run, without_an_elastic_term_has_no_potential) {
    const TemporaryFolder folder;
    RunSpec spec = small_spec(3, 5.0);
    spec.model.epsilon = 0.0;
    EXPECT_EQ(run(spec, small_input(), options_for(folder / "out", 2)), RunOutcome::complete);
    EXPECT_EQ(Record(folder / "out").header().potential_hash, "");
}

}  // namespace
}  // namespace misfit
