#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "misfit/energy/hamiltonian.hpp"
#include "misfit/energy/state.hpp"

namespace misfit {

/// Something measured on a state at a due time: one or several named numbers.
struct Observable {
    struct Column {
        std::string name;         ///< the same word in HDF5, CSV and Python: "f_U1"
        std::string unit;         ///< "1", "epsilon"
        std::string description;  ///< one sentence
    };
    std::vector<Column> columns;
    /// Writes one value per column. Requires state.phi == V dsigma.
    std::function<void(const State& state, std::span<double> values)> measure;
};

/// Every observable of a run, in the order of the record. A new one is a file pair in this folder, a
/// line in the table in observable.cpp, and a test.
std::vector<Observable> make_observables(const Hamiltonian& hamiltonian);

/// The columns of all observables, one after the other.
std::vector<Observable::Column> columns_of(std::span<const Observable> observables);

/// How many there are. O(observables).
std::size_t column_count(std::span<const Observable> observables);

/// Measures all of them; `values` has one entry per column.
void measure(std::span<const Observable> observables, const State& state, std::span<double> values);

}  // namespace misfit
