#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace misfit {

/// Weights of the polynomial through neighbouring nodes: f(x) ~ sum_j weights[j] f(node[first + j]).
struct InterpolationWeights {
    std::size_t first = 0;
    std::vector<double> weights;

    /// The interpolated value; `values` are those at all nodes.
    double operator()(std::span<const double> values) const {
        double sum = 0.0;
        for (std::size_t j = 0; j < weights.size(); ++j) sum += weights[j] * values[first + j];
        return sum;
    }
};

/// Weights at x of the polynomial through the nearest nodes, at most 8 of them, in barycentric form: found
/// once for an x, they serve every sample whose energies are known at the nodes. At a node they pick its
/// value.
///
/// Exact for polynomials of a degree below min(nodes, 8): for an energy linear in the parameter (J, epsilon,
/// delta_mu) two nodes do. As a function of k_shell the energy of one configuration is a sum of terms
/// k / (1 + (k - 1) mu), 0 <= mu <= 1, whose poles lie at k = 1 - 1/mu <= 0. Analytic for k > 0, it is met by
/// the polynomial through p nodes in [a, b] up to an error of the order of rho^-p, rho = z + sqrt(z^2 - 1)
/// and z = (a + b)/(b - a), of the ellipse about [a, b] that reaches 0; evenly spaced nodes lose a factor of
/// about 10 (the Lebesgue constant for p = 8) at the ends of a window and nothing in its middle. For 7 nodes
/// in [11, 20], rho = 6.7 and rho^-7 = 2e-6. [a, b] is the window, so a finer ladder gains by a larger rho.
///
/// Requires strictly ascending nodes, and x between the first and the last. O(8^2).
InterpolationWeights interpolation_weights(std::span<const double> nodes, double x);

}  // namespace misfit
