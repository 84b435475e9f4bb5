#pragma once

#include <limits>
#include <string>

namespace misfit {

/// The numbers that a constant may be. The type that has the constant owns its range; the keys of the input,
/// constructors and Python all ask that one.
struct Range {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool low_included = true;

    /// Never true for what is not a finite number.
    bool contains(double x) const;
    /// Completes "must be ...": "a number above 0".
    std::string text() const;
};

constexpr Range above(double low) { return {.low = low, .low_included = false}; }
constexpr Range at_least(double low) { return {.low = low}; }
constexpr Range between(double low, double high) { return {.low = low, .high = high}; }

/// Throws Error, "kT = 0: must be a number above 0", unless `given` is in the range.
void require_in(const Range& range, const char* name, double given);

}  // namespace misfit
