#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "misfit/engine/kmc.hpp"
#include "misfit/model/state.hpp"
#include "misfit/store/bytes.hpp"

namespace misfit {

/// How a chain went through one stage.
struct StageEnd {
    Stop stop = Stop::paused;  ///< why it ended: `until` is the end of the stage; `paused`: it has not
    double end_time = 0.0;     ///< of a trajectory: when it ended, since the stage began; t_end for `until`
    std::uint64_t steps = 0;   ///< events, or attempts, in this stage

    bool operator==(const StageEnd&) const = default;
};

/// What is recorded of one chain of states in one stage, finished or so far: of a trajectory of an exchange,
/// or of a chain of an equilibrium.
struct Chain {
    std::uint32_t point = 0;   ///< of the plan
    std::uint32_t number = 0;  ///< among the trajectories or chains of the point (UnitPlan::number)
    std::uint32_t samples = 0;
    std::vector<double> scalars;           ///< [samples][columns], row by row
    std::vector<double> reduced_energies;  ///< [samples][points of the ladder], with replica exchange
    std::uint32_t frames = 0;
    std::vector<std::uint8_t> sigma;  ///< [frames][ceil(N/8)], as pack_sigma() gives them
    StageEnd end;
    // Known once the stage has ended.
    std::array<std::uint64_t, event_kinds> events = {};  ///< in this stage, by kind
    double phi_deviation = 0.0;                          ///< largest |phi - V dsigma| seen
    double energy_deviation = 0.0;  ///< |energy of the incremental phi - energy from scratch| at the end

    bool has_ended() const { return end.stop != Stop::paused; }
    bool operator==(const Chain&) const = default;
};

/// Chains that exchange their species, one at each point, or a chain by itself, in one stage.
struct Ladder {
    std::vector<Chain> chains;               ///< by point
    std::vector<std::uint64_t> exchanges;    ///< tried between points k and k+1
    std::vector<std::uint64_t> exchanged;    ///< of these, accepted
    std::vector<std::uint32_t> round_trips;  ///< by replica: from the first point to the last and back

    bool operator==(const Ladder&) const = default;
};

/// One unit of work of a run, finished or under way: a ladder that goes through every stage. A trajectory is
/// one of a single chain. All that is needed to go on to the same bits.
struct Unit {
    std::uint32_t unit = 0;                   ///< its number in the run
    std::vector<Ladder> stages = {};          ///< those that have ended, and the one under way
    std::vector<State> states = {};           ///< by point; in a finished unit as the last stage left them
    std::uint64_t sweep = 0;                  ///< of an equilibrium: made by every chain in this stage
    std::vector<std::uint32_t> replica = {};  ///< which replica stands at a point
    /// By replica: 0 before it is first at the first point, 1 since then, 2 once it has been at the last.
    std::vector<std::uint8_t> leg = {};
    bool finished = false;

    Ladder& ladder() { return stages.back(); }
    const Ladder& ladder() const { return stages.back(); }
    /// Of the stage under way, from 0.
    std::size_t stage() const { return stages.size() - 1; }
    bool operator==(const Unit&) const = default;
};
void put(ByteWriter& writer, const Unit& unit);
void take(ByteReader& reader, Unit& unit);

void put(ByteWriter& writer, const State& state);
void take(ByteReader& reader, State& state);

/// A unit without its samples and frames.
Unit without_samples(const Unit& unit);

/// At the end of a stage: counts what happened in it, and notes how far phi had drifted.
void close_chain(const Hamiltonian& hamiltonian, const State& state, Chain& chain);

/// Appends the species of all sites to `bits`: ceil(N/8) bytes, bit j of byte j/8, 1 is A.
void pack_sigma(std::span<const Spin> sigma, std::vector<std::uint8_t>& bits);
/// The reverse, for one frame.
void unpack_sigma(std::span<const std::uint8_t> bits, std::span<Spin> sigma);

}  // namespace misfit
