#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace misfit {

/// Numbers with their standard errors, entry by entry.
struct Estimates {
    std::vector<double> value;
    std::vector<double> standard_error;
};

/// Delete-one-block jackknife of any estimator of several numbers. `estimate(b)` computes them from all data
/// but block b, `estimate(std::nullopt)` from all. With theta_b the estimate without block b, of B blocks,
///   value = estimate from all data,   standard_error = sqrt((B - 1)/B sum_b (theta_b - mean theta)^2).
/// For a mean this is the error of B block means. Blocks must be longer than the correlation time and hold
/// all that is correlated: times of all replicas of one ladder together. The value is not corrected for bias:
/// bias falls like 1/data and lies below the error, and a correction would add noise.
/// A NaN in an estimate makes that entry's error NaN. Requires at least two blocks. Calls estimate B + 1
/// times.
Estimates jackknife(std::size_t blocks,
                    const std::function<std::vector<double>(std::optional<std::size_t> excluded)>& estimate);

}  // namespace misfit
