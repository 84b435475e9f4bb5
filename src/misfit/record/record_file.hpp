#pragma once

#include <filesystem>
#include <memory>

#include "misfit/input/settings.hpp"

namespace misfit {

/// A record on disk: a record file, or a run's folder. In a folder whose run is not finished, what there
/// is (units that are finished; of an equilibrium also what others had sampled at their last checkpoint) is
/// assembled into a temporary file first, which goes with this.
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

}  // namespace misfit
