#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "misfit/engine/monte_carlo.hpp"
#include "misfit/engine/replica_exchange.hpp"
#include "misfit/input/settings.hpp"
#include "misfit/measure/observable.hpp"
#include "misfit/measure/observables.hpp"
#include "misfit/unit/unit.hpp"

namespace misfit {

/// What carries a ladder through one stage: equilibrium Monte Carlo at each of its points, and exchanges of
/// replicas between neighbours.
struct MonteCarloStage {
    HamiltonianLadder hamiltonians;
    std::vector<MonteCarlo> engines;                   ///< by point
    std::vector<std::vector<Observable>> observables;  ///< by point
    MonteCarloParameters monte_carlo;
    std::uint64_t exchange_interval = 1;  ///< sweeps from one exchange to the next

    std::size_t chains() const { return engines.size(); }
    const Hamiltonian& hamiltonian(std::size_t chain) const { return hamiltonians[chain]; }
    /// How long the stage is, and how much of it a unit has gone through: in sweeps.
    double length() const { return static_cast<double>(sweeps()); }
    double position(const Unit& unit) const { return static_cast<double>(unit.sweep); }
    std::uint64_t sweeps() const { return monte_carlo.equilibration + monte_carlo.sweeps; }

    /// Lets neighbours exchange if it is due. Returns the sweeps that all chains make then: until the next
    /// exchange, or until the end of the stage, or some milliseconds of work (tenths of a second where most
    /// attempts are accepted). Only before the end.
    std::uint64_t open_round(Unit& unit) const;
    /// Advances one chain by `sweeps`, taking the samples that are due. Chains of one ladder may be advanced
    /// from different threads at once.
    void advance(std::size_t chain, std::uint64_t sweeps, Unit& unit);
    /// After all chains have made `sweeps` more: counts them. True if the stage is finished; then what is
    /// known only then is filled in.
    bool close_round(std::uint64_t sweeps, Unit& unit) const;
};

/// `displacements`, by point, as in make_observables(); none at all: as null for every point.
MonteCarloStage make_monte_carlo_stage(std::vector<Hamiltonian> points, const Equilibrium& equilibrium,
                                       Spin shell_species, const ObservableParameters& parameters = {},
                                       std::vector<std::shared_ptr<const Displacements>> displacements = {});

/// Observables of equilibrium: those of make_observables(), the core's composition, the total energy, and
/// f_U.
std::vector<Observable> equilibrium_observables(const Hamiltonian& hamiltonian,
                                                const ObservableParameters& parameters = {},
                                                std::shared_ptr<const Displacements> displacements = nullptr);

}  // namespace misfit
