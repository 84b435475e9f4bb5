#include "misfit/base/random.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <gtest/gtest.h>
#include <set>
#include <utility>

namespace misfit {
namespace {

using Words = std::array<std::uint32_t, 4>;

/// The uniform pair of a raw counter and key: (step low, step high, unit, stage and stream), seed.
UniformPair draw(const Words& counter, std::uint32_t key_low, std::uint32_t key_high) {
    const RandomStream stream = {.seed = (std::uint64_t{key_high} << 32) | key_low,
                                 .unit = counter[2],
                                 .stage = static_cast<std::uint16_t>(counter[3] >> 16),
                                 .stream = static_cast<Stream>(counter[3] & 0xffffU)};
    return uniform_pair(stream, (std::uint64_t{counter[1]} << 32) | counter[0]);
}

double fraction(std::uint32_t high, std::uint32_t low) { return high * 0x1p-32 + low * 0x1p-64; }

/// The counter that Philox4x32-10 with key 0 turns into `words`: its rounds undone one by one.
Words inverse_philox(Words words) {
    constexpr std::uint32_t multiplier0 = 0xD2511F53;
    constexpr std::uint32_t multiplier1 = 0xCD9E8D57;
    const auto inverse = [](std::uint32_t odd) {
        std::uint32_t x = odd;  // Newton's iteration doubles the number of correct low bits
        for (int k = 0; k < 5; ++k) x *= 2U - odd * x;
        return x;
    };
    const auto high = [](std::uint32_t a, std::uint32_t b) {
        return static_cast<std::uint32_t>((std::uint64_t{a} * b) >> 32);
    };
    for (std::uint32_t round = 10; round-- > 0;) {
        const std::uint32_t key0 = round * 0x9E3779B9U;
        const std::uint32_t key1 = round * 0xBB67AE85U;
        const std::uint32_t c2 = words[1] * inverse(multiplier1);
        const std::uint32_t c0 = words[3] * inverse(multiplier0);
        words = {c0, words[0] ^ high(multiplier1, c2) ^ key0, c2, words[2] ^ high(multiplier0, c0) ^ key1};
    }
    return words;
}

// The three known answers of Philox4x32-10 in the Random123 distribution (kat_vectors).
TEST(uniform_pair, gives_the_known_answers_of_philox) {
    const UniformPair zero = draw({0, 0, 0, 0}, 0, 0);
    EXPECT_NEAR(zero.first, fraction(0x6627e8d5, 0xe169c58d), 1e-15);
    EXPECT_NEAR(zero.second, fraction(0xbc57ac4c, 0x9b00dbd8), 1e-15);
    constexpr std::uint32_t ones = 0xffffffff;
    const UniformPair full = draw({ones, ones, ones, ones}, ones, ones);
    EXPECT_NEAR(full.first, fraction(0x408f276d, 0x41c83b0e), 1e-15);
    EXPECT_NEAR(full.second, fraction(0xa20bc7c6, 0x6d5451fd), 1e-15);
    const UniformPair pi = draw({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0xa4093822, 0x299f31d0);
    EXPECT_NEAR(pi.first, fraction(0xd16cfe09, 0x94fdcceb), 1e-15);
    EXPECT_NEAR(pi.second, fraction(0x5001e420, 0x24126ea1), 1e-15);
}

TEST(uniform_pair, a_draw_of_all_ones_stays_below_one) {
    constexpr std::uint32_t ones = 0xffffffff;
    const UniformPair u = draw(inverse_philox({ones, ones, ones, ones}), 0, 0);
    EXPECT_GT(u.first, 1.0 - 1e-15);
    EXPECT_LT(u.first, 1.0);
    EXPECT_GT(u.second, 1.0 - 1e-15);
    EXPECT_LT(u.second, 1.0);
}

TEST(uniform_pair, a_draw_of_all_zeros_stays_above_zero) {
    const UniformPair u = draw(inverse_philox({0, 0, 0, 0}), 0, 0);
    EXPECT_LT(u.first, 1e-15);
    EXPECT_GT(u.first, 0.0);
    EXPECT_LT(u.second, 1e-15);
    EXPECT_GT(u.second, 0.0);
}

TEST(uniform_pair, differs_in_seed_unit_stage_stream_and_step) {
    std::set<double> seen;
    for (const std::uint64_t seed : {0ULL, 1ULL, 1ULL << 32})
        for (const std::uint32_t unit : {0U, 1U, 1U << 31})
            for (const std::uint16_t stage : {std::uint16_t{0}, std::uint16_t{1}})
                for (const Stream name : {Stream::kmc_event, static_cast<Stream>(1)})
                    for (const std::uint64_t step : {0ULL, 1ULL, 1ULL << 32}) {
                        const UniformPair u =
                            uniform_pair({.seed = seed, .unit = unit, .stage = stage, .stream = name}, step);
                        EXPECT_TRUE(seen.insert(u.first).second);
                        EXPECT_TRUE(seen.insert(u.second).second);
                    }
}

TEST(uniform_pair, is_a_pure_function_of_its_arguments) {
    const RandomStream stream = {.seed = 7, .unit = 3, .stage = 1, .stream = Stream::kmc_event};
    const UniformPair a = uniform_pair(stream, 12345);
    uniform_pair(stream, 12346);
    const UniformPair b = uniform_pair(stream, 12345);
    EXPECT_EQ(a.first, b.first);
    EXPECT_EQ(a.second, b.second);
}

using Block = std::array<std::uint64_t, words_per_block>;

Block words_of(const RandomStream& stream, std::uint64_t block) {
    Block words = {};
    random_words(stream, block, words);
    return words;
}

/// Threefry4x64-20, written from the paper (Salmon et al., SC 2011): 20 rounds of two additions, rotations
/// and exclusive-ors, words 1 and 3 changing places after each, a key added before every fourth.
Block threefry(const Block& counter, const Block& key) {
    constexpr std::array<std::array<int, 2>, 8> rotations = {
        {{14, 16}, {52, 57}, {23, 40}, {5, 37}, {25, 33}, {46, 12}, {58, 22}, {32, 32}}};
    const std::array<std::uint64_t, 5> keys = {key[0], key[1], key[2], key[3],
                                               0x1BD11BDAA9FC1A22U ^ key[0] ^ key[1] ^ key[2] ^ key[3]};
    Block x = counter;
    const auto add_key = [&](std::size_t s) {
        for (std::size_t k = 0; k < 4; ++k) x[k] += keys[(s + k) % 5];
        x[3] += s;
    };
    for (std::size_t round = 0; round < 20; ++round) {
        if (round % 4 == 0) add_key(round / 4);
        for (std::size_t pair = 0; pair < 2; ++pair) {
            x[2 * pair] += x[2 * pair + 1];
            x[2 * pair + 1] = std::rotl(x[2 * pair + 1], rotations[round % 8][pair]) ^ x[2 * pair];
        }
        std::swap(x[1], x[3]);
    }
    add_key(5);
    return x;
}

// The three known answers of Threefry4x64-20 in the Random123 distribution (kat_vectors).
TEST(random_words, are_the_blocks_of_threefry_under_the_name_of_the_stream) {
    const std::uint64_t ones = ~std::uint64_t{0};
    EXPECT_EQ(threefry({}, {}),
              (Block{0x09218ebde6c85537, 0x55941f5266d86105, 0x4bd25e16282434dc, 0xee29ec846bd2e40b}));
    EXPECT_EQ(threefry({ones, ones, ones, ones}, {ones, ones, ones, ones}),
              (Block{0x29c24097942bba1b, 0x0371bbfb0f6f4e11, 0x3c231ffa33f83a1c, 0xcd29113fde32d168}));

    EXPECT_EQ(words_of({}, 0), threefry({}, {}));
    const RandomStream stream = {
        .seed = 0x243f6a8885a308d3, .unit = 0x13198a2e, .stage = 0x0370, .stream = Stream::replica_exchange};
    EXPECT_EQ(words_of(stream, 0xa4093822299f31d0),
              threefry({0xa4093822299f31d0, 0x0370000313198a2e, 0, 0}, {0x243f6a8885a308d3, 0, 0, 0}));
}

TEST(random_words, are_addressed_by_block_and_do_not_depend_on_the_blocks_before) {
    const RandomStream stream = {.seed = 7, .unit = 3, .stage = 1, .stream = Stream::monte_carlo_move};
    std::array<std::uint64_t, 40 * words_per_block> all = {};
    random_words(stream, 100, all);
    for (std::size_t block = 0; block < 40; ++block) {
        const Block words = words_of(stream, 100 + block);
        for (std::size_t k = 0; k < words.size(); ++k) EXPECT_EQ(words[k], all[block * words_per_block + k]);
    }
}

TEST(random_words, differ_in_seed_unit_stage_stream_and_block) {
    std::set<std::uint64_t> seen;
    for (const std::uint64_t seed : {0ULL, 1ULL, 1ULL << 32})
        for (const std::uint32_t unit : {0U, 1U, 1U << 31})
            for (const std::uint16_t stage : {std::uint16_t{0}, std::uint16_t{1}})
                for (const Stream name : {Stream::kmc_event, Stream::monte_carlo_move,
                                          Stream::monte_carlo_start, Stream::replica_exchange})
                    for (const std::uint64_t block : {0ULL, 1ULL, 1ULL << 32})
                        for (const std::uint64_t word :
                             words_of({.seed = seed, .unit = unit, .stage = stage, .stream = name}, block))
                            EXPECT_TRUE(seen.insert(word).second);
}

}  // namespace
}  // namespace misfit
