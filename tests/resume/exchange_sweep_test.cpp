#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <string>
#include <thread>

#include "misfit/input/plan.hpp"
#include "misfit/input/spec_reader.hpp"
#include "misfit/input/spec_text.hpp"
#include "misfit/run/extension.hpp"
#include "misfit/run/merge.hpp"
#include "support/record_contents.hpp"
#include "support/runs.hpp"

namespace misfit {
namespace {

using support::error_of;
using support::expect_same_contents;
using support::small_input;
using support::small_spec;
using support::TemporaryFolder;

struct Case {
    const char* name;
    std::vector<SweepAxis> sweep;
    std::vector<Stage> stages = {};
};
std::ostream& operator<<(std::ostream& out, const Case& each) { return out << each.name; }

/// An ensemble at every combination of the values of a sweep.
class ExchangeSweep : public testing::TestWithParam<Case> {
protected:
    RunSpec spec(std::uint32_t trajectories, std::uint32_t first = 0) const {
        RunSpec spec = small_spec(trajectories, 30.0);
        spec.exchange().ensemble.first = first;
        spec.exchange().record.sigma.times = {};
        spec.sweep = GetParam().sweep;
        spec.stages = GetParam().stages;
        // As a file gives it: what is swept begins with its first value.
        return parse_spec(to_toml(spec), "sweep");
    }
    RunOutcome run_in(const std::string& name, const RunSpec& spec, int threads = 2, bool resume = false,
                      const std::atomic<bool>* interrupt = nullptr, const std::string& extend = {}) const {
        RunOptions options;
        options.out = folder_ / name;
        options.threads = threads;
        options.resume = resume;
        options.interrupt = interrupt;
        options.extend = extend;
        return run(spec, small_input(), options);
    }
    std::filesystem::path record(const std::string& name) const { return folder_ / (name + "/record.h5"); }

    TemporaryFolder folder_;
};

TEST_P(ExchangeSweep, has_at_every_point_the_ensemble_of_that_point_alone) {
    const RunSpec swept = spec(3, 5);
    ASSERT_EQ(run_in("all", swept), RunOutcome::complete);
    const Record all(record("all"));
    const Plan plan(swept);
    RunSpec unstaged = swept;
    unstaged.stages.clear();
    const Plan outside_stages(unstaged);
    ASSERT_EQ(all.points().size(), plan.combinations());
    for (std::size_t k = 0; k < plan.combinations(); ++k) {
        const RunSpec alone = {outside_stages.settings(k, 0), {}, swept.stages};
        const std::string name = fmt::format("point-{}", k);
        ASSERT_EQ(run_in(name, alone), RunOutcome::complete);
        const Record one(record(name));
        EXPECT_EQ(all.points()[k].due, one.points()[0].due);
        EXPECT_TRUE(std::ranges::equal(all.crystal(k).points(), one.crystal().points()));
        ASSERT_EQ(all.points()[k].trajectories.size(), 3U);
        for (std::size_t t = 0; t < 3; ++t) {
            EXPECT_EQ(all.points()[k].trajectories[t], one.trajectories()[t]) << "point " << k;
            EXPECT_EQ(all.sigma(t, k), one.sigma(t)) << "point " << k;
        }
    }
}

TEST_P(ExchangeSweep, ends_alike_on_any_number_of_threads_and_after_interrupts) {
    const RunSpec swept = spec(4);
    ASSERT_EQ(run_in("whole", swept, 1), RunOutcome::complete);
    ASSERT_EQ(run_in("threads", swept, 3), RunOutcome::complete);
    expect_same_contents(record("whole"), record("threads"));
    std::atomic<bool> interrupt = true;  // before anything is done
    ASSERT_EQ(run_in("cut", swept, 2, false, &interrupt), RunOutcome::interrupted);
    for (int interrupts = 0;; ++interrupts) {
        interrupt = false;
        std::jthread bell([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(1 << std::min(interrupts, 12)));
            interrupt = true;
        });
        if (run_in("cut", swept, 2, true, &interrupt) == RunOutcome::complete) break;
    }
    expect_same_contents(record("whole"), record("cut"));
}

TEST_P(ExchangeSweep, grows_and_is_joined_to_the_bits_of_one_run) {
    const RunSpec six = spec(6);
    ASSERT_EQ(run_in("six", six), RunOutcome::complete);
    ASSERT_EQ(run_in("grown", spec(4)), RunOutcome::complete);
    ASSERT_EQ(run_in("grown", spec(4), 2, false, nullptr, "trajectories=6"), RunOutcome::complete);
    expect_same_contents(record("six"), record("grown"));
    ASSERT_EQ(run_in("b", spec(2, 4)), RunOutcome::complete);
    ASSERT_EQ(run_in("a", spec(4)), RunOutcome::complete);
    merge_runs(folder_ / "joined", std::array{folder_ / "b", folder_ / "a/record.h5"});
    expect_same_contents(record("six"), record("joined"));
    // And goes on as one run does.
    ASSERT_EQ(run_in("six", six, 2, false, nullptr, "trajectories=7"), RunOutcome::complete);
    ASSERT_EQ(run_in("joined", six, 1, false, nullptr, "trajectories=7"), RunOutcome::complete);
    expect_same_contents(record("six"), record("joined"));
}

INSTANTIATE_TEST_SUITE_P(
    sweeps, ExchangeSweep,
    testing::Values(Case{"temperatures", {{"model.kT", {{0.4}, {0.7}, {1.0}}}}},
                    Case{"sizes", {{"crystal.side", {{std::int64_t{3}}, {std::int64_t{4}}}}}},
                    Case{"sizes_and_ends",
                         {{"crystal.side", {{std::int64_t{2}}, {std::int64_t{3}}}},
                          {"kmc.t_end", {{7.0}, {12.0}}},
                          {"kmc.exchange_rate", {{0.5}, {1.0}}}}},
                    Case{"seeds", {{"ensemble.seed", {{std::int64_t{1}}, {std::int64_t{2}}}}}},
                    Case{"stages",
                         {{"model.delta_mu", {{-1.0}, {0.0}}}},
                         {{{{"kmc.t_end", {10.0}}}}, {{{"kmc.t_end", {5.0}}, {"kmc.exchange_rate", {0.0}}}}}},
                    Case{"without_elasticity", {{"model.epsilon", {{0.0}, {1.0}}}}}),
    [](const auto& each) { return std::string(each.param.name); });

// Rounding differs, and so do times in their last digits; events do not.
TEST(run, has_the_same_events_however_V_is_held) {
    const TemporaryFolder folder;
    RunSpec spec = small_spec(3, 40.0);
    const auto run_with = [&](std::optional<ElasticKind> kind, const std::string& name) {
        spec.elastic = kind;
        RunOptions options;
        options.out = folder / name;
        run(spec, small_input(), options);
        return Record(folder / name);
    };
    const Record dense = run_with(ElasticKind::dense, "dense");
    const auto expect_like_dense = [&](const Record& record, double tolerance) {
        for (std::size_t t = 0; t < 3; ++t) {
            EXPECT_EQ(dense.sigma(t), record.sigma(t));
            EXPECT_EQ(dense.trajectories()[t].events, record.trajectories()[t].events);
            EXPECT_GT(dense.trajectories()[t].steps(), 100U);
            const std::vector<double>& expected = dense.trajectories()[t].scalars;
            for (std::size_t k = 0; k < expected.size(); ++k)
                EXPECT_NEAR(record.trajectories()[t].scalars[k], expected[k],
                            tolerance * (1.0 + std::abs(expected[k])));
        }
    };
    const Record blocks = run_with(ElasticKind::blocks, "blocks");
    EXPECT_EQ(blocks.header().potential_method, "blocks");
    expect_like_dense(blocks, 1e-9);
    const Record single = run_with(ElasticKind::single, "single");
    EXPECT_EQ(single.header().potential_hash, dense.header().potential_hash);
    // The energy of 37 sites, each by no more than a row's sum of |V|, 3 at the most, at 2^-23.
    expect_like_dense(single, 37 * 3.0 * 0x1p-23);
    EXPECT_NE(single.trajectories()[0].scalars, dense.trajectories()[0].scalars);
    EXPECT_EQ(run_with({}, "chosen").trajectories()[0].scalars, dense.trajectories()[0].scalars);
}

TEST(merge_runs, refuses_what_does_not_belong_together_and_leaves_all_as_it_is) {
    const TemporaryFolder folder;
    const auto make = [&](const std::string& name, std::uint32_t first, std::uint32_t trajectories,
                          double kT = 1.0) {
        RunSpec spec = small_spec(trajectories, 5.0);
        spec.exchange().ensemble.first = first;
        spec.model.kT = kT;
        RunOptions options;
        options.out = folder / name;
        options.threads = 1;
        run(spec, small_input(), options);
        return folder / name;
    };
    const auto refusal = [&](std::vector<std::filesystem::path> runs) {
        return error_of([&] { merge_runs(folder / "out", runs); });
    };
    const auto a = make("a", 0, 4);
    const auto overlapping = make("b", 3, 2);
    const auto later = make("c", 6, 2);
    const auto other = make("d", 4, 2, 0.7);
    const auto has = [](const std::string& text, const std::string& part) {
        EXPECT_NE(text.find(part), std::string::npos) << text;
    };
    has(refusal({a, overlapping}), "have trajectories 3 to 3 twice");
    has(refusal({later, a}), "trajectories 4 to 5 between them are missing");
    has(refusal({a, a}), "have trajectories 0 to 3 twice");
    has(refusal({a, other}), "model.kT: 0.7 here, 1 in the record");
    has(error_of([&] { merge_runs(a, std::array{a, make("e", 4, 1)}); }), "holds a run");
    EXPECT_FALSE(std::filesystem::exists(folder / "out"));
    EXPECT_TRUE(std::filesystem::exists(a / "record.h5"));
}

}  // namespace
}  // namespace misfit
