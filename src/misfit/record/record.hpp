#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "misfit/folder/record_header.hpp"
#include "misfit/input/spec.hpp"
#include "misfit/record/record_file.hpp"
#include "misfit/unit/trajectory.hpp"

namespace misfit {

/// One point of a record of exchange.
struct RecordedPoint {
    std::size_t crystal = 0;  ///< number of its crystal
    DueTimes due;
    /// Without their sigma, in unit order; samples are complete.
    std::vector<Trajectory> trajectories;
};

/// A record of exchange read back whole, except for sigma, which is read by trajectory.
class Record {
public:
    /// Throws Error for a file that is missing, damaged, not a record of exchange, or of a later version.
    explicit Record(const std::filesystem::path& path);
    explicit Record(RecordFile file);
    Record(Record&&) noexcept;
    ~Record();

    const RecordHeader& header() const;
    const Provenance& provenance() const;
    /// Every combination of the values of a sweep is one; 1 without a sweep.
    const std::vector<RecordedPoint>& points() const;
    const Crystal& crystal(std::size_t point = 0) const;
    /// Those of the first point.
    const std::vector<Trajectory>& trajectories() const { return points().front().trajectories; }
    /// Which of a point's trajectories has this number in the ensemble. Throws Error, naming those there are,
    /// if none has.
    std::size_t index_of(std::uint32_t unit, std::size_t point = 0) const;
    /// sigma[frame][site] of the k-th trajectory of a point.
    std::vector<Spin> sigma(std::size_t k, std::size_t point = 0) const;
    /// The HDF5 file behind it (the temporary one, for an unfinished run).
    const std::filesystem::path& file() const;

private:
    struct Contents;
    std::unique_ptr<Contents> contents_;
};

/// Mean and standard error over the trajectories of a point: [samples][columns] each.
struct EnsembleMeans {
    std::vector<double> mean;
    std::vector<double> standard_error;  ///< NaN for a single trajectory
};
EnsembleMeans ensemble_means(const Record& record, std::size_t point = 0);

}  // namespace misfit
