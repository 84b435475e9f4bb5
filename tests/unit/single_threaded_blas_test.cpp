#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "misfit/elastic/stiffness_modes.hpp"
#include "support/systems.hpp"

namespace misfit {
namespace {

/// The amplitudes of some species in the modes of a shell, which the library's linear algebra gives.
std::vector<double> amplitudes_of_new_modes(const Crystal& crystal) {
    const StiffnessModes modes(crystal);
    const std::vector<Spin> sigma = support::random_sigma(crystal.size(), 0.5, 3);
    std::vector<double> amplitudes(modes.size());
    modes.amplitudes(sigma, amplitudes);
    return amplitudes;
}

TEST(single_threaded_blas, gives_the_same_bits_while_others_begin_and_end) {
    const auto crystal = support::hexagon(4, {.layers = 1, .stiffness = 1.0});
    const std::vector<double> alone = amplitudes_of_new_modes(*crystal);
    std::atomic<int> others = 0;
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 3; ++thread)
            threads.emplace_back([&] {
                for (int k = 0; k < 40; ++k) others += amplitudes_of_new_modes(*crystal) == alone ? 0 : 1;
            });
    }
    EXPECT_EQ(others, 0);
}

}  // namespace
}  // namespace misfit
