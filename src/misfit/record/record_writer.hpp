#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "misfit/record/record.hpp"
#include "misfit/store/parts.hpp"

namespace misfit {

/// The word for an end in a record: "t_end", "composition", "max_events", "frozen".
std::string end_word(Stop stop);
/// The reverse. Throws Error for another word.
Stop end_of_word(const std::string& word);

/// Writes a record of exchange (docs/record.md), one point after the other and at each one trajectory after
/// the other. HDF5 is not thread-safe: one thread at a time.
class RecordWriter {
public:
    /// Creates `path`, or replaces it, for so many points, whose crystals are these.
    RecordWriter(const std::filesystem::path& path, const RecordHeader& header,
                 std::span<const std::shared_ptr<const Crystal>> crystals, std::uint64_t points = 1);
    ~RecordWriter();

    /// Begins the next point, of so many trajectories.
    void begin_point(std::size_t crystal, const DueTimes& due, std::uint32_t trajectories);
    /// The next finished trajectory of the point.
    void append(const Trajectory& trajectory);
    /// Writes what is left, closes the file and seals it (record_seal.hpp); durable when it returns. Requires
    /// that all trajectories of the last point have been appended.
    void finish(const Provenance& provenance);

private:
    struct Contents;
    std::unique_ptr<Contents> contents_;
};

/// All trajectories of `parts` in unit order into the record `path`, point by point; `crystals` as
/// build_crystals() gives them. Durable when it returns.
void assemble_record(const std::filesystem::path& path, const RecordHeader& header,
                     std::span<const std::shared_ptr<const Crystal>> crystals, const PartReader& parts,
                     const Provenance& provenance);

}  // namespace misfit
