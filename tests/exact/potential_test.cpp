#include "misfit/elastic/potential.hpp"

#include <Eigen/Core>
#include <gtest/gtest.h>
#include <numeric>

#include "misfit/base/error.hpp"
#include "reference/energy.hpp"
#include "reference/linear_algebra.hpp"
#include "reference/springs.hpp"
#include "support/systems.hpp"

// Values of the physics page, section 6, "Exact", for the elastic potential.
namespace misfit {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using support::box;
using support::hexagon;
using support::matrix;

double largest(const MatrixXd& M) { return M.cwiseAbs().maxCoeff(); }

TEST(potential, of_7_sites_is_k_k_over_12) {
    const auto crystal = hexagon(2);
    const Site centre = crystal->find({0, 0, 0});
    Eigen::VectorXd k = Eigen::VectorXd::Constant(7, -1.0);
    k(centre) = 6.0;
    const MatrixXd expected = k * k.transpose() / 12.0;
    EXPECT_LT(largest(matrix(general_potential(*crystal)) - expected), 1e-13);
    EXPECT_LT(largest(matrix(hexagon_potential(*crystal)) - expected), 1e-13);
    EXPECT_LT(largest(reference::raw_potential(*crystal) - expected), 1e-13);
    const Potential V = build_potential(*crystal);
    const Site rim = crystal->find({1, 0, 0});
    EXPECT_NEAR(V(centre, centre), 3.0, 1e-14);
    EXPECT_NEAR(V(centre, rim), -0.5, 1e-14);
    EXPECT_NEAR(V(rim, rim), 1.0 / 12.0, 1e-14);
}

class Route : public ::testing::TestWithParam<Potential (*)(const Crystal&, int, const Watch&)> {};

TEST_P(Route, of_271_sites_has_the_listed_entries_and_spectrum) {
    const auto crystal = hexagon(10);
    const Potential potential = GetParam()(*crystal, 2, {});
    const MatrixXd V = matrix(potential);
    const Site centre = crystal->find({0, 0, 0});
    const Site corner = crystal->find({9, 0, 0});
    EXPECT_NEAR(V(centre, centre), 3.638587206, 1e-9);
    EXPECT_NEAR(V(centre, crystal->find({1, 0, 0})), 0.064759288, 1e-9);
    EXPECT_NEAR(V(centre, crystal->find({1, 1, 0})), -0.082897, 1e-6);
    EXPECT_NEAR(V(corner, corner), 0.137883241, 1e-9);
    EXPECT_NEAR(V.trace(), 788.841711455, 1e-8);
    const Eigen::VectorXd spectrum = reference::spectrum(V);
    constexpr Index zeros = 6 * (10 - 1);
    EXPECT_LT(spectrum.head(zeros).cwiseAbs().maxCoeff(), 1e-11);
    EXPECT_NEAR(spectrum(zeros), 3.020453293, 1e-9);
    EXPECT_NEAR(spectrum(270), 3.981944903, 1e-9);
}

TEST_P(Route, is_symmetric_semidefinite_with_6_n_minus_1_zero_eigenvalues) {
    for (int side = 2; side <= 8; ++side) {
        const MatrixXd V = matrix(GetParam()(*hexagon(side), 1, {}));
        EXPECT_EQ(V, V.transpose()) << "side " << side;
        const Eigen::VectorXd spectrum = reference::spectrum(V);
        EXPECT_GT(spectrum.minCoeff(), -1e-12);
        EXPECT_EQ((spectrum.array().abs() < 1e-11).count(), 6 * (side - 1)) << "side " << side;
    }
}

// A projected row's sum is limited by the rounding of N entries of order k_shell.
TEST_P(Route, of_a_stiff_shell_has_rows_that_sum_to_zero) {
    for (const double stiffness : {1.0, 17.0}) {
        const auto crystal = hexagon(8, {.layers = 2, .stiffness = stiffness});
        const Potential V = GetParam()(*crystal, 2, {});
        const double bound = 1e-14 * stiffness * crystal->size();
        for (Site i = 0; i < V.size(); ++i) {
            const auto row = V.row(i).first(static_cast<std::size_t>(V.size()));
            EXPECT_LT(std::abs(std::accumulate(row.begin(), row.end(), 0.0)), bound);
        }
    }
}

TEST_P(Route, gives_the_dense_potential_of_the_reference_with_soft_and_stiff_shells) {
    for (const Shell& shell : {Shell{0, 1.0}, Shell{1, 17.0}, Shell{2, 0.25}}) {
        const auto crystal = hexagon(4, shell);
        const MatrixXd expected = reference::projected(reference::raw_potential(*crystal));
        EXPECT_LT(largest(matrix(GetParam()(*crystal, 1, {})) - expected),
                  1e-11 * std::max(1.0, shell.stiffness))
            << shell.layers << " layers of stiffness " << shell.stiffness;
    }
}

TEST_P(Route, does_not_depend_on_the_number_of_threads) {
    const auto crystal = hexagon(9);
    EXPECT_EQ(matrix(GetParam()(*crystal, 1, {})), matrix(GetParam()(*crystal, 3, {})));
}

INSTANTIATE_TEST_SUITE_P(potential, Route, ::testing::Values(&general_potential, &hexagon_potential),
                         [](const auto& which) { return which.index == 0 ? "general" : "closed_form"; });

TEST(potential, general_route_equals_closed_form) {
    for (const Shell& shell : {Shell{0, 1.0}, Shell{3, 17.0}}) {
        const auto crystal = hexagon(9, shell);
        EXPECT_LT(largest(matrix(general_potential(*crystal)) - matrix(hexagon_potential(*crystal))),
                  1e-11 * shell.stiffness);
    }
}

TEST(potential, of_boxes_gives_the_dense_potential_of_the_reference_and_its_row_sums) {
    for (const auto& crystal : {box(2, 2, 2), box(3, 4, 5), box(5, 3, 2), box(2, 3, 3, {1, 5.0})}) {
        const Potential potential = general_potential(*crystal);
        const MatrixXd raw = reference::raw_potential(*crystal);
        EXPECT_LT(largest(matrix(potential) - reference::projected(raw)), 1e-11) << crystal->shape();
        for (Site i = 0; i < crystal->size(); ++i) {
            EXPECT_NEAR(potential.raw_row_sums()[static_cast<std::size_t>(i)], raw.row(i).sum(), 1e-11);
            EXPECT_NEAR(potential.raw_diagonal(i), raw(i, i), 1e-11);
        }
    }
}

TEST(potential, of_a_6_box_has_the_listed_diagonal_before_projection) {
    const auto crystal = box(6, 6, 6);
    const Potential potential = build_potential(*crystal, 2);
    for (const int x : {2, 3})
        for (const int y : {2, 3})
            for (const int z : {2, 3})
                EXPECT_NEAR(potential.raw_diagonal(crystal->find({x, y, z})), 14.991014924, 1e-8);
    for (const int x : {0, 5})
        for (const int y : {0, 5})
            for (const int z : {0, 5})
                EXPECT_NEAR(potential.raw_diagonal(crystal->find({x, y, z})), 0.135287898, 1e-9);
}

TEST(potential, of_a_12_box_has_the_listed_corner_before_projection) {
    const auto crystal = box(12, 12, 12);
    const Potential potential = build_potential(*crystal, 2);
    for (const LatticePoint& corner :
         {LatticePoint{0, 0, 0}, LatticePoint{11, 0, 11}, LatticePoint{11, 11, 11}})
        EXPECT_NEAR(potential.raw_diagonal(crystal->find(corner)), 0.135304, 5e-7);
}

// Section 6 lists this for the middle of a box: a swap along x of a rod and along z of the same rod turned
// are the same thing, whichever axis runs fastest in the site order.
TEST(potential, of_a_rod_does_not_depend_on_the_axis_it_lies_along) {
    const auto along_x = box(5, 2, 3);
    const auto along_z = box(3, 2, 5);
    const Potential Vx = build_potential(*along_x);
    const Potential Vz = build_potential(*along_z);
    const auto turned = [](const LatticePoint& p) { return LatticePoint{p[2], p[1], p[0]}; };
    for (Site i = 0; i < along_x->size(); ++i)
        for (Site j = 0; j < along_x->size(); ++j) {
            const Site ti = along_z->find(turned(along_x->points()[static_cast<std::size_t>(i)]));
            const Site tj = along_z->find(turned(along_x->points()[static_cast<std::size_t>(j)]));
            EXPECT_NEAR(Vx(i, j), Vz(ti, tj), 1e-12);
        }
}

TEST(potential, multiplies_like_a_matrix) {
    const auto crystal = hexagon(5);
    const Potential V = build_potential(*crystal);
    AlignedVector<double> x(V.stride(), 0.0);
    AlignedVector<double> out(V.stride(), 0.0);
    Eigen::VectorXd vector(V.size());
    for (Index j = 0; j < V.size(); ++j)
        x[static_cast<std::size_t>(j)] = vector(j) = std::sin(static_cast<double>(j * j));
    multiply(V, std::span<const double>(x).first(static_cast<std::size_t>(V.size())),
             std::span<double>(out).first(static_cast<std::size_t>(V.size())));
    const Eigen::VectorXd expected = matrix(V) * vector;
    for (Index j = 0; j < V.size(); ++j) EXPECT_NEAR(out[static_cast<std::size_t>(j)], expected(j), 1e-13);
}

/// The sites of a hexagon of side 3, moved.
std::vector<LatticePoint> flake(int x, int y) {
    const auto whole = hexagon(3);
    std::vector<LatticePoint> points;
    for (const LatticePoint& point : whole->points()) points.push_back({point[0] + x, point[1] + y, 0});
    return points;
}

// The oracle sums over springs and inverts D as it is.
TEST(general_potential, of_discs_spheres_and_listed_sites_equals_the_plain_one) {
    std::vector<LatticePoint> listed = flake(0, 0);
    listed.push_back({3, -1, 0});
    listed.push_back({3, -2, 0});
    for (const CrystalParameters& shape : {CrystalParameters(Disc{2.7}), CrystalParameters(Sphere{1.8}),
                                           CrystalParameters(SiteList{{}, listed})}) {
        const Crystal crystal = build_crystal(shape);
        const Potential V = build_potential(crystal);
        EXPECT_LT((matrix(V) - reference::Model(crystal, {.kT = 1.0}).V).cwiseAbs().maxCoeff(), 1e-12)
            << crystal.shape();
    }
}

/// A hexagon of side 5 that lacks its centre.
std::vector<LatticePoint> hexagon_with_a_hole() {
    const auto whole = hexagon(5);
    std::vector<LatticePoint> points(whole->points().begin(), whole->points().end());
    std::erase(points, LatticePoint{0, 0, 0});
    return points;
}

// The closed form would give 107.394856795: around a hole there are self-stresses of no interior site.
TEST(potential, of_a_hexagon_with_a_hole_is_right_whatever_the_crystal_is_called) {
    for (const char* name : {"hexagon, side 5", "holed"}) {
        const Crystal crystal(triangular_lattice(), hexagon_with_a_hole(), name);
        const MatrixXd V = matrix(build_potential(crystal));
        EXPECT_NEAR(V.trace(), 118.948026794, 1e-9) << name;
        EXPECT_LT(largest(V - reference::raw_potential(crystal)), 1e-12) << name;
    }
}

TEST(potential, of_a_hexagon_is_of_the_closed_form_whatever_the_crystal_is_called_and_wherever_it_lies) {
    const auto whole = hexagon(5);
    std::vector<LatticePoint> points;
    for (const LatticePoint& point : whole->points()) points.push_back({point[0] + 7, point[1] - 3, 0});
    const Crystal moved(triangular_lattice(), points, "61 listed sites");
    EXPECT_EQ(build_potential(moved).method(), "closed form");
    EXPECT_EQ(matrix(build_potential(moved)), matrix(build_potential(*whole)));
}

TEST(hexagon_potential, refuses_what_is_no_hexagon) {
    EXPECT_THROW(hexagon_potential(*box(3, 3, 3)), Error);
    EXPECT_THROW(hexagon_potential(*support::parallelogram(4, 4)), Error);
    EXPECT_THROW(hexagon_potential(build_crystal(Disc{2.7})), Error);
    EXPECT_THROW(hexagon_potential(Crystal(triangular_lattice(), hexagon_with_a_hole(), "hexagon")), Error);
}

std::string refusal(std::vector<LatticePoint> points, const Lattice& lattice = triangular_lattice()) {
    try {
        general_potential(Crystal(lattice, std::move(points), "test"));
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

// Five sites in a row of the triangular lattice bend without stretching a bond.
TEST(general_potential, refuses_a_crystal_that_is_floppy_and_names_a_site) {
    std::vector<LatticePoint> points;
    for (int x = 0; x < 5; ++x) points.push_back({x, 0, 0});
    EXPECT_EQ(
        refusal(points),
        "crystal test: site 0 at lattice point (0, 0) is loose: its bonds do not hold it in every direction");

    points = flake(0, 0);
    points.push_back({3, 0, 0});  // one bond
    EXPECT_EQ(refusal(points),
              "crystal test: site 12 at lattice point (3, 0) is loose: its bonds do not hold it in every "
              "direction");
    points.back() = {3, -1, 0};  // two bonds hold it
    EXPECT_EQ(refusal(points), "");

    points = flake(0, 0);
    for (const LatticePoint& point : flake(9, 0)) points.push_back(point);
    EXPECT_EQ(refusal(points),
              "crystal test: is in pieces: no bonds lead from site 0 to site 3 at lattice point (9, -2)");

    // Two flakes that one bond joins turn about it.
    points = flake(0, 0);
    for (const LatticePoint& point : flake(5, 0)) points.push_back(point);
    EXPECT_EQ(refusal(points).substr(0, 30), "crystal test: is floppy: site ");
}

}  // namespace
}  // namespace misfit
