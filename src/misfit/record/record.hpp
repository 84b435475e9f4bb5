#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "misfit/input/spec.hpp"
#include "misfit/record/record_places.hpp"
#include "misfit/record/trajectory.hpp"

namespace misfit {

/// What a record holds beside trajectories.
struct RecordHeader {
    RunSpec spec;
    std::string input_text;  ///< the user's file as it was
    std::string misfit_version;
    std::string potential_hash;  ///< empty without an elastic term
    std::string potential_method;
    std::vector<Observable::Column> columns;
    DueTimes due;          ///< of an exchange, at its first point
    bool complete = true;  ///< false: assembled from a run that is still going or was interrupted
};

/// Where and how long, outside every comparison of numbers.
struct Provenance {
    std::string host;
    std::string build;             ///< compiler, kind of build, instruction set
    std::uint64_t arithmetic = 0;  ///< fingerprint of its last digits (unit/arithmetic.hpp)
    std::string started;           ///< UTC, ISO 8601
    std::string finished;
    int threads = 0;
    double wall_seconds = 0.0;  ///< of all starts together
    double potential_seconds = 0.0;
};

/// A record on disk: a record file, or a run's folder. In a folder whose run is not finished, what is
/// finished is assembled into a temporary file first, which goes with this.
class RecordFile {
public:
    /// Throws Error for a folder without a run.
    explicit RecordFile(const std::filesystem::path& path);
    RecordFile(RecordFile&&) noexcept;
    RecordFile& operator=(RecordFile&&) noexcept;
    ~RecordFile();

    const std::filesystem::path& path() const;
    /// Throws Error for a file that is no record.
    Method kind() const;

private:
    struct Contents;
    std::unique_ptr<Contents> contents_;
};

/// What the record at `path` is of. Throws Error for a file that is no record.
Method record_kind(const std::filesystem::path& path);

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
