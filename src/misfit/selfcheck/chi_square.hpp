#pragma once

#include <span>

namespace misfit::selfcheck {

/// p-value of Pearson's chi-square of counts against expected counts of the same sum. What is expected fewer
/// than 25 times is counted together, and one cell more where that makes the degrees of freedom even: then
/// p = exp(-x/2) sum_(j < f/2) (x/2)^j/j!.
double chi_square_p(std::span<const double> counts, std::span<const double> expected);

}  // namespace misfit::selfcheck
