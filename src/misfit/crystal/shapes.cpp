#include "misfit/crystal/shapes.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <map>
#include <numbers>
#include <string>

#include "misfit/base/error.hpp"

namespace misfit {
namespace {

Hexagon scaled_shape(const Hexagon& hexagon, double factor) {
    return {std::max(2, static_cast<int>(hexagon.side * factor))};
}

Box scaled_shape(const Box& box, double factor) {
    Box smaller = box;
    for (int& extent : smaller.size) extent = std::max(2, static_cast<int>(extent * factor));
    return smaller;
}

Parallelogram scaled_shape(const Parallelogram& parallelogram, double factor) {
    Parallelogram smaller = parallelogram;
    for (int& extent : smaller.size) extent = std::max(2, static_cast<int>(extent * factor));
    return smaller;
}

Disc scaled_shape(const Disc& disc, double factor) { return {std::max(1.0, disc.radius * factor)}; }

Sphere scaled_shape(const Sphere& sphere, double factor) {
    return {std::max(1.0, sphere.radius * factor), sphere.of};
}

SiteList scaled_shape(const SiteList& list, double factor) {
    SiteList shorter = list;
    shorter.points.resize(
        std::max<std::size_t>(2, static_cast<std::size_t>(static_cast<double>(list.points.size()) * factor)));
    return shorter;
}

/// A site at the very radius is inside, whatever the last digit.
constexpr double rounding = 1e-9;

double cell_volume(const Lattice& lattice) {
    const auto& [a, b, c] = lattice.basis;
    return std::abs(a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) +
                    a[2] * (b[0] * c[1] - b[1] * c[0]));
}

/// Of the face of the cell across an axis.
double face_area(const Lattice& lattice, std::size_t axis) {
    const Vector3& a = lattice.basis[(axis + 1) % 3];
    const Vector3& b = lattice.basis[(axis + 2) % 3];
    return std::hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]);
}

std::int64_t count(const Hexagon& hexagon, int layers) {
    const std::int64_t side = std::int64_t{hexagon.side} + layers;
    return 3 * side * (side - 1) + 1;
}

std::int64_t count(const Box& box, int layers) {
    std::int64_t sites = 1;
    for (const int extent : box.size) sites *= std::int64_t{extent} + 2 * layers;
    return sites;
}

std::int64_t count(const Parallelogram& parallelogram, int layers) {
    std::int64_t sites = 1;
    for (const int extent : parallelogram.size) sites *= std::int64_t{extent} + 2 * layers;
    return sites;
}

/// Calls with(first, last, y, z) for every row of sites of the triangular lattice within `radius` of the
/// origin.
template <class With>
void for_each_row(const Disc& disc, const With& with) {
    const double squared = disc.radius * disc.radius * (1.0 + rounding);
    const auto rows = static_cast<int>(disc.radius / (std::numbers::sqrt3 / 2.0) + rounding);
    for (int y = -rows; y <= rows; ++y) {
        // x^2 + x y + y^2 <= R^2
        const double half = std::sqrt(std::max(0.0, squared - 0.75 * y * y));
        const auto first = static_cast<int>(std::ceil(-0.5 * y - half - rounding));
        const auto last = static_cast<int>(std::floor(-0.5 * y + half + rounding));
        with(first, last, y, 0);
    }
}

template <class With>
void for_each_row(const Sphere& sphere, const With& with) {
    const double squared = sphere.radius * sphere.radius * (1.0 + rounding);
    const auto r = static_cast<int>(sphere.radius + rounding);
    for (int z = -r; z <= r; ++z)
        for (int y = -r; y <= r; ++y) {
            const double rest = squared - (1.0 * y * y + 1.0 * z * z);
            if (rest < 0.0) continue;
            const auto last = static_cast<int>(std::sqrt(rest));
            with(-last, last, y, z);
        }
}

template <class Round>
std::int64_t count_within(const Round& shape) {
    std::int64_t sites = 0;
    for_each_row(shape, [&](int first, int last, int, int) { sites += std::int64_t{last} - first + 1; });
    return sites;
}

/// Calls with(point) for the sites of any lattice within the sphere's radius of one of them.
template <class With>
void for_each_site(const Sphere& sphere, const With& with) {
    const Lattice& lattice = *sphere.of.lattice;
    const double squared = sphere.radius * sphere.radius * (1.0 + rounding);
    // The sphere lies within so many steps: a_i spans V/|a_j x a_k| across its neighbours.
    std::array<int, 3> reach = {};
    for (std::size_t axis = 0; axis < 3; ++axis)
        reach[axis] = static_cast<int>(sphere.radius * face_area(lattice, axis) / cell_volume(lattice)) + 2;
    reach[2] *= static_cast<int>(lattice.sites.size());
    for (int z = -reach[2]; z <= reach[2]; ++z)
        for (int y = -reach[1]; y <= reach[1]; ++y)
            for (int x = -reach[0]; x <= reach[0]; ++x) {
                const Vector3 r = lattice.position({x, y, z});
                if (r[0] * r[0] + r[1] * r[1] + r[2] * r[2] <= squared) with(LatticePoint{x, y, z});
            }
}

bool is_simple_cubic(const Sphere& sphere) { return sphere.of.lattice == &simple_cubic_lattice(); }

std::int64_t count(const Disc& disc, int /*layers*/) { return count_within(disc); }

std::int64_t count(const Sphere& sphere, int /*layers*/) {
    // Exact only while it is quick; beyond, the volume does for estimates.
    constexpr double quick = 300.0;
    const Lattice& lattice = *sphere.of.lattice;
    const double density = static_cast<double>(lattice.sites.size()) / cell_volume(lattice);
    if (sphere.radius > (is_simple_cubic(sphere) ? quick : 0.1 * quick))
        return static_cast<std::int64_t>(4.0 / 3.0 * std::numbers::pi * std::pow(sphere.radius, 3) * density);
    if (is_simple_cubic(sphere)) return count_within(sphere);
    std::int64_t sites = 0;
    for_each_site(sphere, [&](const LatticePoint&) { ++sites; });
    return sites;
}

std::int64_t count(const SiteList& list, int /*layers*/) { return std::ssize(list.points); }

std::vector<double> planes(const Hexagon& hexagon, int layers, std::size_t /*axis*/) {
    const double side = hexagon.side + layers;
    std::vector<double> sites;
    for (double row = 1.0 - side; row < side; ++row) sites.push_back(2.0 * side - 1.0 - std::abs(row));
    return sites;
}

template <std::size_t dimension>
std::vector<double> planes_of_cell(const std::array<int, dimension>& size, int layers, std::size_t axis) {
    double across = 1.0;
    for (std::size_t k = 0; k < dimension; ++k)
        if (k != axis) across *= size[k] + 2.0 * layers;
    return std::vector<double>(static_cast<std::size_t>(size[axis] + 2.0 * layers), across);
}

std::vector<double> planes(const Box& box, int layers, std::size_t axis) {
    return planes_of_cell(box.size, layers, axis);
}

std::vector<double> planes(const Parallelogram& parallelogram, int layers, std::size_t axis) {
    return planes_of_cell(parallelogram.size, layers, axis);
}

/// Planes at whole multiples of `spacing` up to `radius` from the centre; sites(h^2) are in that at distance
/// h.
template <class Sites>
std::vector<double> planes_within(double radius, double spacing, const Sites& sites) {
    std::vector<double> planes;
    const double last = std::floor(radius / spacing + rounding);
    for (double k = -last; k <= last; ++k) planes.push_back(std::max(1.0, sites(k * spacing * k * spacing)));
    return planes;
}

std::vector<double> planes(const Disc& disc, int /*layers*/, std::size_t /*axis*/) {
    return planes_within(disc.radius, std::numbers::sqrt3 / 2.0, [&](double squared) {
        return 2.0 * std::sqrt(std::max(0.0, disc.radius * disc.radius - squared));
    });
}

std::vector<double> planes(const Sphere& sphere, int /*layers*/, std::size_t axis) {
    const Lattice& lattice = *sphere.of.lattice;
    const double area = face_area(lattice, axis);
    // The sites of a cell lie one behind the other along the last axis, in planes of their own.
    const auto of_cell = static_cast<double>(lattice.sites.size());
    const bool is_last = axis == 2;
    return planes_within(sphere.radius, cell_volume(lattice) / area / (is_last ? of_cell : 1.0),
                         [&](double squared) {
                             return std::numbers::pi * (sphere.radius * sphere.radius - squared) / area *
                                    (is_last ? 1.0 : of_cell);
                         });
}

std::vector<double> planes(const SiteList& list, int /*layers*/, std::size_t axis) {
    std::map<int, double> sites_of_plane;
    for (const LatticePoint& point : list.points) ++sites_of_plane[point[axis]];
    std::vector<double> sites;
    for (const auto& [plane, count] : sites_of_plane) sites.push_back(count);
    return sites;
}

/// Throws unless the crystal is free and without a shell.
void require_plain(const std::string& shape, const Shell& shell, Boundary boundary) {
    if (boundary == Boundary::periodic) throw Error(fmt::format("{}: is not periodic; a box can be", shape));
    if (shell.layers > 0)
        throw Error(fmt::format("{}: has no shell; hexagons, boxes and parallelograms can have one", shape));
}

template <class Round>
std::vector<LatticePoint> sites_within(const Round& shape) {
    std::vector<LatticePoint> points;
    for_each_row(shape, [&](int first, int last, int y, int z) {
        for (int x = first; x <= last; ++x) points.push_back({x, y, z});
    });
    return points;
}

/// All points with 0 <= x < size[0] and so on, with `layers` more on every side of the first `dimension`
/// axes.
Crystal build_cell(const LatticeChoice& of, std::array<int, 3> size, const std::string& shape,
                   const Shell& shell, Boundary boundary) {
    const Lattice& lattice = *of.lattice;
    for (int axis = 0; axis < lattice.dimension; ++axis) {
        int& extent = size[static_cast<std::size_t>(axis)];
        if (extent < 2) throw Error(fmt::format("{}: each extent is 2 or more", shape));
        extent += 2 * shell.layers;
    }
    std::vector<LatticePoint> points;
    points.reserve(static_cast<std::size_t>(std::int64_t{size[0]} * size[1] * size[2]));
    for (int z = 0; z < size[2]; ++z)
        for (int y = 0; y < size[1]; ++y)
            for (int x = 0; x < size[0]; ++x) points.push_back({x, y, z});
    if (boundary == Boundary::free) return {lattice, std::move(points), shape, shell, {}, of.stiffness()};
    std::array<int, 3> period = {};
    std::copy_n(size.begin(), lattice.dimension, period.begin());
    return {lattice, std::move(points), shape + ", periodic", shell, period, of.stiffness()};
}

Crystal of_lattice(const LatticeChoice& of, std::vector<LatticePoint> points, const std::string& shape) {
    return {*of.lattice, std::move(points), shape, {}, {}, of.stiffness()};
}

Crystal build(const Hexagon& hexagon, const Shell& shell, Boundary boundary) {
    if (hexagon.side < 2) throw Error(fmt::format("hexagon of side {}: the side is 2 or more", hexagon.side));
    if (boundary == Boundary::periodic)
        throw Error(fmt::format("hexagon of side {}: a hexagon is not periodic; a parallelogram can be",
                                hexagon.side));
    const int radius = hexagon.side + shell.layers - 1;
    std::vector<LatticePoint> points;
    points.reserve(static_cast<std::size_t>(count(hexagon, shell.layers)));
    for (int y = -radius; y <= radius; ++y)
        for (int x = -radius; x <= radius; ++x)
            if (std::abs(x + y) <= radius) points.push_back({x, y, 0});
    return {triangular_lattice(), std::move(points), fmt::format("hexagon, side {}", hexagon.side), shell};
}

Crystal build(const Box& box, const Shell& shell, Boundary boundary) {
    std::string shape = fmt::format("box, size {} x {} x {}", box.size[0], box.size[1], box.size[2]);
    const Lattice& lattice = *box.of.lattice;
    if (lattice.dimension != 3)
        throw Error(fmt::format("{}: the {} lattice has two dimensions; a parallelogram is of it", shape,
                                lattice.name));
    if (box.of.lattice != &simple_cubic_lattice()) shape += fmt::format(" of {}", lattice.name);
    return build_cell(box.of, box.size, shape, shell, boundary);
}

Crystal build(const Parallelogram& parallelogram, const Shell& shell, Boundary boundary) {
    const auto& [width, height] = parallelogram.size;
    const std::string shape = fmt::format("parallelogram, size {} x {}", width, height);
    return build_cell({&triangular_lattice()}, {width, height, 1}, shape, shell, boundary);
}

Crystal build(const Disc& disc, const Shell& shell, Boundary boundary) {
    const std::string shape = fmt::format("disc, radius {}", disc.radius);
    require_plain(shape, shell, boundary);
    if (!(disc.radius >= 1.0)) throw Error(fmt::format("{}: the radius is 1 or more", shape));
    return {triangular_lattice(), sites_within(disc), shape};
}

Crystal build(const Sphere& sphere, const Shell& shell, Boundary boundary) {
    const std::string shape = fmt::format("sphere, radius {}", sphere.radius);
    require_plain(shape, shell, boundary);
    if (!(sphere.radius >= 1.0)) throw Error(fmt::format("{}: the radius is 1 or more", shape));
    const Lattice& lattice = *sphere.of.lattice;
    if (lattice.dimension != 3)
        throw Error(fmt::format("{}: the {} lattice has two dimensions; a disc is what is round in it", shape,
                                lattice.name));
    if (is_simple_cubic(sphere)) return of_lattice(sphere.of, sites_within(sphere), shape);
    std::vector<LatticePoint> points;
    for_each_site(sphere, [&](const LatticePoint& point) { points.push_back(point); });
    return of_lattice(sphere.of, std::move(points), fmt::format("{} of {}", shape, lattice.name));
}

Crystal build(const SiteList& list, const Shell& shell, Boundary boundary) {
    const std::string shape = fmt::format("{} listed sites", list.points.size());
    require_plain(shape, shell, boundary);
    return of_lattice(list.of, list.points, shape);
}

}  // namespace

std::vector<double> plane_sizes(const CrystalParameters& shape, const Shell& shell, int axis) {
    return std::visit([&](const auto& s) { return planes(s, shell.layers, static_cast<std::size_t>(axis)); },
                      shape);
}

const Lattice& bonded_lattice(const CrystalParameters& shape) {
    const Lattice& lattice = lattice_of(shape);
    std::optional<double> k2;
    if (const auto* list = std::get_if<SiteList>(&shape)) k2 = list->of.stiffness();
    if (const auto* sphere = std::get_if<Sphere>(&shape)) k2 = sphere->of.stiffness();
    if (const auto* box = std::get_if<Box>(&shape)) k2 = box->of.stiffness();
    const bool has_none = k2.value_or(lattice.next_nearest_stiffness) == 0.0;
    return has_none && lattice.nearest_only != nullptr ? *lattice.nearest_only : lattice;
}

double crystal_bytes(const CrystalParameters& shape, double sites) {
    const Lattice& lattice = bonded_lattice(shape);
    const auto slots = static_cast<std::size_t>(lattice.slots());
    return sites *
           (static_cast<double>(sizeof(LatticePoint) + sizeof(Vector3) + sizeof(int) + slots * sizeof(Site)) +
            0.5 * lattice.coordination() * static_cast<double>(sizeof(Bond)));
}

int dimension_of(const CrystalParameters& shape) { return lattice_of(shape).dimension; }

const Lattice& lattice_of(const CrystalParameters& shape) {
    if (const auto* list = std::get_if<SiteList>(&shape)) return *list->of.lattice;
    if (const auto* sphere = std::get_if<Sphere>(&shape)) return *sphere->of.lattice;
    if (const auto* box = std::get_if<Box>(&shape)) return *box->of.lattice;
    return triangular_lattice();
}

CrystalParameters scaled(const CrystalParameters& shape, double factor) {
    return std::visit([&](const auto& each) { return CrystalParameters(scaled_shape(each, factor)); }, shape);
}

std::int64_t site_count(const CrystalParameters& shape, const Shell& shell) {
    return std::visit([&](const auto& s) { return count(s, shell.layers); }, shape);
}

Crystal build_crystal(const CrystalParameters& shape, const Shell& shell, Boundary boundary) {
    return std::visit([&](const auto& s) { return build(s, shell, boundary); }, shape);
}

}  // namespace misfit
