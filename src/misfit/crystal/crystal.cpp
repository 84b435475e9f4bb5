#include "misfit/crystal/crystal.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

#include "misfit/base/error.hpp"

namespace misfit {
namespace {

bool comes_before(const LatticePoint& a, const LatticePoint& b) {
    return std::tie(a[2], a[1], a[0]) < std::tie(b[2], b[1], b[0]);
}

LatticePoint moved(LatticePoint point, const LatticePoint& step, int sign) {
    for (std::size_t k = 0; k < 3; ++k) point[k] += sign * step[k];
    return point;
}

/// The same point of the periodic crystal with coordinates 0 to period - 1.
LatticePoint wrapped(LatticePoint point, const std::array<int, 3>& period) {
    for (std::size_t axis = 0; axis < 3; ++axis)
        if (period[axis] > 0) point[axis] = (point[axis] % period[axis] + period[axis]) % period[axis];
    return point;
}

}  // namespace

void Shell::validate() const {
    if (layers < 0) throw Error(fmt::format("shell layers = {}: must be 0 or more", layers));
    require_in(stiffness_range, "shell stiffness", stiffness);
}

Crystal::Crystal(const Lattice& lattice, std::vector<LatticePoint> points, std::string shape,
                 const Shell& shell, const std::array<int, 3>& period,
                 std::optional<double> next_nearest_stiffness)
    : lattice_(&lattice),
      shape_(std::move(shape)),
      shell_(shell),
      period_(period),
      points_(std::move(points)) {
    shell_.validate();
    set_next_nearest(next_nearest_stiffness);
    for (const LatticePoint& point : points_)
        if (std::any_of(point.begin() + dimension(), point.end(), [](int k) { return k != 0; }))
            throw Error(fmt::format("crystal {}: lattice point ({}) leaves the {} dimensions of a {} lattice",
                                    shape_, fmt::join(point, ", "), dimension(), lattice.name));
    std::ranges::sort(points_, comes_before);
    if (points_.size() < 2) throw Error(fmt::format("crystal {}: needs two sites or more", shape_));
    if (std::ranges::adjacent_find(points_) != points_.end())
        throw Error(fmt::format("crystal {}: a site is listed twice", shape_));
    if (period_ != std::array<int, 3>{}) require_whole_cell();

    Vector3 mean = {};
    for (const LatticePoint& point : points_) {
        const Vector3 position = lattice.position(point);
        for (std::size_t k = 0; k < 3; ++k) mean[k] += position[k];
        positions_.push_back(position);
    }
    for (Vector3& position : positions_)
        for (std::size_t k = 0; k < 3; ++k) position[k] -= mean[k] / static_cast<double>(size());

    const int half = lattice_->half_coordination();
    neighbors_.reserve(points_.size() * static_cast<std::size_t>(2 * half));
    for (const LatticePoint& point : points_)
        for (int slot = 0; slot < lattice_->slots(); ++slot) {
            const Direction& direction = lattice_->directions[static_cast<std::size_t>(slot % half)];
            const int sign = slot < half ? +1 : -1;
            neighbors_.push_back(lattice_->has_slot(point, slot) ? find(moved(point, direction.step, sign))
                                                                 : -1);
        }
    if (period_ != std::array<int, 3>{}) require_single_bonds();

    number_layers();
    if (shell_.layers > 0 && shell_.layers >= std::ranges::max(layers_))
        throw Error(fmt::format("crystal {}: {} shell layers leave no core", shape_, shell_.layers));

    for (Site site = 0; site < size(); ++site)
        for (int d = 0; d < half; ++d) {
            const Site other = neighbor(site, d);
            if (other < 0) continue;
            const Direction& direction = lattice_->directions[static_cast<std::size_t>(d)];
            double stiffness = is_shell(site) && is_shell(other) ? shell_.stiffness : 1.0;
            if (!direction.nearest) stiffness *= next_nearest_stiffness_;
            bonds_.push_back({site, other, d, stiffness, direction.mismatch});
        }
}

void Crystal::set_next_nearest(std::optional<double> stiffness) {
    next_nearest_stiffness_ = stiffness.value_or(lattice_->next_nearest_stiffness);
    if (!lattice_->has_next_nearest()) {
        if (stiffness.value_or(0.0) != 0.0)
            throw Error(
                fmt::format("crystal {}: a {} lattice has no next-nearest bonds", shape_, lattice_->name));
        next_nearest_stiffness_ = 0.0;
        return;
    }
    require_in(next_nearest_range, "next_nearest_stiffness", next_nearest_stiffness_);
    if (next_nearest_stiffness_ > 0.0) return;
    if (lattice_->nearest_only == nullptr)
        throw Error(
            fmt::format("crystal {}: is floppy: a {} lattice needs next-nearest bonds, with "
                        "next_nearest_stiffness above 0",
                        shape_, lattice_->name));
    lattice_ = lattice_->nearest_only;
}

/// No two bonds of a site lead to the same site, and none to itself.
void Crystal::require_single_bonds() const {
    std::vector<Site> around;
    for (Site site = 0; site < std::min(size(), static_cast<Site>(lattice_->sites.size())); ++site) {
        // The sites of a cell lie one above the other.
        LatticePoint point = points_.front();
        point[2] = site;
        const Site of_cell = find(point);
        around.assign(1, of_cell);
        for (int slot = 0; slot < lattice_->slots(); ++slot)
            if (const Site other = neighbor(of_cell, slot); other >= 0) around.push_back(other);
        std::sort(around.begin(), around.end());
        if (std::adjacent_find(around.begin(), around.end()) != around.end())
            throw Error(
                fmt::format("crystal {}: its period is so short that two bonds join the same pair of "
                            "sites",
                            shape_));
    }
}

void Crystal::require_whole_cell() const {
    double cell = 1.0;  // in whole numbers, a wrong period overflows
    for (int axis = 0; axis < dimension(); ++axis) {
        const int extent = period_[static_cast<std::size_t>(axis)];
        if (extent < 3)
            throw Error(
                fmt::format("crystal {}: periodic along {} lattice points; allowed: 3 or more, so "
                            "that no two bonds join the same pair of sites",
                            shape_, extent));
        cell *= extent;
    }
    if (period_[2] % static_cast<int>(lattice().sites.size()) != 0)
        throw Error(
            fmt::format("crystal {}: periodic along {} sites of the last axis; a {} lattice has {} in "
                        "each cell",
                        shape_, period_[2], lattice().name, lattice().sites.size()));
    if (std::any_of(period_.begin() + dimension(), period_.end(), [](int extent) { return extent != 0; }))
        throw Error(fmt::format("crystal {}: period ({}): must be 0 along an axis that a {} lattice lacks",
                                shape_, fmt::join(period_, ", "), lattice().name));
    const bool inside = std::ranges::all_of(
        points_, [&](const LatticePoint& point) { return point == wrapped(point, period_); });
    if (!inside || static_cast<double>(points_.size()) != cell)
        throw Error(fmt::format("crystal {}: the sites of a periodic crystal fill its cell", shape_));
    if (shell_.layers > 0)
        throw Error(fmt::format("crystal {}: a periodic crystal has no surface, and so no shell", shape_));
}

/// From the surface inwards, one layer after the other. Without a surface every layer stays 0.
void Crystal::number_layers() {
    const int slots = lattice_->slots();
    const int half = lattice_->half_coordination();
    const auto counts = [&](int slot) {
        return lattice_->surface_lacks_any ||
               lattice_->directions[static_cast<std::size_t>(slot % half)].nearest;
    };
    layers_.assign(points_.size(), 0);
    std::vector<Site> front;
    for (Site site = 0; site < size(); ++site)
        for (int d = 0; d < slots; ++d)
            if (counts(d) && lacks(site, d)) {
                layers_[static_cast<std::size_t>(site)] = 1;
                front.push_back(site);
                break;
            }
    for (int layer = 2; !front.empty(); ++layer) {
        std::vector<Site> next;
        for (const Site site : front)
            for (int d = 0; d < slots; ++d) {
                const Site other = neighbor(site, d);
                if (other < 0 || layers_[static_cast<std::size_t>(other)] != 0) continue;
                layers_[static_cast<std::size_t>(other)] = layer;
                next.push_back(other);
            }
        front = std::move(next);
    }
}

std::array<Vector3, 3> Crystal::cell() const {
    std::array<Vector3, 3> vectors = {};
    for (std::size_t axis = 0; axis < 3; ++axis)
        if (period_[axis] > 0) vectors[axis] = lattice_->edge(axis, period_[axis]);
    return vectors;
}

Site Crystal::find(const LatticePoint& point) const {
    const LatticePoint listed = wrapped(point, period_);
    const auto found = std::ranges::lower_bound(points_, listed, comes_before);
    if (found == points_.end() || *found != listed) return -1;
    return static_cast<Site>(found - points_.begin());
}

std::optional<Site> Crystal::nearest_site(const Vector3& position, double distance) const {
    const Vector3 corner = lattice_->position(points_.front());
    Vector3 from_origin = position;
    for (std::size_t k = 0; k < 3; ++k) from_origin[k] += corner[k] - positions_.front()[k];
    const LatticePoint point = lattice_->nearest_point(from_origin);
    const Vector3 there = lattice_->position(point);
    const double away =
        std::hypot(there[0] - from_origin[0], there[1] - from_origin[1], there[2] - from_origin[2]);
    const Site site = find(point);
    if (site < 0 || !(away <= distance)) return std::nullopt;
    return site;
}

std::vector<Site> core_sites(const Crystal& crystal) {
    std::vector<Site> core;
    for (Site site = 0; site < crystal.size(); ++site)
        if (!crystal.is_shell(site)) core.push_back(site);
    return core;
}

}  // namespace misfit
