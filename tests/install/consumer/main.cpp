#include <cstdio>
#include <memory>
#include <vector>

#include "misfit/crystal/shapes.hpp"
#include "misfit/elastic/potential.hpp"
#include "misfit/model/hamiltonian.hpp"

/// The elastic energy of one A at the centre of a hexagon of B: 2 V_cc = 7.277174 (physics: section 6).
int main() {
    using namespace misfit;
    const auto crystal = std::make_shared<const Crystal>(build_crystal(Hexagon{.side = 10}));
    const auto potential = std::make_shared<const Potential>(build_potential(*crystal));
    const Hamiltonian hamiltonian(crystal, potential, {.delta_mu = 0.0});
    std::vector<Spin> sigma(static_cast<std::size_t>(crystal->size()), Spin{-1});
    sigma[static_cast<std::size_t>(crystal->find({0, 0, 0}))] = +1;
    const State state = make_state(hamiltonian, sigma, {});
    std::printf("%d sites, E = %.6f\n", crystal->size(), energy(hamiltonian, state).total());
}
