#include "misfit/selfcheck/energy_checks.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "misfit/crystal/shapes.hpp"
#include "misfit/selfcheck/springs.hpp"

namespace misfit::selfcheck {
namespace {

/// Rounding of sums of some thousand terms, and the square of what forces a relaxation leaves.
constexpr double relative_error = 1e-11;

std::vector<Spin> random_species(Site size, std::mt19937_64& random) {
    std::vector<Spin> sigma;
    for (Site site = 0; site < size; ++site) sigma.push_back(random() % 2 == 0 ? Spin{1} : Spin{-1});
    return sigma;
}

}  // namespace

std::vector<Finding> check_energies(const std::string& name, const Hamiltonian& hamiltonian) {
    const Site size = hamiltonian.crystal().size();
    const Springs springs(hamiltonian.crystal());
    std::mt19937_64 random(1);
    double totals = 0.0;
    double flips = 0.0;
    double swaps = 0.0;
    double scale = 0.0;
    for (int repeat = 0; repeat < 3; ++repeat) {
        const State state = make_state(hamiltonian, random_species(size, random), {});
        const double before = springs.energy(hamiltonian.model(), state.sigma);
        scale = std::max(scale, std::abs(before));
        totals = std::max(totals, std::abs(energy(hamiltonian, state).total() - before));
        for (Site j = 0; j < size; ++j) {
            std::vector<Spin> changed = state.sigma;
            Spin& species = changed[static_cast<std::size_t>(j)];
            species = static_cast<Spin>(-species);
            const double change = springs.energy(hamiltonian.model(), changed) - before;
            flips = std::max(flips, std::abs(flip_energy(hamiltonian, state, j) - change));
            const auto i = static_cast<Site>(random() % static_cast<std::uint64_t>(size));
            if (state.sigma[static_cast<std::size_t>(i)] == state.sigma[static_cast<std::size_t>(j)])
                continue;
            Spin& other = changed[static_cast<std::size_t>(i)];
            other = static_cast<Spin>(-other);
            const double swap = springs.energy(hamiltonian.model(), changed) - before;
            swaps = std::max(swaps, std::abs(swap_energy(hamiltonian, state, i, j) - swap));
        }
    }
    const double allowed = relative_error * std::max(scale, 1.0);
    return {at_most(name + ": E - E of relaxed springs", totals, allowed),
            at_most("dE of flips - difference of E of springs", flips, allowed),
            at_most("dE of swaps - difference of E of springs", swaps, allowed)};
}

std::vector<Finding> check_energies() {
    const ModelParameters model = {.kT = 1.0, .epsilon = 1.2, .J = 0.3, .delta_mu = -2.0};
    const auto of = [&](const std::string& name, Crystal built) {
        const auto crystal = std::make_shared<const Crystal>(std::move(built));
        const auto V = std::make_shared<const Potential>(build_potential(*crystal));
        return check_energies(name, Hamiltonian(crystal, V, model));
    };
    std::vector<Finding> all = of("stiff layer on a hexagon", build_crystal(Hexagon{4}, {1, 5.0}));
    const std::vector<Finding> box = of("box 4 x 3 x 5", build_crystal(Box{{4, 3, 5}}));
    all.insert(all.end(), box.begin(), box.end());
    return all;
}

}  // namespace misfit::selfcheck
