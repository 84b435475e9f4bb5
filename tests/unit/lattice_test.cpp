#include "misfit/crystal/lattice.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <tuple>

namespace misfit {
namespace {

Vector3 cartesian(const Lattice& lattice, const LatticePoint& step) {
    Vector3 position = {};
    for (std::size_t axis = 0; axis < 3; ++axis)
        for (std::size_t k = 0; k < 3; ++k) position[k] += step[axis] * lattice.basis[axis][k];
    return position;
}

class EveryLattice : public ::testing::TestWithParam<const Lattice*> {};

TEST_P(EveryLattice, unit_vectors_lie_along_their_steps) {
    for (const Direction& direction : GetParam()->directions) {
        const Vector3 bond = cartesian(*GetParam(), direction.step);
        const double length = std::hypot(bond[0], bond[1], bond[2]);
        for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(direction.unit[k], bond[k] / length, 1e-15);
        EXPECT_NEAR(length, direction.nearest ? 1.0 : std::sqrt(2.0), 1e-15);
    }
}

TEST_P(EveryLattice, directions_lead_forward_in_the_site_order_and_ascend) {
    std::tuple<int, int, int> previous = {0, 0, 0};
    for (const Direction& direction : GetParam()->directions) {
        const std::tuple<int, int, int> order = {direction.step[2], direction.step[1], direction.step[0]};
        EXPECT_GT(order, previous);
        previous = order;
    }
}

INSTANTIATE_TEST_SUITE_P(lattice, EveryLattice,
                         ::testing::Values(&triangular_lattice(), &simple_cubic_lattice()),
                         [](const auto& which) { return which.index == 0 ? "triangular" : "simple_cubic"; });

TEST(lattice, coordination_is_6_and_18) {
    EXPECT_EQ(triangular_lattice().coordination(), 6);
    EXPECT_EQ(simple_cubic_lattice().coordination(), 18);
    int nearest = 0;
    for (const Direction& direction : simple_cubic_lattice().directions) nearest += direction.nearest ? 1 : 0;
    EXPECT_EQ(2 * nearest, 6);
}

}  // namespace
}  // namespace misfit
