#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "misfit/base/error.hpp"

/// What libFuzzer, or the replay of the corpus, calls with each input. Returns 0.
// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace misfit::fuzz {

/// A finding that no sanitizer sees: says what should have been, and ends the program.
inline void require(bool holds, std::string_view claim) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(claim.size()), claim.data());
    std::abort();
}

/// Does what may end in an Error and in nothing else. True if it ended in none.
template <class Action>
bool succeeds(const Action& action) {
    try {
        action();
    } catch (const Error& error) {
        require(*error.what() != '\0', "an Error says something");
        return false;
    }
    return true;
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

}  // namespace misfit::fuzz
