#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "misfit/store/parts.hpp"

namespace misfit {

/// The checkpoints of a run's unfinished units, `unit-K.checkpoint`, each with the one before it
/// as `unit-K.checkpoint.previous`. Different units may be used from different threads.
class CheckpointFolder {
public:
    CheckpointFolder(std::filesystem::path folder, RunIdentity identity, Warn warn = {});

    /// Durable when it returns; killed at any instant, the new, the old or the one before is there.
    template <class Unfinished>
    void write(const Unfinished& checkpoint) const {
        ByteWriter payload;
        put(payload, identity_);
        put(payload, checkpoint);
        write(checkpoint.unit, payload.bytes());
    }
    /// The latest one that is whole, if there is any. A damaged one is reported to `warn`. Throws Error
    /// for a checkpoint of another run.
    template <class Unfinished>
    std::optional<Unfinished> read(std::uint32_t unit) const {
        const std::optional<Found> found = find(unit);
        if (!found) return {};
        ByteReader reader(found->payload, found->path);
        RunIdentity recorded;
        take(reader, recorded);
        require_same_run(identity_, recorded, found->path);
        Unfinished checkpoint;
        take(reader, checkpoint);
        reader.expect_end();
        return checkpoint;
    }
    void remove(std::uint32_t unit) const;
    /// True if there is something to read or remove.
    bool contains(std::uint32_t unit) const;

private:
    struct Found {
        std::string path;
        Bytes payload;
    };
    void write(std::uint32_t unit, ByteSpan payload) const;
    std::optional<Found> find(std::uint32_t unit) const;
    std::filesystem::path file_of(std::uint32_t unit) const;
    std::filesystem::path previous_of(std::uint32_t unit) const;

    std::filesystem::path folder_;
    RunIdentity identity_;
    Warn warn_;
};

}  // namespace misfit
