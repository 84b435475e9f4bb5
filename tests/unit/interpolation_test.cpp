#include "misfit/statistics/interpolation.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace misfit {
namespace {

const std::vector<double> ladder = {11.0, 12.0, 13.5, 14.0, 15.2, 16.0, 17.1, 18.0, 19.0, 20.0};

template <typename Function>
std::vector<double> at_nodes(const std::vector<double>& nodes, const Function& function) {
    std::vector<double> values;
    for (const double node : nodes) values.push_back(function(node));
    return values;
}

TEST(interpolation, is_exact_for_polynomials_of_degree_below_the_number_of_nodes) {
    // Weights of up to 8 nodes are below 2^8 here and each carries a few roundings: 1e-12 relative.
    for (std::size_t count = 1; count <= 8; ++count) {
        const std::vector<double> nodes(ladder.begin(), ladder.begin() + static_cast<std::ptrdiff_t>(count));
        const auto power = [&](double x) {
            return std::pow(x / 15.0, static_cast<double>(count) - 1.0) - 0.5;
        };
        for (double x = nodes.front(); x <= nodes.back(); x += 0.37)
            EXPECT_NEAR(interpolation_weights(nodes, x)(at_nodes(nodes, power)), power(x), 1e-12) << count;
    }
}

TEST(interpolation, at_a_node_is_its_value) {
    const std::vector<double> values = at_nodes(ladder, [](double x) { return std::sin(x); });
    for (std::size_t k = 0; k < ladder.size(); ++k)
        EXPECT_EQ(interpolation_weights(ladder, ladder[k])(values), values[k]);
}

TEST(interpolation, takes_the_eight_nearest_nodes) {
    EXPECT_EQ(interpolation_weights(ladder, 11.2).first, 0U);
    EXPECT_EQ(interpolation_weights(ladder, 19.9).first, 2U);
    EXPECT_EQ(interpolation_weights(ladder, 15.4).first, 1U);  // 11 is 4.4 away, 19 is 3.6
    EXPECT_EQ(interpolation_weights(ladder, 15.4).weights.size(), 8U);
}

TEST(interpolation, of_an_energy_in_k_shell_errs_less_than_its_bound) {
    // The energy is a constant minus r / (k - s), its pole s = 1 - 1/mu <= 0; interpolation at nodes t errs
    // by that term times prod (k - t) / (s - t). The term is at most 1/mu and |s - t| at least t.
    for (const double mu : {0.01, 0.3, 0.9, 1.0}) {
        const auto energy = [&](double k) { return k / (1.0 + (k - 1.0) * mu); };
        const std::vector<double> values = at_nodes(ladder, energy);
        for (double x = 11.0; x <= 20.0; x += 0.1) {
            const InterpolationWeights weights = interpolation_weights(ladder, x);
            double bound = 1.0 / mu;
            for (std::size_t j = 0; j < weights.weights.size(); ++j)
                bound *= std::abs(x - ladder[weights.first + j]) / ladder[weights.first + j];
            EXPECT_NEAR(weights(values), energy(x), bound + 1e-13 * energy(x)) << mu << " " << x;
            EXPECT_LT(bound * mu, 1e-5);
        }
    }
}

}  // namespace
}  // namespace misfit
