#pragma once

#include <cstddef>
#include <vector>

#include "misfit/base/types.hpp"
#include "misfit/engine/bit_set.hpp"

namespace misfit {

/// Rates of all slots and their sums, 64 children a node. A node is always summed afresh from all its
/// children, so that rates over 30 decades lose no digits and what is kept is a function of the rates alone.
class RateTree {
public:
    explicit RateTree(std::size_t slots);

    double* rates() { return levels_.front().data(); }  ///< [slots]
    const double* rates() const { return levels_.front().data(); }
    double total() const { return total_; }

    /// After the rates in some groups of 8 slots have changed. O(groups), and O(log(slots)) above them.
    void update(const BitSet& groups);
    /// The slot in which `target`, in [0, total), falls, slots laid end to end; target becomes what is left
    /// of it within the slot's rate. O(log(slots)).
    std::size_t find(double& target) const;

private:
    std::vector<AlignedVector<double>> levels_;  ///< slots first; each padded to whole nodes
    std::vector<BitSet> changed_;                ///< nodes of each level above the slots
    BitSet top_;                                 ///< the one node above the last level
    double total_ = 0.0;
};

}  // namespace misfit
