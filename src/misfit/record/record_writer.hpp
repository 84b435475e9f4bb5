#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "misfit/folder/record_header.hpp"
#include "misfit/input/plan.hpp"
#include "misfit/record/point_writer.hpp"
#include "misfit/unit/unit.hpp"

namespace misfit {

/// Writes a record (docs/record.md) of either method, one point after the other and at each one unit after
/// the other. HDF5 is not thread-safe: one thread at a time.
class RecordWriter {
public:
    /// Creates `path`, or replaces it; `crystals` are those of the plan (build_crystals()).
    RecordWriter(const std::filesystem::path& path, const RecordHeader& header,
                 std::span<const std::shared_ptr<const Crystal>> crystals);
    RecordWriter(RecordWriter&&) noexcept;
    ~RecordWriter();

    const Plan& plan() const;
    const Crystal& crystal(std::size_t k) const;
    /// What a method adds of its own goes here, and along its points.
    const h5::Handle& file() const;
    h5::Scale& point_scale();

    /// Writes into the group of a point's units what each has beside its samples, along the given dimension.
    using WriteUnits = std::function<void(const h5::Handle& group, h5::Scale& unit)>;
    /// Begins the next point. `frame_times`, when its frames are taken, in the clock of /particles;
    /// `write_units` is called once all its units have been appended.
    void begin_point(PointPlan plan, std::vector<double> frame_times, WriteUnits write_units);
    /// The group of the point.
    h5::Handle point_group() const;
    /// The next unit of the point, as PointWriter::append().
    void append(std::uint32_t number, std::span<const double> scalars, ByteSpan sigma);

    /// Writes what is left, closes the file and seals it (record_seal.hpp); durable when it returns. Requires
    /// that all units of the last point have been appended. `ends` are what a longer run goes on from: of
    /// every unit, in order, without_samples(), as bytes.
    void finish(const std::vector<Bytes>& ends, const Provenance& provenance);

private:
    struct Contents;
    std::unique_ptr<Contents> contents_;
};

/// The bytes that finish() takes of a unit.
Bytes end_bytes(const Unit& unit);

}  // namespace misfit
