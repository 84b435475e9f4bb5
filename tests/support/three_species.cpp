#include "support/three_species.hpp"

namespace misfit::support {
namespace {

constexpr Spin A = 1;
constexpr Spin B = -1;
constexpr Spin vacancy = 0;

}  // namespace

SpeciesEnergies three_species() {
    return SpeciesEnergies({{.sigma = A, .size = 1.0, .charge = 1.0, .mu = -0.4},
                            {.sigma = B, .size = -0.9, .charge = -0.7, .mu = 0.3},
                            {.sigma = vacancy, .size = 0.3, .charge = 0.2, .mu = -0.6}});
}

std::vector<Process> three_species_processes() {
    // Counted as the kinds there are; which does not matter here.
    std::vector<Process> processes;
    const auto add = [&](std::array<Spin, 2> from, std::array<Spin, 2> to, Where where, double rate) {
        const bool at_surface = where == Where::surface;
        processes.push_back(
            {from, to, where, rate, at_surface ? EventKind::exchange_A_to_B : EventKind::swap_nearest});
        if (at_surface) processes.push_back({to, from, where, rate, EventKind::exchange_B_to_A});
    };
    add({A}, {B}, Where::surface, 0.7);
    add({A}, {vacancy}, Where::surface, 0.5);
    add({B}, {vacancy}, Where::surface, 0.9);
    add({A, vacancy}, {vacancy, A}, Where::nearest, 1.0);
    add({B, vacancy}, {vacancy, B}, Where::nearest, 0.2);
    add({A, B}, {B, A}, Where::nearest, 0.1);
    return processes;
}

long double slow_energy(const reference::Model& model, const SpeciesEnergies& species,
                        std::span<const Spin> sigma, std::span<const double> h, double U) {
    long double sum = 0.0L;
    for (std::size_t i = 0; i < sigma.size(); ++i) {
        // V is projected: the mean of the sizes does not matter.
        for (std::size_t j = 0; j < sigma.size(); ++j)
            sum += 0.5L * species[sigma[i]].size * species[sigma[j]].size *
                   model.V(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
        sum -= species[sigma[i]].mu;
        if (!h.empty()) sum -= h[i] * sigma[i];
    }
    for (const reference::Spring& bond : model.bonds) {
        if (!bond.nearest) continue;
        const Spin a = sigma[static_cast<std::size_t>(bond.first)];
        const Spin b = sigma[static_cast<std::size_t>(bond.second)];
        sum += U * species[a].charge * species[b].charge - model.parameters.J * a * b;
    }
    return sum;
}

std::vector<Spin> species_of_state(std::size_t number) {
    std::vector<Spin> sigma;
    for (int site = 0; site < 7; ++site, number /= 3)
        sigma.push_back(static_cast<Spin>(static_cast<int>(number % 3) - 1));
    return sigma;
}

std::size_t number_of_state(std::span<const Spin> sigma) {
    std::size_t number = 0;
    for (std::size_t site = sigma.size(); site-- > 0;)
        number = 3 * number + static_cast<std::size_t>(sigma[site] + 1);
    return number;
}

}  // namespace misfit::support
