#include "misfit/elastic/block_potential.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <fmt/format.h>
#include <numeric>
#include <utility>

namespace misfit {
namespace {

std::size_t index(Site site) { return static_cast<std::size_t>(site); }

}  // namespace

BlockPotential::BlockPotential(const std::shared_ptr<const Crystal>& crystal, const Watch& watch)
    : BlockPotential(std::make_shared<const Displacements>(crystal, watch)) {}

BlockPotential::BlockPotential(std::shared_ptr<const Displacements> displacements)
    : displacements_(std::move(displacements)) {
    const Crystal& crystal = displacements_->crystal();
    const std::size_t n = index(crystal.size());
    raw_row_sums_ = bond_forces(crystal, std::vector<double>(n, 1.0), *displacements_);

    std::vector<std::array<Site, 2>> wanted;
    for (Site site = 0; site < crystal.size(); ++site) wanted.push_back({site, site});
    for (const Bond& bond : crystal.bonds()) wanted.push_back({bond.first, bond.second});
    const std::vector<double> raw = displacements_->raw_potential(wanted);

    const double size = crystal.size();
    const double total = std::accumulate(raw_row_sums_.begin(), raw_row_sums_.end(), 0.0);
    std::vector<double> projected;
    projected.reserve(raw.size());
    for (std::size_t k = 0; k < raw.size(); ++k)
        projected.push_back(raw[k] -
                            (raw_row_sums_[index(wanted[k][0])] + raw_row_sums_[index(wanted[k][1])]) / size +
                            total / (size * size));
    diagonal_.assign(projected.begin(), projected.begin() + crystal.size());

    // Bonds are in the order of their first sites.
    begin_.assign(n + 1, 0);
    for (std::size_t k = n; k < wanted.size(); ++k) {
        pairs_.push_back({wanted[k][1], projected[k]});
        ++begin_[index(wanted[k][0]) + 1];
    }
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
}

const BlockPotential::Pair* BlockPotential::find(Site first, Site second) const {
    const auto begin = pairs_.begin() + static_cast<std::ptrdiff_t>(begin_[index(first)]);
    const auto end = pairs_.begin() + static_cast<std::ptrdiff_t>(begin_[index(first) + 1]);
    const auto found = std::find_if(begin, end, [&](const Pair& pair) { return pair.second == second; });
    return found == end ? nullptr : &*found;
}

double BlockPotential::bonded(const Bond& bond) const {
    const Pair* found = find(bond.first, bond.second);
    assert(found != nullptr);
    return found->value;
}

double BlockPotential::pair(Site i, Site j) const {
    if (i == j) return diagonal(i);
    if (const Pair* found = find(i, j)) return found->value;
    if (const Pair* found = find(j, i)) return found->value;
    std::vector<double> column(diagonal_.size(), 0.0);
    apply(std::array{SizeChange{j, 1.0}}, column);
    return column[index(i)];
}

void BlockPotential::add_product(std::vector<double> field, std::span<double> phi) const {
    const double size = this->size();
    const double mean = std::accumulate(field.begin(), field.end(), 0.0) / size;
    for (double& value : field) value -= mean;
    const std::vector<double> forces = bond_forces(displacements_->crystal(), field, *displacements_);
    const double force = std::accumulate(forces.begin(), forces.end(), 0.0) / size;
    for (std::size_t site = 0; site < forces.size(); ++site) phi[site] += forces[site] - force;
}

void BlockPotential::apply(std::span<const SizeChange> changes, std::span<double> phi) const {
    std::vector<double> field(diagonal_.size(), 0.0);
    for (const SizeChange& each : changes) field[index(each.site)] += each.change;
    add_product(std::move(field), phi);
}

void BlockPotential::solve(std::span<const double> sizes, std::span<double> phi) const {
    const std::span<double> sites = phi.first(diagonal_.size());
    std::ranges::fill(sites, 0.0);
    add_product({sizes.begin(), sizes.begin() + size()}, sites);
}

double BlockPotential::raw_diagonal(Site j) const {
    const double n = size();
    const double total = std::accumulate(raw_row_sums_.begin(), raw_row_sums_.end(), 0.0);
    return diagonal(j) + 2.0 * raw_row_sums_[index(j)] / n - total / (n * n);
}

const std::string& BlockPotential::method() const {
    static const std::string name = "blocks";
    return name;
}

std::size_t BlockPotential::bytes() const {
    return displacements_->bytes() + pairs_.size() * sizeof(Pair) + begin_.size() * sizeof(std::size_t) +
           (diagonal_.size() + raw_row_sums_.size()) * sizeof(double);
}

}  // namespace misfit
