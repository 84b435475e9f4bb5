#pragma once

#include <filesystem>
#include <vector>

#include "misfit/record/equilibrium_record.hpp"
#include "misfit/store/hdf5.hpp"
#include "misfit/unit/ladder.hpp"

namespace misfit {

/// The ladders of a finished record of equilibrium, read back as they were when their last stage ended.
class LadderRecord {
public:
    /// Throws Error as EquilibriumRecord does, and for a record that does not hold the states of its ends.
    explicit LadderRecord(const std::filesystem::path& path);

    /// The unit as it was after its last sweep. O(bytes of the unit).
    LadderCheckpoint checkpoint(const LadderPlan& plan) const;

private:
    Ladder ladder(const LadderPlan& plan, std::size_t stage) const;
    Chain chain(const LadderPlan& plan, std::size_t k, std::size_t stage) const;
    void read_exchanges(const LadderPlan& plan, std::size_t stage, Ladder& ladder) const;

    EquilibriumRecord record_;
    Plan plan_;
    std::vector<Bytes> ends_;  ///< by unit
    h5::Handle file_;
};

}  // namespace misfit
