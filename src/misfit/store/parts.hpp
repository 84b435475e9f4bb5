#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "misfit/store/files.hpp"
#include "misfit/store/identity.hpp"

namespace misfit {

/// Told of damage that a run can get over: one sentence that names the file.
using Warn = std::function<void(const std::string&)>;

/// One worker's file of finished units (trajectories, ladders of chains), `NUMBER.part`:
///
///     sealed RunIdentity (store/bytes.hpp), then entries
///     [length u64][unit u32][what is recorded of it, `length` bytes][XXH3-64 of all that]
///
/// An entry is appended with one write(), so what a killed run leaves is a row of whole entries and at
/// most one torn one at the end. Numbers are never used twice: a file of an earlier start stays as it is.
class PartWriter {
public:
    /// Creates the file with the next free number. Throws Error if the folder cannot be written.
    PartWriter(const std::filesystem::path& folder, const RunIdentity& identity);

    /// Appends what is recorded of a finished unit; on disk within about a second of work.
    template <class Unit>
    void append(const Unit& recorded) {
        ByteWriter payload;
        put(payload, recorded);
        append(recorded.unit, payload.bytes());
    }
    /// Returns when all that was appended is on disk.
    void sync();

    const std::filesystem::path& path() const { return file_.path(); }

private:
    using Clock = std::chrono::steady_clock;
    void append(std::uint32_t unit, ByteSpan payload);

    File file_;
    Clock::time_point synced_;
    bool unsynced_ = false;
};

/// All finished units in a folder of parts. Holds places, not contents.
class PartReader {
public:
    /// Reads through every part file once. A torn tail is passed over in silence, since a run may be
    /// appending to it; bytes damaged otherwise are reported to `warn` and what follows in that file is
    /// left out. Throws Error for a part of another run. O(bytes), memory of one unit.
    PartReader(const std::filesystem::path& folder, const RunIdentity& identity, const Warn& warn);

    /// Numbers of the finished units, ascending.
    std::vector<std::uint32_t> units() const;
    bool contains(std::uint32_t unit) const { return places_.contains(unit); }
    /// What is recorded of a unit. Throws Error if its bytes have been damaged since.
    template <class Unit>
    Unit read(std::uint32_t unit) const {
        const Bytes payload = read_payload(unit);
        ByteReader reader(payload, source_of(unit));
        Unit recorded;
        take(reader, recorded);
        reader.expect_end();
        return recorded;
    }

private:
    struct Place {
        std::size_t file;
        std::uint64_t offset;  ///< of the entry
        std::size_t size;      ///< of the entry
    };
    Bytes read_payload(std::uint32_t unit) const;
    std::string source_of(std::uint32_t unit) const;
    void scan(std::size_t file, const RunIdentity& identity, const Warn& warn);

    std::vector<File> files_;
    std::map<std::uint32_t, Place> places_;
};

}  // namespace misfit
