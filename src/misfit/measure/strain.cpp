#include "misfit/measure/strain.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <string>
#include <utility>

#include "misfit/base/error.hpp"
#include "misfit/measure/observable.hpp"
#include "misfit/measure/phases.hpp"

namespace misfit {

std::vector<double> local_deviations(const Crystal& crystal, std::span<const Vector3> u, double mismatch) {
    require_in(ObservableParameters::mismatch_range, "mismatch", mismatch);
    const bool is_flat = crystal.dimension() == 2;
    std::vector<double> deviations(u.size(), 0.0);
    std::vector<int> bonds(u.size(), 0);
    for (const Bond& bond : crystal.bonds()) {
        const Direction& direction = crystal.lattice().directions[static_cast<std::size_t>(bond.direction)];
        if (!direction.nearest) continue;
        const auto first = static_cast<std::size_t>(bond.first);
        const auto second = static_cast<std::size_t>(bond.second);
        double square = 0.0;
        for (std::size_t k = 0; k < 3; ++k) {
            const double component = direction.unit[k] + mismatch * (u[second][k] - u[first][k]);
            square += component * component;
        }
        const double deviation = (is_flat ? square : square * std::sqrt(square)) - 1.0;
        for (const std::size_t site : {first, second}) {
            deviations[site] += deviation;
            ++bonds[site];
        }
    }
    for (std::size_t site = 0; site < deviations.size(); ++site) deviations[site] /= std::max(1, bonds[site]);
    return deviations;
}

DeviationSpread spread_over(std::span<const Site> sites, std::span<const double> deviations) {
    const double count = static_cast<double>(sites.size());
    double mean = 0.0;
    for (const Site site : sites) mean += deviations[static_cast<std::size_t>(site)] / count;
    double about_zero = 0.0;
    double about_mean = 0.0;
    for (const Site site : sites) {
        const double deviation = deviations[static_cast<std::size_t>(site)];
        about_zero += deviation * deviation / count;
        about_mean += (deviation - mean) * (deviation - mean) / count;
    }
    return {std::sqrt(about_zero), std::sqrt(about_mean)};
}

const char* local_deviation_name(const Crystal& crystal) {
    return crystal.dimension() == 2 ? "area_deviation" : "volume_deviation";
}

Observable strain(std::shared_ptr<const Displacements> displacements, double mismatch) {
    const Crystal& crystal = displacements->crystal();
    const std::string name = local_deviation_name(crystal);
    const std::string what = crystal.dimension() == 2 ? "area" : "volume";
    const PhaseClassifier classifier(crystal);
    const std::vector<Site> interior(classifier.sites().begin(), classifier.sites().end());
    if (interior.empty())
        throw Error(fmt::format(
            "crystal {}: no site has all its neighbours, so there is no strain to measure", crystal.shape()));
    return {{{name + "_rms", "1",
              fmt::format("root mean square of the local change of {} over interior sites", what), "strain",
              "rms"},
             {name + "_std", "1", fmt::format("the same about its mean over interior sites", what), "strain",
              "rms about the mean"}},
            [displacements = std::move(displacements), interior, mismatch](const State& state,
                                                                           std::span<double> values) {
                const std::vector<double> deviations =
                    local_deviations(displacements->crystal(), (*displacements)(state.sigma), mismatch);
                const DeviationSpread spread = spread_over(interior, deviations);
                values[0] = spread.rms;
                values[1] = spread.std;
            }};
}

}  // namespace misfit
