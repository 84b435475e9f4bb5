#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace misfit {

/// Mean and standard error of independent values, one at a time (Welford's recurrence: equal values give
/// themselves and an error of exactly 0).
class Accumulator {
public:
    void add(double value) {
        ++count_;
        const double deviation = value - mean_;
        mean_ += deviation / static_cast<double>(count_);
        squares_ += deviation * (value - mean_);
    }
    std::uint64_t count() const { return count_; }
    /// NaN without values.
    double mean() const { return count_ > 0 ? mean_ : std::numeric_limits<double>::quiet_NaN(); }
    /// sqrt(sum (x - mean)^2 / (n (n - 1))); NaN for fewer than two values.
    double standard_error() const {
        if (count_ < 2) return std::numeric_limits<double>::quiet_NaN();
        const auto n = static_cast<double>(count_);
        return std::sqrt(squares_ / (n * (n - 1.0)));
    }

private:
    std::uint64_t count_ = 0;
    double mean_ = 0.0;
    double squares_ = 0.0;
};

}  // namespace misfit
