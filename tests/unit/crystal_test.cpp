#include "misfit/crystal/crystal.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "misfit/base/error.hpp"
#include "reference/springs.hpp"
#include "support/systems.hpp"

namespace misfit {
namespace {

using support::box;
using support::hexagon;
using support::parallelogram;
using support::periodic;

std::ptrdiff_t surface_sites(const Crystal& crystal) {
    std::ptrdiff_t count = 0;
    for (Site site = 0; site < crystal.size(); ++site) count += crystal.is_surface(site) ? 1 : 0;
    return count;
}

void expect_the_springs_of_the_reference(const Crystal& crystal) {
    std::map<std::pair<Site, Site>, reference::Spring> expected;
    for (const reference::Spring& spring : reference::springs(crystal))
        expected.insert({{spring.first, spring.second}, spring});
    for (const Bond& bond : crystal.bonds()) {
        if (crystal.boundary() == Boundary::free) {
            EXPECT_LT(bond.first, bond.second);
        }
        const auto found = expected.extract(std::minmax(bond.first, bond.second));
        ASSERT_FALSE(found.empty()) << "no spring, or a bond counted twice";
        const Direction& direction = crystal.lattice().directions[static_cast<std::size_t>(bond.direction)];
        EXPECT_EQ(direction.nearest, found.mapped().nearest);
        const double sign = bond.first < bond.second ? 1.0 : -1.0;
        for (std::size_t k = 0; k < 3; ++k)
            EXPECT_NEAR(sign * direction.unit[k], found.mapped().unit[k], 1e-12);
    }
    EXPECT_TRUE(expected.empty());
}

TEST(hexagon, has_the_sites_bonds_and_surface_of_the_formulas) {
    for (int side = 2; side <= 12; ++side) {
        const auto crystal = hexagon(side);
        EXPECT_EQ(crystal->size(), 3 * side * (side - 1) + 1);
        EXPECT_EQ(site_count(Hexagon{side}), crystal->size());
        EXPECT_EQ(std::ssize(crystal->bonds()), 3 * (side - 1) * (3 * side - 2));
        EXPECT_EQ(surface_sites(*crystal), 6 * (side - 1));
        EXPECT_EQ(std::ranges::max(crystal->layers()), side);
    }
    EXPECT_EQ(hexagon(10)->size(), 271);
    EXPECT_EQ(hexagon(16)->size(), 721);
    EXPECT_EQ(hexagon(24)->size(), 1657);
}

TEST(box, has_the_sites_bonds_and_surface_of_the_formulas) {
    for (const auto& [a, b, c] :
         {std::array{2, 2, 2}, std::array{3, 4, 5}, std::array{6, 6, 6}, std::array{12, 12, 12}}) {
        const auto crystal = box(a, b, c);
        EXPECT_EQ(crystal->size(), a * b * c);
        EXPECT_EQ(site_count(Box{{a, b, c}}), crystal->size());
        const int nearest = 3 * a * b * c - a * b - b * c - c * a;
        const int next = 2 * ((a - 1) * (b - 1) * c + (b - 1) * (c - 1) * a + (c - 1) * (a - 1) * b);
        EXPECT_EQ(std::ssize(crystal->bonds()), nearest + next);
        EXPECT_EQ(surface_sites(*crystal), a * b * c - (a - 2) * (b - 2) * (c - 2));
    }
    EXPECT_EQ(surface_sites(*box(12, 12, 12)), 728);
}

TEST(crystal, bonds_are_the_pairs_at_bond_distance_each_once) {
    expect_the_springs_of_the_reference(*hexagon(2));
    expect_the_springs_of_the_reference(*hexagon(5));
    expect_the_springs_of_the_reference(*box(3, 4, 5));
    expect_the_springs_of_the_reference(*parallelogram(3, 5));
    expect_the_springs_of_the_reference(*periodic(Parallelogram{{3, 5}}));
    expect_the_springs_of_the_reference(*periodic(Box{{3, 4, 5}}));
}

TEST(crystal, bonds_ascend_by_first_end_then_direction) {
    const auto crystal = box(3, 4, 5);
    EXPECT_TRUE(std::ranges::is_sorted(
        crystal->bonds(), {}, [](const Bond& bond) { return std::tuple{bond.first, bond.direction}; }));
}

TEST(crystal, sites_ascend_in_z_then_y_then_x_and_are_centred) {
    for (const auto& crystal : {hexagon(4), box(3, 4, 5)}) {
        EXPECT_TRUE(std::ranges::is_sorted(
            crystal->points(), {}, [](const LatticePoint& p) { return std::tuple{p[2], p[1], p[0]}; }));
        for (std::size_t k = 0; k < 3; ++k) {
            double mean = 0.0;
            for (const Vector3& position : crystal->positions()) mean += position[k];
            EXPECT_NEAR(mean, 0.0, 1e-11);
        }
        for (Site site = 0; site < crystal->size(); ++site)
            EXPECT_EQ(crystal->find(crystal->points()[static_cast<std::size_t>(site)]), site);
        EXPECT_EQ(crystal->find({100, 0, 0}), -1);
    }
}

TEST(crystal, the_site_order_does_not_depend_on_the_order_of_the_points) {
    const auto crystal = hexagon(4);
    std::vector<LatticePoint> reversed(crystal->points().rbegin(), crystal->points().rend());
    const Crystal again(triangular_lattice(), reversed, "reversed");
    EXPECT_TRUE(std::ranges::equal(again.points(), crystal->points()));
}

TEST(crystal, opposite_directions_lead_back) {
    for (const auto& crystal : {hexagon(4), box(3, 4, 5)}) {
        const int half = crystal->lattice().half_coordination();
        for (Site site = 0; site < crystal->size(); ++site)
            for (int d = 0; d < half; ++d) {
                const Site forward = crystal->neighbor(site, d);
                if (forward >= 0) {
                    EXPECT_GT(forward, site);
                    EXPECT_EQ(crystal->neighbor(forward, d + half), site);
                }
                const Site backward = crystal->neighbor(site, d + half);
                if (backward >= 0) {
                    EXPECT_EQ(crystal->neighbor(backward, d), site);
                }
            }
    }
}

TEST(crystal, layers_count_inwards_from_the_surface) {
    const auto flat = hexagon(5);
    for (Site site = 0; site < flat->size(); ++site) {
        const LatticePoint& p = flat->points()[static_cast<std::size_t>(site)];
        const int radius = std::max({std::abs(p[0]), std::abs(p[1]), std::abs(p[0] + p[1])});
        EXPECT_EQ(flat->layers()[static_cast<std::size_t>(site)], 5 - radius);
    }
    const auto solid = box(5, 6, 7);
    for (Site site = 0; site < solid->size(); ++site) {
        const LatticePoint& p = solid->points()[static_cast<std::size_t>(site)];
        const int depth = std::min({p[0], 4 - p[0], p[1], 5 - p[1], p[2], 6 - p[2]});
        EXPECT_EQ(solid->layers()[static_cast<std::size_t>(site)], depth + 1);
    }
}

TEST(shell, adds_layers_around_the_core) {
    const Shell shell = {.layers = 2, .stiffness = 17.0};
    const auto crystal = hexagon(4, shell);
    EXPECT_EQ(crystal->size(), hexagon(6)->size());
    EXPECT_EQ(site_count(Hexagon{4}, shell), crystal->size());
    Site core = 0;
    for (Site site = 0; site < crystal->size(); ++site) core += crystal->is_shell(site) ? 0 : 1;
    EXPECT_EQ(core, hexagon(4)->size());
    EXPECT_EQ(box(3, 4, 5, {.layers = 1, .stiffness = 1.0})->size(), 5 * 6 * 7);
}

TEST(shell, stiffens_only_bonds_between_two_shell_sites) {
    const auto crystal = hexagon(4, {.layers = 2, .stiffness = 17.0});
    int core_shell = 0;
    for (const Bond& bond : crystal->bonds()) {
        const bool both = crystal->is_shell(bond.first) && crystal->is_shell(bond.second);
        EXPECT_EQ(bond.stiffness, both ? 17.0 : 1.0);
        core_shell += crystal->is_shell(bond.first) != crystal->is_shell(bond.second) ? 1 : 0;
    }
    EXPECT_EQ(core_shell, 6 * (2 * 4 - 1));
}

TEST(parallelogram, has_the_sites_bonds_and_surface_of_the_formulas) {
    for (const auto& [a, b] : {std::array{2, 2}, std::array{3, 5}, std::array{9, 4}}) {
        const auto crystal = parallelogram(a, b);
        EXPECT_EQ(crystal->size(), a * b);
        EXPECT_EQ(site_count(Parallelogram{{a, b}}), crystal->size());
        EXPECT_EQ(std::ssize(crystal->bonds()), (a - 1) * b + a * (b - 1) + (a - 1) * (b - 1));
        EXPECT_EQ(surface_sites(*crystal), a * b - (a - 2) * (b - 2));
    }
}

TEST(parallelogram, has_a_shell_around_exactly_the_parallelogram_asked_for) {
    const Shell shell = {.layers = 3, .stiffness = 17.0};
    const auto crystal = parallelogram(4, 2, shell);
    EXPECT_EQ(crystal->size(), 10 * 8);
    EXPECT_EQ(site_count(Parallelogram{{4, 2}}, shell), crystal->size());
    for (Site site = 0; site < crystal->size(); ++site) {
        const LatticePoint& p = crystal->points()[static_cast<std::size_t>(site)];
        EXPECT_EQ(crystal->layers()[static_cast<std::size_t>(site)],
                  1 + std::min({p[0], 9 - p[0], p[1], 7 - p[1]}));
        const bool in_core = p[0] >= 3 && p[0] < 7 && p[1] >= 3 && p[1] < 5;
        EXPECT_EQ(crystal->is_shell(site), !in_core);
    }
}

TEST(periodic, crystals_have_every_neighbour_and_half_as_many_bonds) {
    for (const CrystalParameters& shape :
         {CrystalParameters(Parallelogram{{3, 3}}), CrystalParameters(Parallelogram{{4, 5}}),
          CrystalParameters(Box{{3, 3, 3}}), CrystalParameters(Box{{3, 4, 5}})}) {
        const auto crystal = periodic(shape);
        EXPECT_EQ(crystal->boundary(), Boundary::periodic);
        EXPECT_EQ(site_count(shape), crystal->size());
        const int half = crystal->lattice().half_coordination();
        EXPECT_EQ(std::ssize(crystal->bonds()), half * crystal->size());
        EXPECT_EQ(surface_sites(*crystal), 0);
        for (Site site = 0; site < crystal->size(); ++site) {
            EXPECT_FALSE(crystal->is_shell(site));
            EXPECT_EQ(crystal->layers()[static_cast<std::size_t>(site)], 0);
            std::set<Site> neighbors;
            for (int d = 0; d < 2 * half; ++d) {
                const Site other = crystal->neighbor(site, d);
                neighbors.insert(other);
                EXPECT_EQ(crystal->neighbor(other, (d + half) % (2 * half)), site);
            }
            EXPECT_EQ(std::ssize(neighbors), 2 * half);
            EXPECT_GE(*neighbors.begin(), 0);
            EXPECT_FALSE(neighbors.contains(site));
        }
    }
}

TEST(periodic, coordinates_count_modulo_the_period) {
    const auto crystal = periodic(Parallelogram{{4, 5}});
    EXPECT_EQ(crystal->period(), (std::array{4, 5, 0}));
    EXPECT_EQ(crystal->find({-1, 7, 0}), crystal->find({3, 2, 0}));
    EXPECT_EQ(crystal->find({0, 0, 1}), -1);
    const Site corner = crystal->find({3, 4, 0});
    EXPECT_EQ(crystal->neighbor(corner, 0), crystal->find({0, 4, 0}));
    EXPECT_EQ(crystal->neighbor(corner, 2), crystal->find({3, 0, 0}));
    EXPECT_EQ(hexagon(4)->boundary(), Boundary::free);
    EXPECT_EQ(hexagon(4)->period(), (std::array{0, 0, 0}));
}

TEST(periodic, crystals_are_refused_where_they_make_no_sense) {
    EXPECT_THROW(periodic(Hexagon{4}), Error);
    EXPECT_THROW(periodic(Parallelogram{{2, 5}}), Error);
    EXPECT_THROW(periodic(Box{{3, 3, 2}}), Error);
    EXPECT_THROW(build_crystal(Box{{4, 4, 4}}, {1, 1.0}, Boundary::periodic), Error);
    const std::vector<LatticePoint> two = {{0, 0, 0}, {1, 0, 0}};
    EXPECT_THROW(Crystal(triangular_lattice(), two, "a cell with holes", {}, {4, 4, 0}), Error);
}

TEST(periodic, crystals_repeat_by_the_vectors_of_their_cell) {
    for (const Lattice* lattice : {&simple_cubic_lattice(), &fcc_lattice(), &hcp_lattice()}) {
        const auto crystal = support::periodic(Box{{4, 5, 6}, {lattice}});
        for (std::size_t axis = 0; axis < 3; ++axis) {
            LatticePoint far = crystal->points()[7];
            far[axis] += crystal->period()[axis];
            EXPECT_EQ(crystal->find(far), 7);
            const Vector3 there = lattice->position(far);
            const Vector3 here = lattice->position(crystal->points()[7]);
            for (std::size_t k = 0; k < 3; ++k)
                EXPECT_NEAR(there[k] - here[k], crystal->cell()[axis][k], 1e-12) << lattice->name;
        }
    }
    EXPECT_EQ(support::hexagon(3)->cell(), (std::array<Vector3, 3>{}));
}

TEST(crystal, refuses_what_is_no_crystal) {
    EXPECT_THROW(hexagon(1), Error);
    EXPECT_THROW(hexagon(-3), Error);
    EXPECT_THROW(box(1, 4, 4), Error);
    EXPECT_THROW(parallelogram(1, 4), Error);
    EXPECT_THROW(Crystal(triangular_lattice(), {{0, 0, 0}}, "one"), Error);
    EXPECT_THROW(Crystal(triangular_lattice(), {{0, 0, 0}, {0, 0, 0}}, "twice"), Error);
    EXPECT_THROW(Crystal(triangular_lattice(), {{0, 0, 0}, {1, 0, 0}}, "all shell", Shell{1, 1.0}), Error);
}

TEST(crystal, refuses_points_periods_and_shells_that_its_lattice_does_not_have) {
    std::vector<LatticePoint> cell;
    for (int y = 0; y < 3; ++y)
        for (int x = 0; x < 3; ++x) cell.push_back({x, y, 0});
    const auto make = [&](const std::vector<LatticePoint>& points, const std::array<int, 3>& period,
                          const Shell& shell = {}) {
        return Crystal(triangular_lattice(), points, "given", shell, period);
    };
    EXPECT_NO_THROW(make(cell, {3, 3, 0}));
    const std::vector<std::array<int, 3>> wrong = {{3, 3, 2},  {3, 3, -3}, {-3, 3, 0},       {-3, -3, 0},
                                                   {3, -3, 0}, {0, 3, 0},  {3, 0, 0},        {0, 0, 2},
                                                   {2, 3, 0},  {-1, 0, 0}, {65536, 65536, 0}};
    for (const std::array<int, 3>& period : wrong)
        EXPECT_THROW(make(cell, period), Error) << period[0] << ' ' << period[1] << ' ' << period[2];
    EXPECT_THROW(make({{0, 0, 0}, {1, 0, 0}, {0, 0, 1}}, {}), Error);
    EXPECT_THROW(make({{0, 0, -1}, {1, 0, 0}, {0, 1, 0}}, {}), Error);
    EXPECT_THROW(make(cell, {}, {-1, 1.0}), Error);
    for (const double stiffness : {0.0, -2.0, std::nan(""), HUGE_VAL})
        EXPECT_THROW(make(cell, {}, {0, stiffness}), Error) << stiffness;
}

// By hand: distances on the triangular lattice are sqrt(x^2 + x y + y^2): 1 site, 6 at 1, 6 at sqrt 3, 6 at
// 2, 12 at sqrt 7; on the simple cubic one 1, 6 at 1, 12 at sqrt 2, 8 at sqrt 3, 6 at 2.
TEST(shapes, discs_and_spheres_hold_the_sites_within_their_radius) {
    const std::vector<std::pair<double, Site>> discs = {{1.0, 7},   {1.7, 7},  {std::sqrt(3.0), 13},
                                                        {1.99, 13}, {2.0, 19}, {std::sqrt(7.0), 31}};
    for (const auto& [radius, sites] : discs) {
        EXPECT_EQ(build_crystal(Disc{radius}).size(), sites) << radius;
        EXPECT_EQ(site_count(Disc{radius}), sites) << radius;
    }
    const std::vector<std::pair<double, Site>> spheres = {
        {1.0, 7}, {1.4, 7}, {std::sqrt(2.0), 19}, {std::sqrt(3.0), 27}, {2.0, 33}};
    for (const auto& [radius, sites] : spheres) {
        EXPECT_EQ(build_crystal(Sphere{radius}).size(), sites) << radius;
        EXPECT_EQ(site_count(Sphere{radius}), sites) << radius;
    }
    for (const Crystal& crystal : {build_crystal(Disc{9.3}), build_crystal(Sphere{4.2})})
        for (const Vector3& r : crystal.positions())
            EXPECT_LE(std::hypot(r[0], r[1], r[2]), crystal.dimension() == 2 ? 9.3 : 4.2);
}

TEST(shapes, listed_sites_are_those_of_the_list_in_site_order) {
    const Crystal crystal =
        build_crystal(SiteList{{&simple_cubic_lattice()}, {{5, 5, 6}, {5, 5, 5}, {6, 5, 5}, {5, 6, 5}}});
    EXPECT_EQ(crystal.dimension(), 3);
    ASSERT_EQ(crystal.size(), 4);
    EXPECT_EQ(crystal.points()[0], (LatticePoint{5, 5, 5}));
    EXPECT_EQ(crystal.points()[3], (LatticePoint{5, 5, 6}));
    EXPECT_THROW(build_crystal(SiteList{{}, {{0, 0, 0}, {0, 0, 0}}}), Error);
    EXPECT_THROW(build_crystal(Disc{3.0}, {1, 1.0}), Error);
    EXPECT_THROW(build_crystal(Sphere{3.0}, {}, Boundary::periodic), Error);
    EXPECT_THROW(build_crystal(Disc{0.5}), Error);
}

}  // namespace
}  // namespace misfit
