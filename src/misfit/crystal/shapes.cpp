#include "misfit/crystal/shapes.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <string>

#include "misfit/base/error.hpp"

namespace misfit {
namespace {

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

/// All points with 0 <= x < size[0] and so on, with `layers` more on every side of the first `dimension`
/// axes.
Crystal build_cell(const Lattice& lattice, std::array<int, 3> size, const std::string& shape,
                   const Shell& shell, Boundary boundary) {
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
    if (boundary == Boundary::free) return {lattice, std::move(points), shape, shell};
    std::array<int, 3> period = {};
    std::copy_n(size.begin(), lattice.dimension, period.begin());
    return {lattice, std::move(points), shape + ", periodic", shell, period};
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
    const std::string shape = fmt::format("box, size {} x {} x {}", box.size[0], box.size[1], box.size[2]);
    return build_cell(simple_cubic_lattice(), box.size, shape, shell, boundary);
}

Crystal build(const Parallelogram& parallelogram, const Shell& shell, Boundary boundary) {
    const auto& [width, height] = parallelogram.size;
    const std::string shape = fmt::format("parallelogram, size {} x {}", width, height);
    return build_cell(triangular_lattice(), {width, height, 1}, shape, shell, boundary);
}

}  // namespace

std::int64_t site_count(const CrystalParameters& shape, const Shell& shell) {
    return std::visit([&](const auto& s) { return count(s, shell.layers); }, shape);
}

Crystal build_crystal(const CrystalParameters& shape, const Shell& shell, Boundary boundary) {
    return std::visit([&](const auto& s) { return build(s, shell, boundary); }, shape);
}

}  // namespace misfit
