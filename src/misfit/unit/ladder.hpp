#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "misfit/engine/monte_carlo.hpp"
#include "misfit/engine/replica_exchange.hpp"
#include "misfit/input/plan.hpp"
#include "misfit/measure/observable.hpp"
#include "misfit/store/bytes.hpp"

namespace misfit {

/// What is recorded of one chain of equilibrium Monte Carlo, finished or so far.
struct Chain {
    std::uint32_t point = 0;   ///< of the plan
    std::uint32_t number = 0;  ///< among the chains of the point; starts one after the other
    StartState start = StartState::random;
    std::uint32_t samples = 0;
    std::vector<double> scalars;           ///< [samples][columns]
    std::vector<double> reduced_energies;  ///< [samples][points of the ladder], with replica exchange
    std::uint32_t frames = 0;
    std::vector<std::uint8_t> sigma;         ///< [frames][ceil(N/8)], as in Trajectory
    std::vector<std::uint64_t> frame_sweep;  ///< [frames]
    std::uint64_t attempts = 0;
    std::uint64_t accepted = 0;
    double phi_deviation = 0.0;     ///< largest |phi - V dsigma| seen
    double energy_deviation = 0.0;  ///< |energy of the incremental phi - energy from scratch| at the end

    bool operator==(const Chain&) const = default;
};

/// Chains that exchange their species, one at each point, or a chain by itself: one unit of a run in one
/// stage.
struct Ladder {
    std::uint32_t unit = 0;
    std::vector<Chain> chains;               ///< by point
    std::vector<std::uint64_t> exchanges;    ///< tried between points k and k+1
    std::vector<std::uint64_t> exchanged;    ///< of these, accepted
    std::vector<std::uint32_t> round_trips;  ///< by replica: from the first point to the last and back

    bool operator==(const Ladder&) const = default;
};

/// How a ladder was after its last sweep: what a longer run goes on from, to the bits of one long run.
struct LadderEnd {
    std::vector<State> states;           ///< by point
    std::vector<std::uint32_t> replica;  ///< as in LadderCheckpoint
    std::vector<std::uint8_t> leg;       ///< likewise

    bool operator==(const LadderEnd&) const = default;
};
void put(ByteWriter& writer, const LadderEnd& end);
void take(ByteReader& reader, LadderEnd& end);

/// One unit of a run: a ladder in every stage.
struct LadderStages {
    std::uint32_t unit = 0;
    std::vector<Ladder> stages;
    LadderEnd last = {};

    bool operator==(const LadderStages&) const = default;
};
void put(ByteWriter& writer, const LadderStages& recorded);
void take(ByteReader& reader, LadderStages& recorded);

/// A ladder under way: all that is needed to go on to the same bits.
struct LadderCheckpoint {
    Ladder ladder;                       ///< of the stage under way
    std::vector<Ladder> earlier;         ///< of the stages that have ended
    std::vector<State> states;           ///< by point
    std::uint64_t sweep = 0;             ///< sweeps made by every chain in this stage, equilibration included
    std::vector<std::uint32_t> replica;  ///< which replica stands at a point
    /// By replica: 0 before it is first at the first point, 1 since then, 2 once it has been at the last.
    std::vector<std::uint8_t> leg;

    std::uint32_t unit() const { return ladder.unit; }
    std::size_t stage() const { return earlier.size(); }
    bool operator==(const LadderCheckpoint&) const = default;
};
void put(ByteWriter& writer, const LadderCheckpoint& checkpoint);
void take(ByteReader& reader, LadderCheckpoint& checkpoint);

/// What a unit of an equilibrium run is, without its numbers.
struct LadderPlan {
    std::uint32_t unit = 0;
    std::vector<std::uint32_t> points;  ///< of the sweep, stages left aside
    std::uint32_t stages = 1;           ///< how many each of these points has
    std::uint32_t number = 0;           ///< which chain of each of these points
    StartState start = StartState::random;

    /// Number in the run's plan of the k-th point in a stage.
    std::uint32_t point(std::size_t k, std::size_t stage) const {
        return points[k] * stages + static_cast<std::uint32_t>(stage);
    }
};

/// All units of a run: at every point (or every row of points that exchange) the chains from each start.
std::vector<LadderPlan> plan_ladders(const RunSpec& spec);

/// What the chains of a ladder need to go on.
struct LadderModel {
    HamiltonianLadder hamiltonians;
    std::vector<MonteCarlo> engines;                   ///< by point
    std::vector<std::vector<Observable>> observables;  ///< by point
};
/// `displacements`, by point, as in make_observables(); none at all: as null for every point.
LadderModel make_ladder_model(std::vector<Hamiltonian> points, Moves moves, Spin shell_species,
                              const ObservableParameters& parameters = {},
                              std::vector<std::shared_ptr<const Displacements>> displacements = {});

/// A ladder before its first sweep. `model` is that of its first stage, `run` is what it is part of; `core`
/// is the core of StartState::record, empty otherwise.
LadderCheckpoint start_ladder(const LadderModel& model, const LadderPlan& plan, const Plan& run,
                              std::span<const Spin> core);

/// Brings a ladder from the end of a stage to the beginning of the next one, whose model this is: the species
/// stay, all else begins anew.
void begin_stage(const LadderModel& model, const LadderPlan& plan, LadderCheckpoint& now);

/// Advances the chain at `point` of the ladder by `sweeps`, taking the samples that are due. Chains of one
/// ladder may be advanced from different threads at once.
void advance_chain(LadderModel& model, const MonteCarloParameters& monte_carlo, std::size_t point,
                   std::uint64_t sweeps, LadderCheckpoint& now);

/// Lets neighbours exchange if it is due, in the stage whose settings these are. Returns the sweeps that all
/// chains make then: until the next exchange, or `most`, or until the end of the stage. Only before that.
std::uint64_t open_round(const LadderModel& model, const Settings& settings, std::uint64_t most,
                         LadderCheckpoint& now);

/// After all chains have made `sweeps` more: counts them, and at the end of the stage, whose settings these
/// are, fills in what is known only then. True if the stage is finished.
bool close_round(const LadderModel& model, const Settings& settings, std::uint64_t sweeps,
                 LadderCheckpoint& now);

/// Observables of equilibrium: those of make_observables(), the core's composition, the total energy, and
/// f_U.
std::vector<Observable> equilibrium_observables(const Hamiltonian& hamiltonian,
                                                const ObservableParameters& parameters = {},
                                                std::shared_ptr<const Displacements> displacements = nullptr);

}  // namespace misfit
