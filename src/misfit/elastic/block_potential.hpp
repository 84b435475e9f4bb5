#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "misfit/base/types.hpp"
#include "misfit/crystal/crystal.hpp"
#include "misfit/elastic/displacements.hpp"
#include "misfit/elastic/size_change.hpp"

namespace misfit {

/// V of one crystal without its N x N numbers: phi = V s by one solution of the springs, block by block; the
/// diagonal and the elements of bonded pairs are computed once, from the blocks of D^-1 near the diagonal.
/// Free or periodic, with any shell. Immutable: threads share one.
class BlockPotential {
public:
    /// Throws Error for a crystal that is floppy beyond rigid motions. O(d^3) times the sum over rows (2D) or
    /// planes (3D) of the cube of their sites.
    explicit BlockPotential(const std::shared_ptr<const Crystal>& crystal, const Watch& watch = {});
    /// The same by an inverse that is there already.
    explicit BlockPotential(std::shared_ptr<const Displacements> displacements);

    Site size() const { return static_cast<Site>(diagonal_.size()); }
    double diagonal(Site i) const { return diagonal_[static_cast<std::size_t>(i)]; }
    double bonded(const Bond& bond) const;
    /// O(1) for a site and itself and for bonded sites; otherwise as solve().
    double pair(Site i, Site j) const;
    /// One solution, whatever the number of changes: O(d^2) times the sum over rows or planes of the square
    /// of their sites.
    void apply(std::span<const SizeChange> changes, std::span<double> phi) const;
    void solve(std::span<const double> sizes, std::span<double> phi) const;

    std::span<const double> raw_row_sums() const { return raw_row_sums_; }
    double raw_diagonal(Site j) const;
    std::string identity() const;
    const std::string& method() const;
    double tolerance() const { return phi_tolerance; }

    /// Displacements of the same crystal, which share their memory with this.
    const std::shared_ptr<const Displacements>& displacements() const { return displacements_; }
    /// Of memory, beside the crystal.
    std::size_t bytes() const;

private:
    /// phi += V field.
    void add_product(std::vector<double> field, std::span<double> phi) const;

    struct Pair {
        Site second;
        double value;  ///< V_ij
    };
    const Pair* find(Site first, Site second) const;

    std::shared_ptr<const Displacements> displacements_;
    std::vector<double> diagonal_;
    std::vector<std::size_t> begin_;  ///< of the pairs of each first site, [N + 1]
    std::vector<Pair> pairs_;         ///< of bonds, by their first sites
    std::vector<double> raw_row_sums_;
};

}  // namespace misfit
