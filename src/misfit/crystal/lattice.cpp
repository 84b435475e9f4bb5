#include "misfit/crystal/lattice.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <numbers>

#include "misfit/base/error.hpp"

namespace misfit {
namespace {

using std::numbers::sqrt2;
using std::numbers::sqrt3;

constexpr std::array<Vector3, 1> at_the_corner = {};

double dot(const Vector3& a, const Vector3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Vector3 cross(const Vector3& a, const Vector3& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

/// Floor of z/B and the rest.
std::array<int, 2> divided(int z, int B) {
    const int rest = ((z % B) + B) % B;
    return {(z - rest) / B, rest};
}

/// A bond of a lattice whose cell and sites these are. Its m is its length: then a crystal of one species
/// fits all its bonds at once.
Direction natural_bond(const std::array<Vector3, 3>& basis, std::span<const Vector3> sites,
                       const LatticePoint& step, bool nearest, int from = Direction::any_site) {
    const Lattice cell = {.name = {}, .dimension = 3, .basis = basis, .directions = {}, .sites = sites};
    const int first = std::max(from, 0);
    const Vector3 begin = cell.position({0, 0, first});
    const Vector3 end = cell.position({step[0], step[1], step[2] + first});
    Vector3 unit = {end[0] - begin[0], end[1] - begin[1], end[2] - begin[2]};
    const double length = std::sqrt(dot(unit, unit));
    for (double& component : unit) component /= length;
    return {step, unit, nearest, from, nearest ? 1.0 : length};
}

}  // namespace

int Lattice::coordination() const {
    int count = 0;
    for (int slot = 0; slot < slots(); ++slot) count += has_slot({}, slot) ? 1 : 0;
    return count;
}

bool Lattice::has_next_nearest() const {
    return std::any_of(directions.begin(), directions.end(), [](const Direction& d) { return !d.nearest; });
}

int Lattice::site_of_cell(const LatticePoint& point) const {
    return divided(point[2], static_cast<int>(sites.size()))[1];
}

bool Lattice::has_slot(const LatticePoint& point, int slot) const {
    const int half = half_coordination();
    const Direction& direction = directions[static_cast<std::size_t>(slot % half)];
    if (direction.from == Direction::any_site) return true;
    LatticePoint begin = point;
    if (slot >= half) begin[2] -= direction.step[2];
    return site_of_cell(begin) == direction.from;
}

Vector3 Lattice::edge(std::size_t axis, int points) const {
    Vector3 edge = basis[axis];
    const int cells = axis == 2 ? points / static_cast<int>(sites.size()) : points;
    for (double& component : edge) component *= cells;
    return edge;
}

Vector3 Lattice::position(const LatticePoint& point) const {
    const auto [cell, site] = divided(point[2], static_cast<int>(sites.size()));
    const std::array<int, 3> edges = {point[0], point[1], cell};
    Vector3 position = {};
    for (std::size_t axis = 0; axis < 3; ++axis)
        for (std::size_t k = 0; k < 3; ++k) position[k] += edges[axis] * basis[axis][k];
    if (sites.size() > 1)
        for (std::size_t k = 0; k < 3; ++k) position[k] += sites[static_cast<std::size_t>(site)][k];
    return position;
}

LatticePoint Lattice::nearest_point(const Vector3& position) const {
    constexpr double most_steps =
        1e8;  // no crystal is as large, and an int holds it times the sites of a cell
    LatticePoint nearest = {};
    double least = -1.0;
    // In two dimensions there is no third edge, and a unit vector does for it.
    const Vector3 third = dimension == 3 ? basis[2] : Vector3{0.0, 0.0, 1.0};
    const std::array<Vector3, 3> edges = {basis[0], basis[1], third};
    const double volume = dot(edges[0], cross(edges[1], edges[2]));
    for (std::size_t site = 0; site < sites.size(); ++site) {
        Vector3 rest = position;
        for (std::size_t k = 0; k < 3; ++k) rest[k] -= sites[site][k];
        LatticePoint point = {};
        for (std::size_t axis = 0; axis < static_cast<std::size_t>(dimension); ++axis) {
            const double steps =
                std::round(dot(rest, cross(edges[(axis + 1) % 3], edges[(axis + 2) % 3])) / volume);
            // Nor for NaN.
            if (std::abs(steps) <= most_steps) point[axis] = static_cast<int>(steps);
        }
        point[2] = point[2] * static_cast<int>(sites.size()) + static_cast<int>(site);
        const Vector3 there = this->position(point);
        const double away =
            std::hypot(there[0] - position[0], there[1] - position[1], there[2] - position[2]);
        if (least >= 0.0 && !(away < least)) continue;
        least = away;
        nearest = point;
    }
    return nearest;
}

const Lattice& triangular_lattice() {
    constexpr double height = sqrt3 / 2.0;
    static constexpr std::array<Direction, 3> directions = {{
        {{1, 0, 0}, {1.0, 0.0, 0.0}, true},
        {{-1, 1, 0}, {-0.5, height, 0.0}, true},
        {{0, 1, 0}, {0.5, height, 0.0}, true},
    }};
    // The forward directions run through half a turn, and the backward ones through the other half.
    static constexpr std::array<int, 6> ring = {0, 2, 1, 3, 5, 4};
    static constexpr Lattice lattice = {.name = "triangular",
                                        .dimension = 2,
                                        .basis = {{{1.0, 0.0, 0.0}, {0.5, height, 0.0}, {0.0, 0.0, 0.0}}},
                                        .directions = directions,
                                        .sites = at_the_corner,
                                        .ring = ring,
                                        .layered = "y",
                                        .sublattice = {1, -1, 0},  // sqrt 3 by sqrt 3
                                        .sublattices = 3};
    return lattice;
}

const Lattice& simple_cubic_lattice() {
    constexpr double d = sqrt2 / 2.0;
    static constexpr std::array<Direction, 9> directions = {{
        {{1, 0, 0}, {1.0, 0.0, 0.0}, true},
        {{-1, 1, 0}, {-d, d, 0.0}, false},
        {{0, 1, 0}, {0.0, 1.0, 0.0}, true},
        {{1, 1, 0}, {d, d, 0.0}, false},
        {{0, -1, 1}, {0.0, -d, d}, false},
        {{-1, 0, 1}, {-d, 0.0, d}, false},
        {{0, 0, 1}, {0.0, 0.0, 1.0}, true},
        {{1, 0, 1}, {d, 0.0, d}, false},
        {{0, 1, 1}, {0.0, d, d}, false},
    }};
    static constexpr Lattice lattice = {.name = "simple cubic",
                                        .dimension = 3,
                                        .basis = {{{1.0, 0.0, 0.0}, {0.0, 1.0, 0.0}, {0.0, 0.0, 1.0}}},
                                        .directions = directions,
                                        .sites = at_the_corner,
                                        .surface_lacks_any = true};
    return lattice;
}

const Lattice& fcc_lattice() {
    constexpr double h = 1.0 / sqrt2;
    static constexpr std::array<Vector3, 3> basis = {{{0.0, h, h}, {h, 0.0, h}, {h, h, 0.0}}};
    static const auto bond = [](const LatticePoint& step, bool nearest) {
        return natural_bond(basis, at_the_corner, step, nearest);
    };
    static const std::array<Direction, 9> directions = {
        {bond({1, 0, 0}, true), bond({-1, 1, 0}, true), bond({0, 1, 0}, true), bond({-1, -1, 1}, false),
         bond({0, -1, 1}, true), bond({1, -1, 1}, false), bond({-1, 0, 1}, true), bond({0, 0, 1}, true),
         bond({-1, 1, 1}, false)}};
    static const std::array<Direction, 6> nearest = {directions[0], directions[1], directions[2],
                                                     directions[4], directions[6], directions[7]};
    static const Lattice nearest_only = {
        .name = "fcc", .dimension = 3, .basis = basis, .directions = nearest, .sites = at_the_corner};
    static const Lattice lattice = {.name = "fcc",
                                    .dimension = 3,
                                    .basis = basis,
                                    .directions = directions,
                                    .sites = at_the_corner,
                                    .next_nearest_stiffness = 0.0,
                                    .nearest_only = &nearest_only};
    return lattice;
}

const Lattice& hcp_lattice() {
    constexpr double height = sqrt3 / 2.0;
    constexpr double layer = sqrt2 / sqrt3;  // c/2
    static constexpr std::array<Vector3, 3> basis = {
        {{1.0, 0.0, 0.0}, {0.5, height, 0.0}, {0.0, 0.0, 2.0 * layer}}};
    static constexpr std::array<Vector3, 2> sites = {{{0.0, 0.0, 0.0}, {0.5, height / 3.0, layer}}};
    static const auto bond = [](const LatticePoint& step, int from) {
        return natural_bond(basis, sites, step, true, from);
    };
    constexpr int any = Direction::any_site;
    static const std::array<Direction, 9> directions = {
        {bond({1, 0, 0}, any), bond({-1, 1, 0}, any), bond({0, 1, 0}, any), bond({0, -1, 1}, 0),
         bond({-1, 0, 1}, 0), bond({0, 0, 1}, 0), bond({0, 0, 1}, 1), bond({1, 0, 1}, 1),
         bond({0, 1, 1}, 1)}};
    static const Lattice lattice = {.name = "hcp",
                                    .dimension = 3,
                                    .basis = basis,
                                    .directions = directions,
                                    .sites = sites,
                                    .layered = "z"};
    return lattice;
}

const Lattice& bcc_lattice() {
    constexpr double h = 1.0 / sqrt3;
    static constexpr std::array<Vector3, 3> basis = {{{-h, h, h}, {h, -h, h}, {h, h, -h}}};
    static const auto bond = [](const LatticePoint& step, bool nearest) {
        return natural_bond(basis, at_the_corner, step, nearest);
    };
    static const std::array<Direction, 7> directions = {
        {bond({1, 0, 0}, true), bond({0, 1, 0}, true), bond({1, 1, 0}, false), bond({0, 0, 1}, true),
         bond({1, 0, 1}, false), bond({0, 1, 1}, false), bond({1, 1, 1}, true)}};
    static const Lattice lattice = {.name = "bcc",
                                    .dimension = 3,
                                    .basis = basis,
                                    .directions = directions,
                                    .sites = at_the_corner,
                                    .next_nearest_stiffness = 0.0,
                                    .sublattice = {1, 1, 1}};  // corners and centres of the cubes
    return lattice;
}

std::span<const Lattice* const> lattices() {
    static const std::array all = {&triangular_lattice(), &simple_cubic_lattice(), &fcc_lattice(),
                                   &hcp_lattice(), &bcc_lattice()};
    return all;
}

std::vector<std::string> lattice_names() {
    std::vector<std::string> names;
    for (const Lattice* each : lattices()) names.emplace_back(each->name);
    return names;
}

const Lattice& find_lattice(std::string_view name) {
    for (const Lattice* each : lattices())
        if (each->name == name) return *each;
    throw Error(fmt::format("lattice \"{}\": must be one of {}", name, fmt::join(lattice_names(), ", ")));
}

}  // namespace misfit
