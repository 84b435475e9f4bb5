#include "misfit/base/parallel.hpp"

#include <atomic>
#include <gtest/gtest.h>
#include <stdexcept>
#include <vector>

namespace misfit {
namespace {

TEST(parallel_for, calls_every_index_once_on_a_known_worker) {
    for (const int threads : {1, 2, 5}) {
        std::vector<std::atomic<int>> calls(1000);
        std::atomic<bool> workers_in_range{true};
        parallel_for(calls.size(), threads, [&](std::size_t i, int worker) {
            ++calls[i];
            if (worker < 0 || worker >= threads) workers_in_range = false;
        });
        for (const std::atomic<int>& count : calls) EXPECT_EQ(count, 1);
        EXPECT_TRUE(workers_in_range);
    }
}

TEST(parallel_for, does_nothing_for_a_count_of_zero) {
    parallel_for(0, 4, [](std::size_t, int) { FAIL(); });
}

TEST(parallel_for, throws_the_first_failure_again_and_hands_out_no_more_work) {
    std::atomic<int> calls{0};
    EXPECT_THROW(parallel_for(100'000, 2,
                              [&](std::size_t i, int) {
                                  ++calls;
                                  if (i == 10) throw std::runtime_error("ten");
                              }),
                 std::runtime_error);
    EXPECT_LT(calls, 100'000);
}

TEST(hardware_threads, is_at_least_one) { EXPECT_GE(hardware_threads(), 1); }

}  // namespace
}  // namespace misfit
