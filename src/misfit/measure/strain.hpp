#pragma once

#include <memory>
#include <span>
#include <vector>

#include "misfit/elastic/displacements.hpp"
#include "misfit/measure/observable.hpp"

namespace misfit {

/// Local change of area (2D, Eq. 14) or of volume (3D), in lattice units, [N]: the mean over the nearest
/// bonds that a site has of |bond|^2 - 1 (3D: |bond|^3 - 1) with sites at r + `mismatch` u; 0 for a site
/// without a nearest bond. Throws Error for a mismatch out of range. O(bonds).
std::vector<double> local_deviations(const Crystal& crystal, std::span<const Vector3> u, double mismatch);

/// About zero and about their mean.
struct DeviationSpread {
    double rms;
    double std;
};
/// How far the deviations at these sites spread; there is at least one. O(sites).
DeviationSpread spread_over(std::span<const Site> sites, std::span<const double> deviations);

/// What local_deviations() are called: "area_deviation" or "volume_deviation".
const char* local_deviation_name(const Crystal& crystal);

/// area_deviation_rms, area_deviation_std (3D: volume_deviation_rms, volume_deviation_std): local deviations
/// over the sites that PhaseClassifier classifies, about zero and about their mean. The energy's epsilon
/// does not enter. Costs one solution of the springs.
Observable strain(std::shared_ptr<const Displacements> displacements, double mismatch);

}  // namespace misfit
