#pragma once

#include <cstdint>
#include <string>

/// What an installed program can check of itself: without a source tree, other programs or a network.
namespace misfit::selfcheck {

enum class Verdict : std::uint8_t {
    pass,
    fail,
    slow,  ///< right, but slower than it should be: a warning
};

/// One row of the table: a claim, what was found, and what is allowed.
struct Finding {
    std::string what;
    std::string found;
    std::string allowed;
    Verdict verdict = Verdict::fail;
};

/// Passes if found <= allowed; what is not a number fails.
Finding at_most(const std::string& what, double found, double allowed);
/// Passes if found is within `within` of a value that is known to `digits` significant digits.
Finding near(const std::string& what, double found, double expected, double within, int digits = 10);
/// Passes if both are the same.
Finding equal(const std::string& what, std::int64_t found, std::int64_t expected);
/// Passes if the p-value of a statistical test is above alpha = 1e-9.
Finding likely(const std::string& what, double p);
inline constexpr double alpha = 1e-9;
/// Passes if so; `found` says what is.
Finding holds(const std::string& what, bool so, const std::string& found, const std::string& allowed);

}  // namespace misfit::selfcheck
