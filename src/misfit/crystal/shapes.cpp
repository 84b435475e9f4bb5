#include "misfit/crystal/shapes.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

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

Crystal build(const Hexagon& hexagon, const Shell& shell) {
    if (hexagon.side < 2) throw Error(fmt::format("hexagon of side {}: the side is 2 or more", hexagon.side));
    const int radius = hexagon.side + shell.layers - 1;
    std::vector<LatticePoint> points;
    points.reserve(static_cast<std::size_t>(count(hexagon, shell.layers)));
    for (int y = -radius; y <= radius; ++y)
        for (int x = -radius; x <= radius; ++x)
            if (std::abs(x + y) <= radius) points.push_back({x, y, 0});
    return {triangular_lattice(), std::move(points), fmt::format("hexagon, side {}", hexagon.side), shell};
}

Crystal build(const Box& box, const Shell& shell) {
    if (std::ranges::min(box.size) < 2)
        throw Error(fmt::format("box of {} x {} x {} sites: each extent is 2 or more", box.size[0],
                                box.size[1], box.size[2]));
    std::array<int, 3> extent = box.size;
    for (int& sites : extent) sites += 2 * shell.layers;
    std::vector<LatticePoint> points;
    points.reserve(static_cast<std::size_t>(count(box, shell.layers)));
    for (int z = 0; z < extent[2]; ++z)
        for (int y = 0; y < extent[1]; ++y)
            for (int x = 0; x < extent[0]; ++x) points.push_back({x, y, z});
    return {simple_cubic_lattice(), std::move(points),
            fmt::format("box, size {} x {} x {}", box.size[0], box.size[1], box.size[2]), shell};
}

}  // namespace

std::int64_t site_count(const CrystalParameters& shape, const Shell& shell) {
    return std::visit([&](const auto& s) { return count(s, shell.layers); }, shape);
}

Crystal build_crystal(const CrystalParameters& shape, const Shell& shell) {
    return std::visit([&](const auto& s) { return build(s, shell); }, shape);
}

}  // namespace misfit
