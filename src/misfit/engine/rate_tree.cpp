#include "misfit/engine/rate_tree.hpp"

#include "misfit/engine/rate_kernels.hpp"

namespace misfit {

RateTree::RateTree(std::size_t slots) : top_(1) {
    top_.add(0);
    for (std::size_t size = slots;; size = (size + node_children - 1) / node_children) {
        levels_.emplace_back(round_up(size, node_children), 0.0);
        if (levels_.size() > 1) changed_.emplace_back(levels_.back().size());
        if (size <= node_children && levels_.size() > 1) break;
    }
}

void RateTree::update(const BitSet& groups) {
    // A byte of the groups' bits is a node of 64 slots: a bit for each byte that is not 0, side by side.
    for (const std::uint32_t word : groups.words) {
        std::uint64_t bits = groups.bits[word];
        bits |= bits >> 4;
        bits |= bits >> 2;
        bits = (bits | bits >> 1) & 0x0101010101010101;
        changed_.front().add(word / 8, bits * 0x0102040810204080 >> 56 << (8 * (word % 8)));
    }
    for (std::size_t level = 0; level < changed_.size(); ++level) {
        sum_nodes(changed_[level], levels_[level].data(), levels_[level + 1].data());
        if (level + 1 < changed_.size())  // a word of a level's bits is a node above it
            for (const std::uint32_t word : changed_[level].words) changed_[level + 1].add(word);
        changed_[level].clear();
    }
    sum_nodes(top_, levels_.back().data(), &total_);
}

std::size_t RateTree::find(double& target) const {
    std::size_t at = 0;
    for (std::size_t level = levels_.size(); level-- > 0;)
        at = at * node_children + find_in_node(levels_[level].data() + at * node_children, target);
    return at;
}

}  // namespace misfit
