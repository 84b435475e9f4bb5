#pragma once

#include <atomic>
#include <memory>
#include <variant>

#include "bindings.hpp"
#include "misfit/model/hamiltonian.hpp"
#include "misfit/model/state.hpp"

namespace misfit::python {

/// Either model of V; may be null without an elastic term.
using BoundPotential = std::variant<std::shared_ptr<Potential>, std::shared_ptr<BlockPotential>>;

/// A Hamiltonian with the crystal and the potential that it shares, for Python to ask for.
struct BoundHamiltonian {
    std::shared_ptr<Crystal> crystal;
    BoundPotential potential;
    Hamiltonian hamiltonian;
};

/// A state, and what its phi was computed with. The arrays of Python look into sigma and phi, so neither
/// vector is ever given other memory.
struct BoundState {
    std::shared_ptr<Crystal> crystal;
    BoundPotential potential;
    double epsilon;
    State state;
    std::atomic<bool> in_use = false;

    /// The state, for a Hamiltonian under which its phi holds. Throws Error for any other: another crystal,
    /// potential or epsilon.
    State& under(const BoundHamiltonian& model);
};

/// Marks a state or an engine as taken by this call: engines run without Python's lock, so a second thread
/// could come in. Throws Error if it does.
class Taken {
public:
    explicit Taken(std::atomic<bool>& flag);
    Taken(const Taken&) = delete;
    Taken& operator=(const Taken&) = delete;
    ~Taken() { flag_.store(false); }

private:
    std::atomic<bool>& flag_;
};

}  // namespace misfit::python
