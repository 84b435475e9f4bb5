#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace misfit {

/// A set of numbers below a limit that is filled, gone through and emptied in a time that goes with what is
/// in it, whatever the limit.
struct BitSet {
    explicit BitSet(std::size_t limit) : bits((limit + 63) / 64, 0) { words.reserve(bits.size()); }

    /// The numbers 64 word + k for each bit k of the mask, which is not 0.
    void add(std::size_t word, std::uint64_t mask) {
        if (bits[word] == 0) words.push_back(static_cast<std::uint32_t>(word));
        bits[word] |= mask;
    }
    void add(std::size_t number) { add(number / 64, std::uint64_t{1} << number % 64); }
    void clear() {
        for (const std::uint32_t word : words) bits[word] = 0;
        words.clear();
    }

    std::vector<std::uint64_t> bits;   ///< one for each number, the first the lowest
    std::vector<std::uint32_t> words;  ///< which of them are not 0, in no order
};

}  // namespace misfit
