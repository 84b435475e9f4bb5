#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "misfit/record/record.hpp"
#include "misfit/store/parts.hpp"

namespace misfit {

/// The word for an end in `/trajectories/end`: "t_end", "composition", "max_events", "frozen".
std::string end_word(Stop stop);
/// The reverse. Throws Error for another word.
Stop end_of_word(const std::string& word);

/// Writes a record (docs/record.md), one trajectory after the other; memory stays bounded by a block of
/// scalars and one trajectory. HDF5 is not thread-safe: one thread at a time.
class RecordWriter {
public:
    /// Creates `path`, or replaces it, for `trajectories` of them.
    RecordWriter(const std::filesystem::path& path, const RecordHeader& header, const Crystal& crystal,
                 std::uint32_t trajectories);
    ~RecordWriter();

    /// The next finished trajectory.
    void append(const Trajectory& trajectory);
    /// Writes what is left, closes the file and seals it (record_seal.hpp); durable when it returns. Requires
    /// that all trajectories have been appended.
    void finish(const Provenance& provenance);

private:
    struct Contents;
    std::unique_ptr<Contents> contents_;
};

/// All trajectories of `parts` in unit order into the record `path`; durable when it returns.
void assemble_record(const std::filesystem::path& path, const RecordHeader& header, const Crystal& crystal,
                     const PartReader& parts, const Provenance& provenance);

}  // namespace misfit
