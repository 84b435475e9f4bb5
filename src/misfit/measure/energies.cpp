#include "misfit/measure/energies.hpp"

namespace misfit {

Observable energies(const Hamiltonian& hamiltonian) {
    return {{{"energy_elastic", "epsilon", "elastic energy, 1/2 dsigma V dsigma", "energy", "elastic"},
             {"energy_ising", "epsilon", "Ising energy of nearest pairs", "energy", "Ising"},
             {"energy_chemical", "epsilon", "-(delta_mu/2) sum of sigma", "chemical energy", "chemical"}},
            [hamiltonian](const State& state, std::span<double> values) {
                const EnergyTerms terms = energy(hamiltonian, state);
                values[0] = terms.elastic;
                values[1] = terms.ising;
                values[2] = terms.chemical;
            }};
}

Observable total_energy(const Hamiltonian& hamiltonian) {
    return {{{"energy", "epsilon", "elastic, Ising and chemical energy together", "total energy", "all"}},
            [hamiltonian](const State& state, std::span<double> values) {
                values[0] = energy(hamiltonian, state).total();
            }};
}

}  // namespace misfit
