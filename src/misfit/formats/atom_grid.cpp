#include "misfit/formats/atom_grid.hpp"

#include <cmath>

namespace misfit {
namespace {

double dot(const Vector3& a, const Vector3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Vector3 cross(const Vector3& a, const Vector3& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

std::array<std::int64_t, 3> bin_of(const Vector3& position) {
    std::array<std::int64_t, 3> bin = {};
    for (std::size_t k = 0; k < 3; ++k) {
        // No file of atoms goes so far, and beyond it a bin would not be an integer.
        constexpr double farthest = 1e15;
        if (std::abs(position[k]) < farthest) bin[k] = static_cast<std::int64_t>(std::floor(position[k]));
    }
    return bin;
}

}  // namespace

Fractions::Fractions(const std::array<Vector3, 3>& edges) : edges_(edges) {
    const double volume = dot(edges[0], cross(edges[1], edges[2]));
    for (std::size_t axis = 0; axis < 3; ++axis) {
        inverse_[axis] = cross(edges[(axis + 1) % 3], edges[(axis + 2) % 3]);
        for (double& component : inverse_[axis]) component /= volume;
    }
}

Vector3 Fractions::of(const Vector3& position) const {
    return {dot(inverse_[0], position), dot(inverse_[1], position), dot(inverse_[2], position)};
}

Vector3 Fractions::position(const Vector3& fractions) const {
    Vector3 position = {};
    for (std::size_t axis = 0; axis < 3; ++axis)
        for (std::size_t k = 0; k < 3; ++k) position[k] += fractions[axis] * edges_[axis][k];
    return position;
}

double Fractions::height(std::size_t axis) const {
    return 1.0 / std::sqrt(dot(inverse_[axis], inverse_[axis]));
}

std::size_t AtomGrid::BinHash::operator()(const Bin& bin) const {
    std::uint64_t hash = 0;
    for (const std::int64_t each : bin)
        hash = (hash ^ static_cast<std::uint64_t>(each)) * 0x9E3779B97F4A7C15U;
    return static_cast<std::size_t>(hash ^ (hash >> 32U));
}

AtomGrid::AtomGrid(std::span<const Vector3> positions, const std::array<Vector3, 3>& edges,
                   const std::array<bool, 3>& repeats)
    : fractions_(edges), repeats_(repeats) {
    // Images only where a place in the cell may see them.
    std::array<double, 3> margin = {};
    for (std::size_t axis = 0; axis < 3; ++axis)
        margin[axis] = repeats[axis] ? 1.25 * reach / fractions_.height(axis) : -1.0;
    for (std::size_t atom = 0; atom < positions.size(); ++atom) {
        const Vector3 inside = wrapped(positions[atom]);
        const Vector3 at = fractions_.of(inside);
        for (int image = 0; image < 27; ++image) {
            const std::array<int, 3> shift = {image % 3 - 1, image / 3 % 3 - 1, image / 9 - 1};
            Vector3 there = at;
            bool is_seen = true;
            for (std::size_t axis = 0; axis < 3; ++axis) {
                there[axis] += shift[axis];
                if (shift[axis] != 0)
                    is_seen = is_seen && there[axis] >= -margin[axis] && there[axis] <= 1.0 + margin[axis] &&
                              repeats[axis];
            }
            if (is_seen) add(atom, image == 13 ? inside : fractions_.position(there));
        }
    }
}

Vector3 AtomGrid::wrapped(const Vector3& place) const {
    if (!repeats_[0] && !repeats_[1] && !repeats_[2]) return place;
    Vector3 at = fractions_.of(place);
    for (std::size_t axis = 0; axis < 3; ++axis)
        if (repeats_[axis]) at[axis] -= std::floor(at[axis]);
    return fractions_.position(at);
}

void AtomGrid::add(std::size_t atom, const Vector3& position) {
    const auto [place, is_new] = first_.try_emplace(bin_of(position), -1);
    images_.push_back({atom, position, place->second});
    place->second = static_cast<std::int64_t>(images_.size()) - 1;
}

std::optional<AtomGrid::Nearest> AtomGrid::nearest(const Vector3& place) const {
    const Vector3 at = wrapped(place);
    const Bin low = bin_of({at[0] - reach, at[1] - reach, at[2] - reach});
    const Bin high = bin_of({at[0] + reach, at[1] + reach, at[2] + reach});
    std::optional<Nearest> nearest;
    double least = reach;
    for (std::int64_t x = low[0]; x <= high[0]; ++x)
        for (std::int64_t y = low[1]; y <= high[1]; ++y)
            for (std::int64_t z = low[2]; z <= high[2]; ++z) {
                const auto bin = first_.find({x, y, z});
                for (std::int64_t k = bin == first_.end() ? -1 : bin->second; k >= 0;
                     k = images_[static_cast<std::size_t>(k)].next) {
                    const Image& image = images_[static_cast<std::size_t>(k)];
                    const Vector3 away = {image.position[0] - at[0], image.position[1] - at[1],
                                          image.position[2] - at[2]};
                    const double distance = std::hypot(away[0], away[1], away[2]);
                    if (!(distance < least)) continue;
                    least = distance;
                    nearest = Nearest{image.atom, away};
                }
            }
    return nearest;
}

}  // namespace misfit
