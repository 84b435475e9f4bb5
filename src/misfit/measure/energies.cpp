#include "misfit/measure/energies.hpp"

namespace misfit {

Observable energies(const Hamiltonian& hamiltonian) {
    return {{{"energy_elastic", "epsilon", "elastic energy, 1/2 dsigma V dsigma"},
             {"energy_ising", "epsilon", "Ising energy of nearest pairs"},
             {"energy_chemical", "epsilon", "-(delta_mu/2) sum of sigma"}},
            [hamiltonian](const State& state, std::span<double> values) {
                const EnergyTerms terms = energy(hamiltonian, state);
                values[0] = terms.elastic;
                values[1] = terms.ising;
                values[2] = terms.chemical;
            }};
}

Observable total_energy(const Hamiltonian& hamiltonian) {
    return {{{"energy", "epsilon", "elastic, Ising and chemical energy together"}},
            [hamiltonian](const State& state, std::span<double> values) {
                values[0] = energy(hamiltonian, state).total();
            }};
}

}  // namespace misfit
