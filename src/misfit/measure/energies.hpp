#pragma once

#include "misfit/measure/observable.hpp"
#include "misfit/model/hamiltonian.hpp"

namespace misfit {

/// energy_elastic, energy_ising, energy_chemical: the terms of the energy (model/hamiltonian.hpp).
/// The hamiltonian is copied: it shares crystal and potential.
Observable energies(const Hamiltonian& hamiltonian);

/// energy: the terms together.
Observable total_energy(const Hamiltonian& hamiltonian);

}  // namespace misfit
