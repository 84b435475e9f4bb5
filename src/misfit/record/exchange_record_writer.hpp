#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "misfit/record/record_writer.hpp"
#include "misfit/store/parts.hpp"
#include "misfit/unit/trajectory.hpp"

namespace misfit {

/// Writes a record of exchange, one point after the other and at each one trajectory after the other.
class ExchangeRecordWriter {
public:
    /// As RecordWriter's.
    ExchangeRecordWriter(const std::filesystem::path& path, const RecordHeader& header,
                         std::span<const std::shared_ptr<const Crystal>> crystals);
    ~ExchangeRecordWriter();

    /// Begins the next point, of so many trajectories.
    void begin_point(const DueTimes& due, std::uint32_t trajectories);
    /// The next finished trajectory of the point; `end` as end_bytes() gives it. Throws Error unless it has
    /// gone through as many stages as the others.
    void append(const Trajectory& trajectory, Bytes end);
    void append(const Unit& unit) { append(trajectory_of(unit), end_bytes(unit)); }
    /// Closes the file; durable when it returns. Requires that all trajectories of the last point have been
    /// appended.
    void finish(const Provenance& provenance);

private:
    struct Ends;

    RecordWriter writer_;
    std::size_t points_ = 0;            ///< begun
    std::uint64_t stages_ = 0;          ///< that each trajectory goes through
    std::shared_ptr<Ends> point_ends_;  ///< of the trajectories of the point
    std::vector<Bytes> ends_;           ///< of the trajectories of all points
};

/// All trajectories of `parts` in unit order into the record `path`, point by point. Durable when it returns.
void assemble_exchange_record(const std::filesystem::path& path, const RecordHeader& header,
                              const PartReader& parts, const Provenance& provenance);

}  // namespace misfit
