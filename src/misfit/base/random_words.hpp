#pragma once

#include <cstddef>
#include <cstdint>

namespace misfit {

/// Of 64 bits, in a block of Threefry4x64-20.
inline constexpr std::size_t words_per_block = 4;

/// Blocks of Threefry4x64-20 with the key (seed, 0, 0, 0) and the counters (first_block + k, name, 0, 0), as
/// many as fill whole vectors; how many. Random123 takes one block at a time, and was three quarters of an
/// attempt of Monte Carlo; the words are the same.
std::size_t fill_whole_vectors(std::uint64_t seed, std::uint64_t name, std::uint64_t first_block,
                               std::size_t blocks, std::uint64_t* words);

}  // namespace misfit
