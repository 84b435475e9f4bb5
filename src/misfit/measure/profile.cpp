#include "misfit/measure/profile.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>
#include <vector>

#include "misfit/base/error.hpp"

namespace misfit {
namespace {

/// Index of the axis in a position.
std::size_t index_of(ProfileAxis axis) { return static_cast<std::size_t>(axis) - 1; }

}  // namespace

bool has_layers(const Lattice& lattice, ProfileAxis axis) {
    return axis != ProfileAxis::none &&
           lattice.layered.find(profile_words[static_cast<std::size_t>(axis)]) != std::string_view::npos;
}

Observable composition_profile(const Crystal& crystal, ProfileAxis axis) {
    if (!has_layers(crystal.lattice(), axis))
        throw Error(fmt::format("crystal {}: there are no layers of sites across {}", crystal.shape(),
                                profile_words[static_cast<std::size_t>(axis)]));
    constexpr double rounding = 1e-6;
    std::vector<double> levels;  // of the layers, ascending
    for (const Vector3& position : crystal.positions()) levels.push_back(position[index_of(axis)]);
    std::ranges::sort(levels);
    const auto is_same = [&](double a, double b) { return b - a < rounding; };
    levels.erase(std::unique(levels.begin(), levels.end(), is_same), levels.end());
    std::vector<std::size_t> layer;  // of each site
    for (const Vector3& position : crystal.positions()) {
        const auto above = std::ranges::upper_bound(levels, position[index_of(axis)] + rounding);
        layer.push_back(static_cast<std::size_t>(above - levels.begin() - 1));
    }
    std::vector<double> sites(std::ranges::max(layer) + 1, 0.0);
    for (const std::size_t each : layer) ++sites[each];

    Observable observable;
    const char* const word = profile_words[static_cast<std::size_t>(axis)];
    for (std::size_t k = 0; k < sites.size(); ++k)
        observable.columns.push_back({fmt::format("profile_{}_{}", word, k), "1",
                                      fmt::format("fraction of A in layer {} along {}", k, word), "profile",
                                      fmt::format("{}", k)});
    observable.measure = [layer = std::move(layer), sites = std::move(sites)](const State& state,
                                                                              std::span<double> values) {
        std::ranges::fill(values.first(sites.size()), 0.0);
        for (std::size_t site = 0; site < layer.size(); ++site)
            if (state.sigma[site] > 0) ++values[layer[site]];
        for (std::size_t k = 0; k < sites.size(); ++k) values[k] /= std::max(1.0, sites[k]);
    };
    return observable;
}

}  // namespace misfit
