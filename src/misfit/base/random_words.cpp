// Compiled once per instruction set; Highway picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "misfit/base/random_words.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "misfit/base/random_words.hpp"

HWY_BEFORE_NAMESPACE();
namespace misfit::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using Words = hn::CappedTag<std::uint64_t, 8>;
using Vector = hn::Vec<Words>;

template <int bits>
HWY_INLINE Vector rotate_left(Vector x) {
    return hn::RotateRight<64 - bits>(x);
}

/// A block a lane.
struct Block {
    Vector a, b, c, d;
};

/// Four rounds, each of which mixes two pairs of words.
template <int r0, int r1, int r2, int r3, int r4, int r5, int r6, int r7>
HWY_INLINE void mix(Block& x) {
    x.a = hn::Add(x.a, x.b);
    x.b = hn::Xor(rotate_left<r0>(x.b), x.a);
    x.c = hn::Add(x.c, x.d);
    x.d = hn::Xor(rotate_left<r1>(x.d), x.c);
    x.a = hn::Add(x.a, x.d);
    x.d = hn::Xor(rotate_left<r2>(x.d), x.a);
    x.c = hn::Add(x.c, x.b);
    x.b = hn::Xor(rotate_left<r3>(x.b), x.c);
    x.a = hn::Add(x.a, x.b);
    x.b = hn::Xor(rotate_left<r4>(x.b), x.a);
    x.c = hn::Add(x.c, x.d);
    x.d = hn::Xor(rotate_left<r5>(x.d), x.c);
    x.a = hn::Add(x.a, x.d);
    x.d = hn::Xor(rotate_left<r6>(x.d), x.a);
    x.c = hn::Add(x.c, x.b);
    x.b = hn::Xor(rotate_left<r7>(x.b), x.c);
}
HWY_INLINE void mix_even(Block& x) { mix<14, 16, 52, 57, 23, 40, 5, 37>(x); }
HWY_INLINE void mix_odd(Block& x) { mix<25, 33, 46, 12, 58, 22, 32, 32>(x); }

/// Whole blocks of Threefry4x64-20, one a lane; how many. Random123's own takes one block at a time and was
/// three quarters of an attempt of Monte Carlo; the words are the same.
std::size_t fill_words(std::uint64_t seed, std::uint64_t name, std::uint64_t first_block, std::size_t blocks,
                       std::uint64_t* words) {
    const Words d;
    const std::size_t lanes = hn::Lanes(d);
    // The key is (seed, 0, 0, 0) and the parity word; after every fourth round one more of its rotations is
    // added, and how many there have been.
    const auto key = hn::Set(d, seed);
    const auto parity = hn::Set(d, seed ^ 0x1BD11BDAA9FC1A22U);
    const auto times = [d](std::uint64_t count) HWY_ATTR { return hn::Set(d, count); };
    std::size_t done = 0;
    for (; done + lanes <= blocks; done += lanes) {
        Block x = {hn::Add(hn::Iota(d, first_block + done), key), hn::Set(d, name), hn::Zero(d), hn::Zero(d)};
        mix_even(x);
        x.d = hn::Add(x.d, hn::Add(parity, times(1)));
        mix_odd(x);
        x.c = hn::Add(x.c, parity);
        x.d = hn::Add(x.d, hn::Add(key, times(2)));
        mix_even(x);
        x.b = hn::Add(x.b, parity);
        x.c = hn::Add(x.c, key);
        x.d = hn::Add(x.d, times(3));
        mix_odd(x);
        x.a = hn::Add(x.a, parity);
        x.b = hn::Add(x.b, key);
        x.d = hn::Add(x.d, times(4));
        mix_even(x);
        x.a = hn::Add(x.a, key);
        x.d = hn::Add(x.d, times(5));
        hn::StoreInterleaved4(x.a, x.b, x.c, x.d, d, words + words_per_block * done);
    }
    return done;
}

}  // namespace misfit::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace misfit {
HWY_EXPORT(fill_words);

std::size_t fill_whole_vectors(std::uint64_t seed, std::uint64_t name, std::uint64_t first_block,
                               std::size_t blocks, std::uint64_t* words) {
    return HWY_DYNAMIC_DISPATCH(fill_words)(seed, name, first_block, blocks, words);
}

}  // namespace misfit
#endif
