#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "misfit/run/checkpoint.hpp"
#include "misfit/run/ensemble.hpp"
#include "misfit/run/ladder.hpp"
#include "misfit/run/spec.hpp"

namespace misfit {

/// The models of all points of a sweep: V is loaded when a point is worked on and let go when nobody needs it.
/// May be used from several threads.
class PointModels {
public:
    PointModels(std::vector<RunSpec> points, int threads);
    ~PointModels();

    std::span<const RunSpec> points() const { return points_; }
    /// Which of crystals() belongs to a point.
    std::size_t crystal_of(std::uint32_t point) const { return crystal_of_[point]; }
    std::span<const std::shared_ptr<const Crystal>> crystals() const { return crystals_; }
    /// Builds every V that is not cached yet and tells its hash, by crystal; empty without an elastic term.
    /// `on_potential` is called before each.
    std::vector<std::string> potential_hashes(const std::function<void()>& on_potential);
    Hamiltonian hamiltonian(std::uint32_t point);

private:
    struct Loaded;
    std::shared_ptr<const Potential> potential(std::size_t crystal);

    std::vector<RunSpec> points_;
    std::vector<std::size_t> crystal_of_;
    std::vector<std::shared_ptr<const Crystal>> crystals_;
    std::vector<bool> is_elastic_;  ///< by crystal: some point needs its V
    std::vector<std::unique_ptr<Loaded>> loaded_;
    int threads_;
};

/// The ladders of one equilibrium run, shared out over threads: chains of one ladder run at the same time
/// between exchanges. What a ladder is depends on the seed and its number alone, not on who runs it.
class EquilibriumRun {
public:
    using Options = Ensemble::Options;

    /// `parts` is the folder that finished ladders and checkpoints go to; `start_core` the core's species for
    /// StartState::record.
    EquilibriumRun(const RunSpec& spec, PointModels& models, std::vector<Spin> start_core,
                   std::filesystem::path parts, RunIdentity identity, Warn warn);

    /// Runs these ladders, from their checkpoints where there are any. True if all are finished, false if they
    /// were interrupted: then those under way have a checkpoint. `finished` of the progress counts ladders,
    /// `events` attempts.
    bool run(std::span<const LadderPlan> plans, const Options& options);

private:
    class Shift;

    const RunSpec& spec_;
    PointModels& models_;
    std::vector<Spin> start_core_;
    std::filesystem::path parts_;
    RunIdentity identity_;
    CheckpointFolder checkpoints_;
};

}  // namespace misfit
