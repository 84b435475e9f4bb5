#include "misfit/statistics/jackknife.hpp"

#include <cassert>
#include <cmath>

#include "misfit/statistics/accumulator.hpp"

namespace misfit {

Estimates jackknife(std::size_t blocks,
                    const std::function<std::vector<double>(std::optional<std::size_t> excluded)>& estimate) {
    assert(blocks >= 2);
    Estimates result{.value = estimate(std::nullopt), .standard_error = {}};
    std::vector<Accumulator> without(result.value.size());
    for (std::size_t b = 0; b < blocks; ++b) {
        const std::vector<double> values = estimate(b);
        assert(values.size() == without.size());
        for (std::size_t k = 0; k < values.size(); ++k) without[k].add(values[k]);
    }
    // The jackknife's error is B - 1 times the standard error of the mean of the theta_b: they differ by
    // 1/(B - 1) of what blocks differ.
    for (const Accumulator& entry : without)
        result.standard_error.push_back(static_cast<double>(blocks - 1) * entry.standard_error());
    return result;
}

}  // namespace misfit
