#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "misfit/measure/observable.hpp"
#include "misfit/model/hamiltonian.hpp"

namespace misfit {

class Displacements;

/// Every observable of a run, in the order of the record. A new one is a file pair in this folder, a
/// line in the table in observables.cpp, and a test. Copies share what is large. `displacements` are those of
/// the hamiltonian's crystal, which several calls may share; null: they are made here if strain is asked for.
/// Throws Error for a mismatch out of range and for a profile that the crystal does not have.
std::vector<Observable> make_observables(const Hamiltonian& hamiltonian,
                                         const ObservableParameters& parameters = {},
                                         std::shared_ptr<const Displacements> displacements = nullptr);

/// An observable that is not the input's but of whoever starts the run, made for each point's Hamiltonian: of
/// one column, the same at all. Its `measure` is called from any of the run's threads, and may throw.
using ObservableMaker = std::function<Observable(const Hamiltonian&)>;

/// Adds these behind those of the input. Throws Error for a column whose name is taken or cannot be one: a
/// letter, then letters, digits and underscores.
void add_observables(std::vector<Observable>& observables, const Hamiltonian& hamiltonian,
                     std::span<const ObservableMaker> makers);

}  // namespace misfit
