#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <variant>

#include "bindings.hpp"
#include "misfit/engine/kmc_parameters.hpp"
#include "misfit/model/hamiltonian.hpp"
#include "misfit/model/state.hpp"

namespace misfit::python {

/// One of the models of V; may be null without an elastic term.
using BoundPotential = std::variant<std::shared_ptr<Potential>, std::shared_ptr<SinglePotential>,
                                    std::shared_ptr<BlockPotential>>;

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
    /// By what law kinetic Monte Carlo advanced it last, and until when nothing happened.
    struct Advance {
        ModelParameters model;
        KmcParameters kmc;
        double until;
    };
    std::optional<Advance> advance = {};
    std::atomic<bool> in_use = false;

    /// The state, for a Hamiltonian under which its phi holds. Throws Error for any other: another crystal,
    /// potential or epsilon.
    State& under(const BoundHamiltonian& model);
    /// Something else than the last call of advance() did happens to the state, at the time that it reached:
    /// the clock goes there, and as the random numbers of the next event are known to be such that it came
    /// later, other ones follow, those of the next stage.
    void begin_anew();
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
