#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "misfit/dynamics/kmc.hpp"
#include "misfit/observe/observable.hpp"

namespace misfit {

/// What is recorded of one trajectory, finished or so far.
struct Trajectory {
    std::uint32_t unit = 0;           ///< its number in the ensemble
    std::vector<double> scalars;      ///< [samples so far][columns], row by row
    std::vector<std::uint8_t> sigma;  ///< [frames so far][ceil(N/8)]: bit j of byte j/8, 1 is A
    std::uint32_t samples = 0;        ///< scalar due times done
    std::uint32_t frames = 0;         ///< sigma due times done
    bool finished = false;
    Stop stop = Stop::until;  ///< why it ended: `until` is t_end
    double end_time = 0.0;    ///< t_end, or when the last event ended it
    std::uint64_t steps = 0;  ///< events in all
    std::array<std::uint64_t, kmc_event_kinds> events = {};
    double phi_deviation = 0.0;     ///< largest |phi - V dsigma| seen
    double energy_deviation = 0.0;  ///< |energy of the incremental phi - energy from scratch| at the end

    bool operator==(const Trajectory&) const = default;
};

/// The due times of a run, shared by all its trajectories.
struct DueTimes {
    std::vector<double> scalars;  ///< ascending
    std::vector<double> sigma;    ///< ascending

    bool operator==(const DueTimes&) const = default;
};

/// Appends the species of all sites to `bits`: ceil(N/8) bytes.
void pack_sigma(std::span<const Spin> sigma, std::vector<std::uint8_t>& bits);
/// The reverse, for one frame.
void unpack_sigma(std::span<const std::uint8_t> bits, std::span<Spin> sigma);

/// Advances the state and the record of one trajectory by `budget` events or less, taking every due
/// sample with the state before the event that crosses it. A trajectory that has ended holds its last
/// state in all samples that follow. Sets `finished` and the end when it is over. Calling again goes on.
void advance_trajectory(Kmc& kmc, State& state, std::span<const Observable> observables, const DueTimes& due,
                        std::uint64_t budget, Trajectory& trajectory);

/// The state in which every trajectory starts: all A at time 0.
State initial_state(const Hamiltonian& hamiltonian, std::uint64_t seed, std::uint32_t unit);

}  // namespace misfit
