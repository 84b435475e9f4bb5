#include "misfit/base/watch.hpp"

#include <algorithm>
#include <atomic>
#include <gtest/gtest.h>
#include <vector>

#include "misfit/elastic/block_potential.hpp"
#include "misfit/elastic/potential_cache.hpp"
#include "misfit/run/run.hpp"
#include "support/runs.hpp"
#include "support/systems.hpp"

// Building V is followed and stopped from outside, and what is stopped leaves nothing behind.
namespace misfit {
namespace {

using support::TemporaryFolder;

/// Told how far it is; stops once that is `until`.
struct Follower {
    std::vector<double> told;
    std::atomic<bool> stop = false;

    Watch watch(double until) {
        return {[this, until](double fraction) {
                    told.push_back(fraction);
                    if (fraction >= until) stop = true;
                },
                &stop};
    }
};

class Build : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(threads, Build, ::testing::Values(1, 2));

TEST_P(Build, tells_how_far_it_is_and_gives_the_same_bits) {
    // Both routes, of more columns than a panel has.
    for (const auto& crystal : {support::hexagon(11), support::box(7, 8, 9)}) {
        Follower follower;
        const Potential watched = build_potential(*crystal, GetParam(), follower.watch(2.0));
        ASSERT_GE(follower.told.size(), 3U);
        EXPECT_TRUE(std::ranges::is_sorted(follower.told));
        EXPECT_GT(follower.told.front(), 0.0);
        EXPECT_NEAR(follower.told.back(), 1.0, 1e-9);
        const Potential plain = build_potential(*crystal, 1);
        EXPECT_TRUE(std::ranges::equal(watched.values(), plain.values()));
    }
}

TEST_P(Build, stops_in_the_middle_and_keeps_nothing) {
    const TemporaryFolder folder;
    const PotentialCache cache(folder.path(), 1U << 30U);
    for (const auto& crystal : {support::hexagon(11), support::box(7, 8, 9)}) {
        Follower follower;
        EXPECT_THROW(cache.load_or_build(*crystal, GetParam(), follower.watch(0.2)), Interrupted);
        EXPECT_LT(std::ranges::max(follower.told), 0.9);
        EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
    }
    Follower of_blocks;
    EXPECT_THROW(BlockPotential(support::box(7, 8, 9), of_blocks.watch(0.4)), Interrupted);
    EXPECT_LT(of_blocks.told.back(), 0.6);
}

TEST(run, that_is_stopped_while_V_is_built_goes_on_as_if_it_had_not_begun) {
    const TemporaryFolder folder;
    std::atomic<bool> stop = true;
    RunOptions options;
    options.out = folder / "out";
    options.interrupt = &stop;
    RunSpec spec = support::small_spec(2, 3.0);
    spec.elastic = ElasticKind::blocks;  // which no cache has
    EXPECT_EQ(run(spec, support::small_input(), options), RunOutcome::interrupted);
    EXPECT_FALSE(std::filesystem::exists(folder / "out" / "parts"));
    stop = false;
    EXPECT_EQ(run(spec, support::small_input(), options), RunOutcome::complete);
}

}  // namespace
}  // namespace misfit
