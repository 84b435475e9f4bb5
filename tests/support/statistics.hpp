#pragma once

#include <functional>
#include <span>
#include <vector>

namespace misfit::support {

/// Probability that a standard normal deviate is farther from zero than |z|.
double normal_p(double z);

/// p-value of Pearson's chi-square of counts against expected counts. Cells that expect fewer than
/// `pooled_below` are counted together. The degrees of freedom are one less than the cells.
double chi_square_p(std::span<const double> counts, std::span<const double> expected,
                    double pooled_below = 8.0);

/// p-value of the Kolmogorov-Smirnov test (asymptotic) of a sample against a continuous distribution.
double kolmogorov_p(std::vector<double> sample, const std::function<double(double)>& cumulative);

struct MeanError {
    double mean = 0.0;
    double standard_error = 0.0;
};

/// Mean of independent values and its standard error.
MeanError mean_error(std::span<const double> values);

}  // namespace misfit::support
