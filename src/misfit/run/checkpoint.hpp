#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "misfit/run/parts.hpp"
#include "misfit/run/trajectory_bytes.hpp"

namespace misfit {

/// An unfinished trajectory: all that is needed to go on to the same bits.
struct Checkpoint {
    State state;
    Trajectory trajectory;

    bool operator==(const Checkpoint&) const = default;
};

/// The checkpoints of a run's unfinished trajectories, `unit-<k>.checkpoint`, each with the one before it
/// as `unit-<k>.checkpoint.previous`. Different units may be used from different threads.
class CheckpointFolder {
public:
    CheckpointFolder(std::filesystem::path folder, RunIdentity identity, Warn warn = {});

    /// Durable when it returns; killed at any instant, the new, the old or the one before is there.
    void write(const Checkpoint& checkpoint) const;
    /// The latest one that is whole, if there is any. A damaged one is reported to `warn`. Throws Error
    /// for a checkpoint of another run.
    std::optional<Checkpoint> read(std::uint32_t unit) const;
    void remove(std::uint32_t unit) const;
    /// True if there is something to read or remove.
    bool contains(std::uint32_t unit) const;

private:
    std::filesystem::path file_of(std::uint32_t unit) const;
    std::filesystem::path previous_of(std::uint32_t unit) const;

    std::filesystem::path folder_;
    RunIdentity identity_;
    Warn warn_;
};

}  // namespace misfit
