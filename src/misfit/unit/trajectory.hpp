#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "misfit/engine/kmc.hpp"
#include "misfit/measure/observable.hpp"
#include "misfit/measure/schedule.hpp"

namespace misfit {

/// How a trajectory went through one stage.
struct StageEnd {
    Stop stop = Stop::until;  ///< why it ended: `until` is t_end
    double end_time = 0.0;    ///< t_end, or when the last event ended it, since the stage began
    std::uint64_t steps = 0;  ///< events in this stage

    bool operator==(const StageEnd&) const = default;
};

/// How a trajectory was when its last stage ended, before phi was computed afresh: what a longer run goes on
/// from, to the bits of one long run.
struct TrajectoryEnd {
    State state;
    double energy_deviation = 0.0;  ///< of the stages before

    bool operator==(const TrajectoryEnd&) const = default;
};

/// What is recorded of one trajectory, finished or so far.
struct Trajectory {
    std::uint32_t unit = 0;           ///< its number in the ensemble
    std::vector<double> scalars;      ///< [samples so far][columns], row by row
    std::vector<std::uint8_t> sigma;  ///< [frames so far][ceil(N/8)]: bit j of byte j/8, 1 is A
    std::uint32_t samples = 0;        ///< scalar due times done, of all stages
    std::uint32_t frames = 0;         ///< sigma due times done, of all stages
    bool finished = false;
    std::vector<StageEnd> stages;  ///< those that have ended
    std::array<std::uint64_t, kmc_event_kinds> events = {};
    double phi_deviation = 0.0;     ///< largest |phi - V dsigma| seen
    double energy_deviation = 0.0;  ///< largest |energy of the incremental phi - energy from scratch| at a
                                    ///< stage's end

    TrajectoryEnd last;  ///< of a finished one
    /// Why and when the last stage ended. Only if one has.
    Stop stop() const { return stages.back().stop; }
    double end_time() const { return stages.back().end_time; }
    /// Events of all stages that have ended.
    std::uint64_t steps() const;
    bool operator==(const Trajectory&) const = default;
};

/// What a thread needs to advance trajectories through one stage.
struct StageEngine {
    Kmc kmc;
    std::vector<Observable> observables;  ///< the same columns in every stage
};

/// Appends the species of all sites to `bits`: ceil(N/8) bytes.
void pack_sigma(std::span<const Spin> sigma, std::vector<std::uint8_t>& bits);
/// The reverse, for one frame.
void unpack_sigma(std::span<const std::uint8_t> bits, std::span<Spin> sigma);

/// Advances the state and the record of one trajectory by `budget` events or less, taking every due
/// sample with the state before the event that crosses it. Each stage starts with the species that the one
/// before it left, its clock at 0 and random numbers of its own, so no event straddles the switch. A stage
/// that has ended holds its last state in all its samples that follow. Sets `finished` after the last stage.
/// Calling again goes on.
void advance_trajectory(std::span<StageEngine> stages, State& state, const DueTimes& due,
                        std::uint64_t budget, Trajectory& trajectory);

/// The state in which a trajectory starts, at time 0 of stage 0.
State initial_state(const Hamiltonian& hamiltonian, std::vector<Spin> sigma, std::uint64_t seed,
                    std::uint32_t unit);
/// The same from all A.
State initial_state(const Hamiltonian& hamiltonian, std::uint64_t seed, std::uint32_t unit);

}  // namespace misfit
