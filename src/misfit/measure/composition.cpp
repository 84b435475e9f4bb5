#include "misfit/measure/composition.hpp"

namespace misfit {

Observable composition() {
    return {{{"composition", "1", "fraction of A over all sites", "composition", "c"}},
            [](const State& state, std::span<double> values) { values[0] = state.composition(); }};
}

Observable core_composition(const Crystal& crystal) {
    double shell_sites = 0.0;
    for (Site site = 0; site < crystal.size(); ++site) shell_sites += crystal.is_shell(site) ? 1.0 : 0.0;
    // The species of the shell is that of its first site: it is the same everywhere and stays.
    Site first = 0;
    while (first + 1 < crystal.size() && !crystal.is_shell(first)) ++first;
    const double core_sites = crystal.size() - shell_sites;
    return {{{"core_composition", "1", "fraction of A over the core", "composition", "core"}},
            [=](const State& state, std::span<double> values) {
                const bool shell_is_A = shell_sites > 0.0 && state.sigma[static_cast<std::size_t>(first)] > 0;
                values[0] = (state.count_A - (shell_is_A ? shell_sites : 0.0)) / core_sites;
            }};
}

}  // namespace misfit
