#pragma once

#include "misfit/base/types.hpp"

namespace misfit {

/// By how much the size of the species at a site changes: 2 where B gives way to A, -2 for the reverse.
struct SizeChange {
    Site site;
    double change;
};

/// How far phi, kept up to date change by change, may be from V dsigma computed afresh where both are exact,
/// in units of max(kT, epsilon). Rounding stays a hundredth of that or less away (docs/reliability.md).
inline constexpr double phi_tolerance = 1e-8;

}  // namespace misfit
