#pragma once

#include <cstdint>
#include <vector>

#include "misfit/engine/kmc.hpp"
#include "misfit/measure/observable.hpp"
#include "misfit/measure/schedule.hpp"
#include "misfit/unit/unit.hpp"

namespace misfit {

/// What carries a trajectory through one stage: kinetic Monte Carlo, with a clock that begins at 0.
struct KmcStage {
    Kmc kmc;
    std::vector<Observable> observables;  ///< the same columns in every stage
    std::vector<double> scalar_times;     ///< when they are taken, since the stage began; ascending
    std::vector<double> frame_times;      ///< likewise sigma

    std::size_t chains() const { return 1; }
    const Hamiltonian& hamiltonian(std::size_t) const { return kmc.hamiltonian(); }
    /// How long the stage is, and how much of it a unit has gone through: in units of 1/k0.
    double length() const { return kmc.parameters().t_end; }
    double position(const Unit& unit) const { return unit.states.front().time; }

    /// How many events come before the next look at the clock of the wall: 10 ms of work or less.
    std::uint64_t open_round(Unit& unit) const;
    /// Lets as many events happen, or less at the end of the stage, taking every due sample with the state
    /// before the event that crosses it. A trajectory that ends holds its last state in all samples to come.
    /// Calling again goes on, and where calls are cut changes nothing.
    void advance(std::size_t chain, std::uint64_t events, Unit& unit);
    /// True if the stage is finished; then what is known only then is filled in.
    bool close_round(std::uint64_t events, Unit& unit) const;
};

/// Those of one stage, since it began.
std::vector<double> times_of_stage(const std::vector<DueTime>& due, std::size_t stage);

/// The state in which a trajectory starts, at time 0 of stage 0.
State initial_state(const Hamiltonian& hamiltonian, std::vector<Spin> sigma, std::uint64_t seed,
                    std::uint32_t number);
/// The same from all A.
State initial_state(const Hamiltonian& hamiltonian, std::uint64_t seed, std::uint32_t number);

}  // namespace misfit
