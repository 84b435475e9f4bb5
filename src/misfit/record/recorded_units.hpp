#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "misfit/folder/record_header.hpp"
#include "misfit/record/record_file.hpp"
#include "misfit/store/hdf5.hpp"
#include "misfit/unit/unit.hpp"
#include "misfit/unit/units.hpp"

namespace misfit {

/// The units of a finished record, as they were when they were recorded: what a longer run goes on from. May
/// be asked by several threads, one of which is answered at a time.
class RecordedUnits {
public:
    /// Throws Error for a record that does not hold what that takes.
    explicit RecordedUnits(const std::filesystem::path& record);
    ~RecordedUnits();

    const Plan& plan() const { return plan_; }
    /// The unit of these combinations and this number, under the number that it has in `plan`; nothing if the
    /// record has it not.
    std::optional<Unit> unit(const UnitPlan& plan);

private:
    struct Point;
    struct Row;
    Point& point(std::size_t number);
    void read_samples(const UnitPlan& recorded, Unit& unit);
    void read_reduced_energies(const UnitPlan& recorded, std::size_t stage, Ladder& ladder);

    std::mutex mutex_;  // HDF5 is not thread-safe
    RecordFile of_;
    RecordHeader header_;
    Plan plan_;
    Units units_;
    std::vector<Bytes> ends_;  ///< by unit
    h5::Handle file_;
    std::map<std::size_t, Point> points_;  ///< those opened last
};

}  // namespace misfit
