#include "misfit/engine/rate_kernels.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace misfit {
namespace {

// Two runs of sites, the second with an unfinished group; sums in another order, so equal but for rounding.
TEST(sum_rates, takes_any_number_of_directions) {
    constexpr std::size_t reach = 32;
    for (const int directions : {1, 2, 3, 4, 6, 7, 9, 12, 13})
        for (const bool exchange_is_rate : {false, true}) {
            const auto count = static_cast<std::size_t>(directions);
            const std::vector<SiteRun> runs = {{0, 16, 0, 0}, {16, 21, 2, count}};
            constexpr std::size_t slots = rate_block;
            std::mt19937_64 generator(7);
            std::uniform_real_distribution<double> between(-1.0, 1.0);
            const auto random = [&](std::size_t size) {
                AlignedVector<double> values(size, 0.0);
                std::ranges::generate(values, [&] { return between(generator); });
                return values;
            };
            std::vector<std::ptrdiff_t> offsets;
            for (std::size_t k = 0; k < 2 * count; ++k) offsets.push_back(static_cast<std::ptrdiff_t>(k) + 1);
            AlignedVector<double> swap = random(slots * count);
            AlignedVector<double> exchange = random(slots);
            const AlignedVector<double> weight = random(2 * reach + slots);
            for (std::size_t slot = 16 + 21; slot < slots; ++slot) {  // empty
                exchange[slot] = 0.0;
                for (std::size_t d = 0; d < count; ++d)
                    swap[(slot / group_slots * count + d) * group_slots + slot % group_slots] = 0.0;
            }
            AlignedVector<double> site_rate(slots, 0.0);
            AlignedVector<double> block_rate(slots / rate_block, 0.0);
            const double total = sum_rates({.runs = runs,
                                            .offsets = offsets.data(),
                                            .directions = directions,
                                            .swap = swap.data(),
                                            .exchange = exchange.data(),
                                            .exchange_is_rate = exchange_is_rate,
                                            .weight = weight.data() + reach,
                                            .site_rate = site_rate.data(),
                                            .block_rate = block_rate.data(),
                                            .slots = slots});
            double expected_total = 0.0;
            for (const SiteRun& run : runs)
                for (std::size_t k = 0; k < run.size; ++k) {
                    const std::size_t slot = run.first_group * group_slots + k;
                    const double here = weight[reach + run.first_site + k];
                    double expected = exchange[slot] * (exchange_is_rate ? 1.0 : std::abs(here));
                    for (std::size_t d = 0; d < count; ++d) {
                        const std::size_t other =
                            reach + run.first_site + k + static_cast<std::size_t>(offsets[run.offsets + d]);
                        const double factor =
                            swap[(slot / group_slots * count + d) * group_slots + slot % group_slots];
                        expected += factor * std::max(0.0, -here * weight[other]);
                    }
                    EXPECT_NEAR(site_rate[slot], expected, 1e-14 * directions) << directions;
                    expected_total += expected;
                }
            EXPECT_NEAR(total, expected_total, 1e-13 * directions) << directions;
        }
}

}  // namespace
}  // namespace misfit
