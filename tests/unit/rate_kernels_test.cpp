#include "misfit/engine/rate_kernels.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <random>
#include <vector>

#include "misfit/engine/rate_tree.hpp"

namespace misfit {
namespace {

AlignedVector<double> random_values(std::size_t size, double low, std::uint32_t seed) {
    std::mt19937_64 generator(seed);
    std::uniform_real_distribution<double> between(low, 1.0);
    AlignedVector<double> values(size, 0.0);
    std::ranges::generate(values, [&] { return between(generator); });
    return values;
}

// Two runs of sites, the second with an unfinished group; sums in another order, so equal but for rounding.
TEST(update_rates, takes_any_number_of_directions_and_the_groups_asked_for_alone) {
    constexpr std::size_t reach = 32;
    for (const int directions : {1, 2, 3, 4, 6, 7, 9, 12, 13})
        for (const bool exchange_is_rate : {false, true}) {
            const auto count = static_cast<std::size_t>(directions);
            std::vector<SlotGroup> groups = {{0, 0}, {8, 0}};
            for (std::size_t k = 16; k < 16 + 21; k += group_slots) groups.push_back({k, count});
            constexpr std::size_t slots = 5 * group_slots;
            std::vector<std::ptrdiff_t> offsets(2 * count);
            std::iota(offsets.begin(), offsets.end(), 1);
            AlignedVector<double> swap = random_values(slots * count, -1.0, 7);
            AlignedVector<double> exchange = random_values(slots, -1.0, 8);
            const AlignedVector<double> weight = random_values(2 * reach + slots, -1.0, 9);
            for (std::size_t slot = 16 + 21; slot < slots; ++slot) {  // empty
                exchange[slot] = 0.0;
                for (std::size_t d = 0; d < count; ++d)
                    swap[(slot / group_slots * count + d) * group_slots + slot % group_slots] = 0.0;
            }
            BitSet which(groups.size());
            for (const std::size_t group : {0UL, 2UL, 4UL}) which.add(group);
            AlignedVector<double> site_rate(slots, 77.0);
            update_rates({.which = which,
                          .groups = groups.data(),
                          .offsets = offsets.data(),
                          .directions = directions,
                          .swap = swap.data(),
                          .exchange = exchange.data(),
                          .exchange_is_rate = exchange_is_rate,
                          .weight = weight.data() + reach,
                          .site_rate = site_rate.data()});
            for (std::size_t slot = 0; slot < slots; ++slot) {
                const std::size_t group = slot / group_slots;
                const std::size_t site = groups[group].first_site + slot % group_slots;
                const double here = weight[reach + site];
                double expected = exchange[slot] * (exchange_is_rate ? 1.0 : std::abs(here));
                for (std::size_t d = 0; d < count; ++d) {
                    const std::size_t other =
                        reach + site + static_cast<std::size_t>(offsets[groups[group].offsets + d]);
                    const double factor = swap[(group * count + d) * group_slots + slot % group_slots];
                    expected += factor * std::max(0.0, -here * weight[other]);
                }
                EXPECT_NEAR(site_rate[slot], group % 2 == 0 ? expected : 77.0, 1e-14 * directions)
                    << directions << " directions, slot " << slot;
            }
        }
}

ElasticRow row_of(const AlignedVector<double>& row) { return {.dense = row.data()}; }
ElasticRow row_of(const AlignedVector<float>& row) { return {.single = row.data()}; }

template <class Real>
void expect_moved_groups() {
    for (const std::size_t size : {1UL, 7UL, 8UL, 9UL, 16UL, 271UL})
        for (const double mean : {0.0, -0.3}) {
            const std::size_t padded = round_up(size, group_slots);
            AlignedVector<double> phi = random_values(size, -1.0, 1);
            const AlignedVector<double> numbers_1 = random_values(padded, -1.0, 2);
            const AlignedVector<double> numbers_2 = random_values(padded, -1.0, 3);
            const AlignedVector<Real> row_1(numbers_1.begin(), numbers_1.end());
            const AlignedVector<Real> row_2(numbers_2.begin(), numbers_2.end());
            const AlignedVector<double> diagonal = random_values(padded, -1.0, 4);
            const AlignedVector<double> rated = random_values(size, -1.0, 5);
            constexpr double tolerance = 0.9;
            AlignedVector<double> expected = phi;
            std::vector<std::uint32_t> moved;
            for (std::size_t j = 0; j < size; ++j) {
                expected[j] += 0.5 * row_1[j] - 0.25 * row_2[j];
                const auto group = static_cast<std::uint32_t>(j / group_slots);
                if (std::abs(expected[j] - mean * diagonal[j] - rated[j]) > tolerance &&
                    (moved.empty() || moved.back() != group))
                    moved.push_back(group);
            }
            std::vector<std::uint32_t> stale(padded / group_slots + 1);
            stale.resize(update_phi_and_find_stale({.rows = {.size = size,
                                                             .phi = phi.data(),
                                                             .row_1 = row_of(row_1),
                                                             .row_2 = row_of(row_2),
                                                             .coefficient_1 = 0.5,
                                                             .coefficient_2 = -0.25},
                                                    .diagonal = diagonal.data(),
                                                    .mean = mean,
                                                    .rated = rated.data(),
                                                    .tolerance = tolerance,
                                                    .stale = stale.data()}));
            EXPECT_EQ(stale, moved) << size;
            for (std::size_t j = 0; j < size; ++j) EXPECT_NEAR(phi[j], expected[j], 1e-15) << j;
        }
}

TEST(update_phi_and_find_stale, names_each_group_with_a_site_that_has_moved_and_no_other) {
    expect_moved_groups<double>();
    expect_moved_groups<float>();
}

TEST(BitSet, holds_what_was_added_until_it_is_cleared) {
    BitSet set(1000);
    for (const std::size_t number : {5UL, 999UL, 5UL, 64UL}) set.add(number);
    EXPECT_EQ(set.words.size(), 3U);
    EXPECT_EQ(set.bits[0], std::uint64_t{1} << 5);
    EXPECT_EQ(set.bits[1], 1U);
    EXPECT_EQ(set.bits[15], std::uint64_t{1} << 39);
    set.clear();
    EXPECT_TRUE(set.words.empty());
    EXPECT_EQ(std::ranges::count(set.bits, 0U), static_cast<std::ptrdiff_t>(set.bits.size()));
}

// Rates over 40 decades, changed some at a time, in trees of one, two and three levels.
TEST(RateTree, finds_the_slot_in_which_a_number_falls_after_any_changes) {
    for (const std::size_t slots : {8UL, 64UL, 72UL, 4096UL, 5000UL, 300'000UL}) {
        std::mt19937_64 generator(slots);
        std::uniform_real_distribution<double> exponent(-40.0, 0.0);
        RateTree tree(slots);
        BitSet changed(slots / group_slots);
        for (int round = 0; round < 3; ++round) {
            for (std::size_t slot = 0; slot < slots; ++slot) {
                if (round > 0 && generator() % 50 != 0) continue;
                tree.rates()[slot] = generator() % 4 == 0 ? 0.0 : std::pow(10.0, exponent(generator));
                changed.add(slot / group_slots);
            }
            tree.update(changed);
            changed.clear();
            std::vector<long double> cumulative = {0.0L};
            for (std::size_t slot = 0; slot < slots; ++slot)
                cumulative.push_back(cumulative.back() + tree.rates()[slot]);
            ASSERT_NEAR(tree.total() / static_cast<double>(cumulative.back()), 1.0, 1e-14);
            for (int k = 0; k < 300; ++k) {
                const double uniform = std::uniform_real_distribution<double>(0.0, 1.0)(generator);
                double left = uniform * tree.total();
                const long double target = left;
                const std::size_t slot = tree.find(left);
                ASSERT_GT(tree.rates()[slot], 0.0);
                ASSERT_LE(left, tree.rates()[slot]);
                const double rounding = 1e-14 * tree.total();
                ASSERT_GE(static_cast<double>(target - cumulative[slot]), -rounding);
                ASSERT_LE(static_cast<double>(target - cumulative[slot + 1]), rounding);
                ASSERT_NEAR(left, static_cast<double>(target - cumulative[slot]), rounding);
            }
        }
    }
}

TEST(RateTree, gives_the_last_rate_above_zero_where_rounding_runs_off_the_end) {
    RateTree tree(200);
    BitSet changed(25);
    for (const std::size_t slot : {3UL, 70UL, 130UL}) {
        tree.rates()[slot] = 0.1;
        changed.add(slot / group_slots);
    }
    tree.update(changed);
    double target = 2.0 * tree.total();
    EXPECT_EQ(tree.find(target), 130U);
    EXPECT_EQ(target, 0.1);
}

}  // namespace
}  // namespace misfit
