#include "misfit/statistics/interpolation.hpp"

#include <algorithm>
#include <cassert>

namespace misfit {

InterpolationWeights interpolation_weights(std::span<const double> nodes, double x) {
    assert(!nodes.empty() && nodes.front() <= x && x <= nodes.back());
    constexpr std::size_t most_nodes = 8;
    const std::size_t count = std::min(nodes.size(), most_nodes);

    InterpolationWeights result;
    while (result.first + count < nodes.size() && nodes[result.first + count] - x < x - nodes[result.first])
        ++result.first;
    const std::span<const double> near = nodes.subspan(result.first, count);

    result.weights.assign(count, 0.0);
    double sum = 0.0;
    for (std::size_t j = 0; j < count; ++j) {
        if (x == near[j]) {
            result.weights.assign(count, 0.0);
            result.weights[j] = 1.0;
            return result;
        }
        double denominator = x - near[j];
        for (std::size_t i = 0; i < count; ++i)
            if (i != j) denominator *= near[j] - near[i];
        result.weights[j] = 1.0 / denominator;
        sum += result.weights[j];
    }
    for (double& weight : result.weights) weight /= sum;
    return result;
}

}  // namespace misfit
