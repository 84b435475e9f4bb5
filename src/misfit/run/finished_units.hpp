#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "misfit/input/plan.hpp"
#include "misfit/record/ladder_record.hpp"
#include "misfit/record/record.hpp"
#include "misfit/unit/trajectory_bytes.hpp"

namespace misfit {

/// The units of a finished record, as a run that extends it goes on from them. May be asked by several
/// threads, one of which is answered at a time.
class FinishedUnits {
public:
    /// `longer` is the run that extends the record (extended_spec()). Throws Error for a record that does not
    /// hold what that takes.
    FinishedUnits(const std::filesystem::path& record, const RunSpec& longer);

    /// The trajectory of this number at a point: as it was before its last stage ended, or whole if that ends
    /// no later now; nothing if the record has it not.
    std::optional<Checkpoint> trajectory(std::size_t point, std::uint32_t number);
    /// A ladder as it was after its last sweep.
    LadderCheckpoint ladder(const LadderPlan& plan);

private:
    std::mutex mutex_;  // HDF5 is not thread-safe
    bool is_later_ = false;
    std::unique_ptr<const Record> record_;  ///< of an exchange
    std::vector<std::size_t> first_end_;    ///< of the first trajectory of each point, in ends_
    std::vector<Bytes> ends_;
    std::unique_ptr<const LadderRecord> ladders_;  ///< of an equilibrium
};

}  // namespace misfit
