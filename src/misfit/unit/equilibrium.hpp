#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "misfit/input/settings.hpp"
#include "misfit/store/checkpoint.hpp"
#include "misfit/unit/ensemble.hpp"
#include "misfit/unit/ladder.hpp"
#include "misfit/unit/point_models.hpp"

namespace misfit {

/// The ladders of one equilibrium run, shared out over threads: chains of one ladder run at the same time
/// between exchanges. What a ladder is depends on the seed and its number alone, not on who runs it.
class EquilibriumRun {
public:
    using Options = Ensemble::Options;

    /// What a ladder that has no checkpoint goes on from. Called by several threads.
    using Earlier = std::function<LadderCheckpoint(const LadderPlan&)>;

    /// `parts` is the folder that finished ladders and checkpoints go to; `start_core` the core's species for
    /// StartState::record; without `earlier` a ladder that has no checkpoint starts anew.
    EquilibriumRun(PointModels& models, std::vector<Spin> start_core, std::filesystem::path parts,
                   RunIdentity identity, Warn warn, Earlier earlier = {});

    /// Runs these ladders, from their checkpoints where there are any. True if all are finished, false if
    /// they were interrupted: then those under way have a checkpoint. `finished` of the progress counts
    /// ladders, `events` attempts.
    bool run(std::span<const LadderPlan> plans, const Options& options);

private:
    class Shift;

    std::vector<Settings> stages_;  ///< of the run's stages, at its first combination
    PointModels& models_;
    std::vector<Spin> start_core_;
    std::filesystem::path parts_;
    RunIdentity identity_;
    CheckpointFolder checkpoints_;
    Earlier earlier_;
};

}  // namespace misfit
