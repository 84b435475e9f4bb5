#pragma once

#include <string>
#include <vector>

#include "misfit/analysis/equilibrium_analysis.hpp"
#include "misfit/input/plan.hpp"

namespace misfit {

/// What a person must know before trusting the averages: a sentence for each observable that decides (the
/// energy, f_U) and each thing that is wrong with it, with the worst point and what would do.
std::vector<std::string> warnings_about(const Plan& plan, const EquilibriumAnalysis& analysis);

/// Largest disagreement of chains, in standard errors, that chance explains: with Gaussian means it is passed
/// once in 16,000 comparisons.
inline constexpr double largest_disagreement = 4.0;

}  // namespace misfit
