#pragma once

#include <algorithm>
#include <chrono>
#include <ctime>
#include <vector>

namespace misfit::selfcheck {

/// Seconds that a call takes.
template <class Call>
double seconds(const Call& call) {
    const auto start = std::chrono::steady_clock::now();
    call();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Processor time that a call on one thread takes: what else runs on the machine counts little.
template <class Call>
double processor_seconds(const Call& call) {
    const std::clock_t start = std::clock();
    call();
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

/// Median with the range of the middle half: these machines are shared and noisy.
struct Spread {
    double median;
    double low;   ///< first quartile
    double high;  ///< third quartile
};

inline Spread spread(std::vector<double> values) {
    std::ranges::sort(values);
    const std::size_t n = values.size();
    return {values[n / 2], values[n / 4], values[(3 * n) / 4]};
}

}  // namespace misfit::selfcheck
