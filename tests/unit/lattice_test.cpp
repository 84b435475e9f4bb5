#include "misfit/crystal/lattice.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <tuple>

namespace misfit {
namespace {

class EveryLattice : public ::testing::TestWithParam<const Lattice*> {};

/// From a site of the cell to the end of a bond that leads forward from it.
Vector3 along(const Lattice& lattice, const Direction& direction) {
    const int site = std::max(direction.from, 0);
    const Vector3 begin = lattice.position({0, 0, site});
    const Vector3 end = lattice.position({direction.step[0], direction.step[1], direction.step[2] + site});
    return {end[0] - begin[0], end[1] - begin[1], end[2] - begin[2]};
}

TEST_P(EveryLattice, unit_vectors_lie_along_their_steps) {
    const std::map<std::string_view, double> next = {
        {"simple cubic", std::sqrt(2.0)}, {"fcc", std::sqrt(2.0)}, {"bcc", 2.0 / std::sqrt(3.0)}};
    for (const Direction& direction : GetParam()->directions) {
        const Vector3 bond = along(*GetParam(), direction);
        const double length = std::hypot(bond[0], bond[1], bond[2]);
        for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(direction.unit[k], bond[k] / length, 1e-15);
        EXPECT_NEAR(length, direction.nearest ? 1.0 : next.at(GetParam()->name), 1e-15);
        const bool is_natural = GetParam() != &simple_cubic_lattice();
        EXPECT_NEAR(direction.mismatch, is_natural ? length : 1.0, 1e-15);
    }
}

// Counted from distances alone, in a piece that is larger than the longest bond on every side.
TEST_P(EveryLattice, has_a_bond_to_every_site_at_its_distances_and_to_no_other) {
    const Lattice& lattice = *GetParam();
    const int deep = lattice.dimension == 3 ? 4 : 0;
    for (int b = 0; b < static_cast<int>(lattice.sites.size()); ++b) {
        const Vector3 center = lattice.position({0, 0, b});
        int nearest = 0;
        int next = 0;
        for (int z = -deep; z <= deep + b; ++z)
            for (int y = -4; y <= 4; ++y)
                for (int x = -4; x <= 4; ++x) {
                    const Vector3 r = lattice.position({x, y, z});
                    const double away = std::hypot(r[0] - center[0], r[1] - center[1], r[2] - center[2]);
                    nearest += std::abs(away - 1.0) < 1e-9 ? 1 : 0;
                    for (const Direction& direction : lattice.directions)
                        if (!direction.nearest) {
                            const Vector3 bond = along(lattice, direction);
                            next += std::abs(away - std::hypot(bond[0], bond[1], bond[2])) < 1e-9 ? 1 : 0;
                            break;
                        }
                    EXPECT_TRUE(away > 1.0 - 1e-9 || (x == 0 && y == 0 && z == b));
                }
        int slots_nearest = 0;
        int slots_next = 0;
        for (int slot = 0; slot < lattice.slots(); ++slot) {
            if (!lattice.has_slot({0, 0, b}, slot)) continue;
            const int half = lattice.half_coordination();
            (lattice.directions[static_cast<std::size_t>(slot % half)].nearest ? slots_nearest
                                                                               : slots_next)++;
        }
        EXPECT_EQ(slots_nearest, nearest);
        EXPECT_EQ(slots_next, next);
        EXPECT_EQ(lattice.coordination(), nearest + next);
    }
}

TEST_P(EveryLattice, a_position_leads_back_to_its_site) {
    const Lattice& lattice = *GetParam();
    for (const LatticePoint& point :
         {LatticePoint{0, 0, 0}, LatticePoint{3, -2, 5}, LatticePoint{-4, 1, -3}, LatticePoint{1, 1, 2}}) {
        LatticePoint here = point;
        if (lattice.dimension == 2) here[2] = 0;
        Vector3 position = lattice.position(here);
        EXPECT_EQ(lattice.nearest_point(position), here);
        position[0] += 0.2;
        position[1] -= 0.15;
        EXPECT_EQ(lattice.nearest_point(position), here);
    }
}

TEST_P(EveryLattice, directions_lead_forward_in_the_site_order_and_ascend) {
    std::tuple<int, int, int> previous = {0, 0, 0};
    for (const Direction& direction : GetParam()->directions) {
        const std::tuple<int, int, int> order = {direction.step[2], direction.step[1], direction.step[0]};
        // The same step may lead from one site of the cell and from another.
        EXPECT_TRUE(order > previous || (order == previous && direction.from > 0));
        previous = order;
    }
}

INSTANTIATE_TEST_SUITE_P(lattice, EveryLattice, ::testing::ValuesIn(lattices().begin(), lattices().end()),
                         [](const auto& which) {
                             std::string name(which.param->name);
                             std::replace(name.begin(), name.end(), ' ', '_');
                             return name;
                         });

TEST(lattice, coordination_is_6_and_18) {
    EXPECT_EQ(triangular_lattice().coordination(), 6);
    EXPECT_EQ(simple_cubic_lattice().coordination(), 18);
    int nearest = 0;
    for (const Direction& direction : simple_cubic_lattice().directions) nearest += direction.nearest ? 1 : 0;
    EXPECT_EQ(2 * nearest, 6);
}

}  // namespace
}  // namespace misfit
