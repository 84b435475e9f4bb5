#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "misfit/engine/kmc.hpp"
#include "misfit/store/checkpoint.hpp"
#include "misfit/unit/trajectory.hpp"
#include "misfit/unit/trajectory_bytes.hpp"

namespace misfit {

/// How far the trajectories of one start have come.
struct EnsembleProgress {
    std::uint32_t finished = 0;  ///< in this start
    double unfinished = 0.0;     ///< sum over trajectories under way of the part of all stages' t_end gone by
    std::uint64_t events = 0;    ///< in this start
};

/// What all trajectories at one combination of a sweep have in common.
struct EnsembleModel {
    std::vector<StageEngine> stages;  ///< all of one crystal; each thread works with copies
    DueTimes due;
    std::uint64_t seed = 0;
    /// Species at the start, [N]: for all trajectories, or one each from the first on.
    std::vector<std::vector<Spin>> start;
};

/// How the trajectories at all combinations of a sweep are numbered as units of work: those of the first
/// combination by their own numbers, those of the next behind them, and so on.
struct EnsembleUnits {
    std::uint32_t first = 0;         ///< number of the first trajectory at every combination
    std::uint32_t trajectories = 1;  ///< at every combination

    std::size_t combination_of(std::uint32_t unit) const { return (unit - first) / trajectories; }
    /// The trajectory's number in its ensemble.
    std::uint32_t number_of(std::uint32_t unit) const { return first + (unit - first) % trajectories; }
};

/// The trajectories of one run, shared out over threads. What a trajectory is depends on the seed of its
/// combination and its number alone, not on who runs it.
class Ensemble {
public:
    struct Options {
        int threads = 1;
        double checkpoint_seconds = 30.0;
        const std::atomic<bool>* interrupt = nullptr;
        /// Called by one thread at a time, about 5 times a second.
        std::function<void(const EnsembleProgress&)> on_progress;
    };

    /// What a trajectory that has no checkpoint goes on from, by its unit; nothing: it starts anew. One that
    /// is finished is kept as it is. Called by several threads.
    using Earlier = std::function<std::optional<Checkpoint>(std::uint32_t)>;

    /// The model of a combination. Called by several threads.
    using Models = std::function<std::shared_ptr<const EnsembleModel>(std::size_t)>;

    /// `parts` is the folder that finished trajectories and checkpoints go to.
    Ensemble(EnsembleUnits units, Models models, std::filesystem::path parts, RunIdentity identity, Warn warn,
             Earlier earlier = {});

    /// Runs the trajectories of these units, those of a combination behind each other, from their checkpoints
    /// where there are any. True if all are finished, false if they were interrupted: then those under way
    /// have a checkpoint. Should one fail, the others under way are checkpointed before its exception goes
    /// on.
    bool run(std::span<const std::uint32_t> units, const Options& options) const;

private:
    class Shift;

    EnsembleUnits units_;
    Models models_;
    std::filesystem::path parts_;
    RunIdentity identity_;
    CheckpointFolder checkpoints_;
    Earlier earlier_;
};

}  // namespace misfit
