#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <vector>

#include "misfit/run/files.hpp"
#include "misfit/run/trajectory_bytes.hpp"

namespace misfit {

/// Told of damage that a run can get over: one sentence that names the file.
using Warn = std::function<void(const std::string&)>;

/// One worker's file of finished trajectories, `<number>.part`:
///
///     sealed RunIdentity (run/bytes.hpp), then entries
///     [length u64][unit u32][trajectory, `length` bytes][XXH3-64 of all that]
///
/// An entry is appended with one write(), so what a killed run leaves is a row of whole entries and at
/// most one torn one at the end. Numbers are never used twice: a file of an earlier start stays as it is.
class PartWriter {
public:
    /// Creates the file with the next free number. Throws Error if the folder cannot be written.
    PartWriter(const std::filesystem::path& folder, const RunIdentity& identity);

    /// Appends a finished trajectory; on disk within about a second of work.
    void append(const Trajectory& trajectory);
    /// Returns when all that was appended is on disk.
    void sync();

    const std::filesystem::path& path() const { return file_.path(); }

private:
    using Clock = std::chrono::steady_clock;

    File file_;
    Clock::time_point synced_;
    bool unsynced_ = false;
};

/// All finished trajectories in a folder of parts. Holds places, not trajectories.
class PartReader {
public:
    /// Reads through every part file once. A torn tail is passed over in silence, since a run may be
    /// appending to it; bytes damaged otherwise are reported to `warn` and what follows in that file is
    /// left out. Throws Error for a part of another run. O(bytes), memory of one trajectory.
    PartReader(const std::filesystem::path& folder, const RunIdentity& identity, const Warn& warn);

    /// Numbers of the finished trajectories, ascending.
    std::vector<std::uint32_t> units() const;
    bool contains(std::uint32_t unit) const { return places_.contains(unit); }
    Trajectory read(std::uint32_t unit) const;

private:
    struct Place {
        std::size_t file;
        std::uint64_t offset;  ///< of the entry
        std::size_t size;      ///< of the entry
    };
    void scan(std::size_t file, const RunIdentity& identity, const Warn& warn);

    std::vector<File> files_;
    std::map<std::uint32_t, Place> places_;
};

}  // namespace misfit
