#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "misfit/store/checkpoint.hpp"
#include "misfit/unit/stage_model.hpp"

namespace misfit {

/// How far the units of one start have come.
struct UnitProgress {
    std::uint32_t finished = 0;  ///< in this start
    double unfinished = 0.0;     ///< sum over units under way of the part of all their stages gone by
    std::uint64_t events = 0;    ///< in this start; of an equilibrium: attempts
};

/// The units of one run, shared out over threads: chains of one ladder run at the same time between
/// exchanges. What a unit is depends on the seed and its number alone, not on who runs it.
class UnitRun {
public:
    struct Options {
        int threads = 1;
        double checkpoint_seconds = 30.0;
        const std::atomic<bool>* interrupt = nullptr;
        /// Called by one thread at a time, about 5 times a second.
        std::function<void(const UnitProgress&)> on_progress;
    };

    /// What a unit that has no checkpoint goes on from; nothing: it starts anew. One that is finished is kept
    /// as it is. Called by several threads.
    using Earlier = std::function<std::optional<Unit>(const UnitPlan&)>;

    /// `parts` is the folder that finished units and checkpoints go to; `start` as start_unit() takes it.
    UnitRun(PointModels& models, std::vector<std::vector<Spin>> start, std::filesystem::path parts,
            RunIdentity identity, Warn warn, Earlier earlier = {});

    /// Runs these units, those of a row behind each other, from their checkpoints where there are any. True
    /// if all are finished, false if they were interrupted: then those under way have a checkpoint. Should
    /// one fail, the others under way are checkpointed before its exception goes on.
    bool run(std::span<const std::uint32_t> units, const Options& options);

private:
    class Shift;

    PointModels& models_;
    Units units_;
    std::vector<std::vector<Spin>> start_;
    std::filesystem::path parts_;
    RunIdentity identity_;
    CheckpointFolder checkpoints_;
    Earlier earlier_;
};

}  // namespace misfit
