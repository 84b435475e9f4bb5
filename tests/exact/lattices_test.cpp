// Crystals of lattices beyond the paper's two, against the plain program, closed forms and values that
// another program found.

#include <cmath>
#include <complex>
#include <gtest/gtest.h>
#include <memory>
#include <numbers>
#include <string>
#include <vector>

#include "misfit/base/error.hpp"
#include "misfit/crystal/arrangement.hpp"
#include "misfit/crystal/shapes.hpp"
#include "misfit/elastic/block_potential.hpp"
#include "misfit/elastic/displacements.hpp"
#include "misfit/elastic/potential.hpp"
#include "misfit/elastic/stiffness_modes.hpp"
#include "misfit/selfcheck/springs.hpp"
#include "reference/linear_algebra.hpp"
#include "reference/nonlinear_springs.hpp"
#include "reference/springs.hpp"
#include "support/systems.hpp"

namespace misfit {
namespace {

using support::matrix;

struct Case {
    const char* name;
    LatticeChoice of;
    double radius;
};
std::ostream& operator<<(std::ostream& out, const Case& each) { return out << each.name; }

class OtherLattice : public testing::TestWithParam<Case> {
protected:
    Crystal crystal_ = build_crystal(Sphere{GetParam().radius, GetParam().of});
};

TEST_P(OtherLattice, has_the_potential_of_the_plain_program) {
    const Potential V = build_potential(crystal_);
    const Eigen::MatrixXd plain = reference::projected(reference::raw_potential(crystal_));
    EXPECT_LT((matrix(V) - plain).cwiseAbs().maxCoeff(), 1e-11);
}

// Pure A just expands: every bond grows in proportion to its length.
TEST_P(OtherLattice, costs_nothing_where_all_is_of_one_species) {
    const Potential V = build_potential(crystal_);
    for (const double sum : V.raw_row_sums()) EXPECT_NEAR(sum, 0.0, 1e-13);
}

TEST_P(OtherLattice, has_the_same_potential_by_blocks) {
    const auto shared = std::make_shared<const Crystal>(crystal_);
    const BlockPotential blocks(shared);
    const Potential dense = build_potential(crystal_);
    for (Site site = 0; site < crystal_.size(); ++site)
        EXPECT_NEAR(blocks.diagonal(site), dense(site, site), 1e-11);
    for (const Bond& bond : crystal_.bonds())
        EXPECT_NEAR(blocks.bonded(bond), dense(bond.first, bond.second), 1e-11);
}

TEST_P(OtherLattice, has_a_surface_of_the_sites_that_lack_a_nearest_neighbour) {
    std::vector<int> nearest(static_cast<std::size_t>(crystal_.size()), 0);
    for (const reference::Spring& spring : reference::springs(crystal_))
        if (spring.nearest) {
            ++nearest[static_cast<std::size_t>(spring.first)];
            ++nearest[static_cast<std::size_t>(spring.second)];
        }
    const int whole = crystal_.lattice().name == "bcc" ? 8 : 12;
    for (Site site = 0; site < crystal_.size(); ++site)
        EXPECT_EQ(crystal_.is_surface(site), nearest[static_cast<std::size_t>(site)] < whole);
}

TEST_P(OtherLattice, has_neighbours_that_have_each_other) {
    const int half = crystal_.lattice().half_coordination();
    std::size_t count = 0;
    for (Site site = 0; site < crystal_.size(); ++site)
        for (int d = 0; d < half; ++d)
            if (const Site other = crystal_.neighbor(site, d); other >= 0) {
                EXPECT_EQ(crystal_.neighbor(other, d + half), site);
                ++count;
            }
    EXPECT_EQ(count, crystal_.bonds().size());
    EXPECT_EQ(count, reference::springs(crystal_).size());
}

TEST_P(OtherLattice, has_displacements_of_least_energy) {
    const auto shared = std::make_shared<const Crystal>(crystal_);
    const std::vector<Spin> sigma = support::random_sigma(crystal_.size(), 0.4, 5);
    const std::vector<double> deviation = dsigma(sigma);
    const std::vector<Vector3> u = Displacements(shared)(sigma);
    const Eigen::VectorXd expected = reference::linear_displacements(
        crystal_, Eigen::Map<const Eigen::VectorXd>(deviation.data(), crystal_.size()));
    for (Site site = 0; site < crystal_.size(); ++site)
        for (int k = 0; k < 3; ++k)
            EXPECT_NEAR(u[static_cast<std::size_t>(site)][static_cast<std::size_t>(k)],
                        expected(3 * site + k), 1e-11);
}

TEST_P(OtherLattice, has_the_energy_of_springs_that_selfcheck_finds_from_distances) {
    const Hamiltonian hamiltonian = support::make_hamiltonian(std::make_shared<const Crystal>(crystal_),
                                                              {.kT = 1.0, .J = 0.3, .delta_mu = -2.0});
    const std::vector<Spin> sigma = support::random_sigma(crystal_.size(), 0.5, 4);
    const EnergyTerms terms = energy(hamiltonian, make_state(hamiltonian, sigma, support::stream(1)));
    EXPECT_NEAR(selfcheck::Springs(crystal_).energy(hamiltonian.model(), sigma),
                terms.elastic + terms.ising + terms.chemical, 1e-9);
}

TEST_P(OtherLattice, has_the_modes_of_a_shell_of_any_stiffness) {
    const auto in_shell = [&](double stiffness) {
        return Crystal(*GetParam().of.lattice, {crystal_.points().begin(), crystal_.points().end()}, "ball",
                       {1, stiffness}, {}, GetParam().of.stiffness());
    };
    const Crystal crystal = in_shell(7.0);
    const Eigen::MatrixXd V = matrix(build_potential(crystal));
    const Eigen::MatrixXd plain = reference::projected(reference::raw_potential(crystal));
    EXPECT_LT((V - plain).cwiseAbs().maxCoeff(), 1e-10);
    const StiffnessModes modes(crystal);
    const std::vector<Spin> sigma = support::random_sigma(crystal.size(), 0.4, 3);
    std::vector<double> amplitudes(modes.size());
    modes.amplitudes(sigma, amplitudes);
    Eigen::VectorXd s(crystal.size());
    for (Site j = 0; j < crystal.size(); ++j) s(j) = sigma[static_cast<std::size_t>(j)];
    const Eigen::MatrixXd soft = matrix(build_potential(in_shell(1.0)));
    EXPECT_NEAR(modes.energy_change(amplitudes, 1.0, 7.0), 0.5 * s.dot((V - soft) * s), 1e-9);
}

Crystal periodic_cell(const LatticeChoice& of, const std::array<int, 3>& size) {
    return build_crystal(Box{size, of}, {}, Boundary::periodic);
}

TEST_P(OtherLattice, has_boxes_with_shells_of_whole_layers) {
    const Crystal crystal = build_crystal(Box{{3, 3, 4}, GetParam().of}, {2, 5.0});
    EXPECT_EQ(crystal.size(), 7 * 7 * 8);
    EXPECT_EQ(core_sites(crystal).size(), 36U);
    EXPECT_EQ(crystal.lattice().name, GetParam().of.lattice->name);
}

TEST_P(OtherLattice, has_the_same_potential_in_a_periodic_cell_by_waves_by_blocks_and_plainly) {
    const auto crystal = std::make_shared<const Crystal>(periodic_cell(GetParam().of, {3, 5, 4}));
    const Potential potential = build_potential(*crystal);
    EXPECT_EQ(potential.method(), "Fourier");
    const Eigen::MatrixXd V = matrix(potential);
    const Eigen::MatrixXd raw = reference::raw_potential(*crystal);
    EXPECT_LT((V - reference::projected(raw)).cwiseAbs().maxCoeff(), 1e-11);
    EXPECT_EQ(V, V.transpose());
    const BlockPotential blocks(crystal);
    for (Site i = 0; i < crystal->size(); ++i) {
        EXPECT_NEAR(potential.raw_row_sums()[static_cast<std::size_t>(i)], raw.row(i).sum(), 1e-11);
        EXPECT_NEAR(potential.raw_diagonal(i), raw(i, i), 1e-11);
        EXPECT_NEAR(blocks.diagonal(i), V(i, i), 1e-11);
    }
    for (const Bond& bond : crystal->bonds())
        EXPECT_NEAR(blocks.bonded(bond), V(bond.first, bond.second), 1e-11);
}

INSTANTIATE_TEST_SUITE_P(spheres, OtherLattice,
                         testing::Values(Case{"fcc", {&fcc_lattice()}, 2.3},
                                         Case{"fcc_next_nearest", {&fcc_lattice(), 0.25}, 2.1},
                                         Case{"hcp", {&hcp_lattice()}, 2.2},
                                         Case{"bcc", {&bcc_lattice(), 0.6}, 2.4}),
                         [](const auto& each) { return std::string(each.param.name); });

// real-crystals page, section 5; found by elimination on dense matrices.
TEST(fcc_octahedron, has_the_potential_that_another_program_found) {
    struct Expected {
        std::optional<double> k2;
        double least = 0.0;
        double largest = 0.0;
        double trace = 0.0;
        double center = 0.0;
    };
    for (const Expected& expected :
         {Expected{{}, 0.125302868, 10.427612786, 1087.029249586, 9.010772232},
          Expected{0.25, 0.151141430, 13.307882535, 1397.702642822, 12.275638819}}) {
        const Crystal crystal = *support::fcc_octahedron(2.5, expected.k2);
        ASSERT_EQ(crystal.size(), 231);
        int surface = 0;
        for (Site site = 0; site < crystal.size(); ++site) surface += crystal.is_surface(site) ? 1 : 0;
        EXPECT_EQ(surface, 146);
        const Potential V = build_potential(crystal);
        const Eigen::VectorXd eigenvalues = reference::spectrum(matrix(V));
        EXPECT_LT(eigenvalues(9), 1e-9);
        EXPECT_GT(eigenvalues(0), -1e-9);
        EXPECT_NEAR(eigenvalues(10), expected.least, 1e-9);
        EXPECT_NEAR(eigenvalues(230), expected.largest, 1e-9);
        EXPECT_NEAR(matrix(V).trace(), expected.trace, 1e-8);
        const Site center = crystal.find({0, 0, 0});
        EXPECT_NEAR(V(center, center), expected.center, 1e-9);
    }
}

/// V(q) of a periodic cell of L^3 lattice points, q = 2 pi (n_1 b_1 + n_2 b_2 + n_3 b_3)/L, from a row of V.
double transform(const Crystal& crystal, const Potential& V, const std::array<int, 3>& n) {
    std::complex<double> sum = 0.0;
    const Site origin = crystal.find({0, 0, 0});
    for (Site site = 0; site < crystal.size(); ++site) {
        double angle = 0.0;
        for (std::size_t axis = 0; axis < 3; ++axis)
            angle += 2.0 * std::numbers::pi * n[axis] *
                     crystal.points()[static_cast<std::size_t>(site)][axis] / crystal.period()[axis];
        sum += V(origin, site) * std::polar(1.0, angle);
    }
    EXPECT_NEAR(sum.imag(), 0.0, 1e-9);
    return sum.real();
}

Crystal periodic_fcc(int L, std::optional<double> k2) {
    std::vector<LatticePoint> points;
    for (int z = 0; z < L; ++z)
        for (int y = 0; y < L; ++y)
            for (int x = 0; x < L; ++x) points.push_back({x, y, z});
    return {fcc_lattice(), points, "cell", {}, {L, L, L}, k2};
}

// In units of 2 pi over the cubic edge, a_i.q of q = (h, k, l) is pi (k + l), pi (h + l), pi (h + k): with L
// = 4, n = 2 (k + l), ...
TEST(fcc_bulk, costs_eight_along_100_and_least_at_W_with_next_nearest_bonds) {
    const Crystal nearest = periodic_fcc(4, {});
    const Potential V = build_potential(nearest);
    EXPECT_NEAR(transform(nearest, V, {0, 1, 1}), 8.0, 1e-9);  // (1/2, 0, 0)
    EXPECT_NEAR(transform(nearest, V, {0, 2, 2}), 8.0, 1e-9);  // X = (1, 0, 0)
    EXPECT_NEAR(transform(nearest, V, {1, 2, 3}), 8.0, 1e-9);  // W = (1, 1/2, 0)
    for (const auto& [k2, at_W] : {std::pair{0.05, 8.80}, std::pair{0.1, 9.60}}) {
        const Crystal crystal = periodic_fcc(4, k2);
        const Potential stiffer = build_potential(crystal);
        EXPECT_NEAR(transform(crystal, stiffer, {1, 2, 3}), at_W, 1e-9);
        EXPECT_GT(transform(crystal, stiffer, {0, 2, 2}), at_W);
        EXPECT_GT(transform(crystal, stiffer, {2, 2, 2}), at_W);
    }
    const Crystal lead_salt = periodic_fcc(4, 0.75);
    EXPECT_NEAR(transform(lead_salt, build_potential(lead_salt), {2, 2, 2}), 12.0, 1e-9);  // L
}

// Under a uniform strain e a bond of length l along a is stretched by l a.e.a: C_11 is proportional to the
// sum of k l^2 a_x^4 over the bonds of a site, C_12 = C_44 to that of k l^2 a_x^2 a_y^2.
TEST(fcc_bulk, has_the_zener_ratio_of_its_bonds) {
    for (const double k2 : {0.0, 0.25, 0.75}) {
        const Crystal crystal = periodic_fcc(4, k2 > 0.0 ? std::optional(k2) : std::nullopt);
        double axial = 0.0;
        double shear = 0.0;
        for (const Bond& bond : crystal.bonds()) {
            if (bond.first != 0) continue;  // every bond leads forward from one site
            const Vector3& a = crystal.lattice().directions[static_cast<std::size_t>(bond.direction)].unit;
            const double l = bond.mismatch;  // m is the length in fcc
            axial += bond.stiffness * l * l * std::pow(a[0], 4);
            shear += bond.stiffness * l * l * a[0] * a[0] * a[1] * a[1];
        }
        EXPECT_NEAR(axial / shear, 2.0 * (1.0 + 2.0 * k2), 1e-12);
        EXPECT_NEAR(2.0 * shear / (axial - shear), 2.0 / (1.0 + 4.0 * k2), 1e-12);
    }
}

// The softest modulation of bulk hcp is the one that a start from a superlattice has: 80/11.
TEST(hcp_bulk, costs_least_where_columns_alternate) {
    const Crystal crystal = periodic_cell({&hcp_lattice()}, {4, 4, 8});
    const Eigen::MatrixXd V = matrix(build_potential(crystal));
    EXPECT_NEAR(reference::spectrum(V)(1), 80.0 / 11.0, 1e-9);
    std::vector<Spin> sigma(static_cast<std::size_t>(crystal.size()));
    arrange_core(crystal, Arrangement::superlattice, crystal.size() / 2, {}, sigma);
    Eigen::VectorXd s(crystal.size());
    for (Site j = 0; j < crystal.size(); ++j) s(j) = sigma[static_cast<std::size_t>(j)];
    EXPECT_NEAR(s.dot(V * s) / s.squaredNorm(), 80.0 / 11.0, 1e-9);
    EXPECT_NEAR(crystal.lattice().edge(2, 8)[2], 8.0 * std::sqrt(2.0 / 3.0), 1e-14);
}

std::string refusal(const auto& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

TEST(lattices, refuse_what_would_be_floppy_and_bonds_that_they_have_not) {
    // The cuboctahedron of nearest bonds turns inside out without stretching one.
    const Crystal cuboctahedron = build_crystal(Sphere{1.0, {&fcc_lattice()}});
    ASSERT_EQ(cuboctahedron.size(), 13);
    ASSERT_EQ(cuboctahedron.bonds().size(), 36U);
    EXPECT_NE(refusal([&] { build_potential(cuboctahedron); }).find("is floppy: site"), std::string::npos);
    EXPECT_NE(refusal([] { build_crystal(Sphere{2.0, {&bcc_lattice()}}); }).find("is floppy: a bcc lattice"),
              std::string::npos);
    EXPECT_NE(refusal([] {
                  build_crystal(Sphere{2.0, {&hcp_lattice(), 0.5}});
              }).find("a hcp lattice has no next-nearest bonds"),
              std::string::npos);
    EXPECT_NE(refusal([] {
                  build_crystal(Sphere{2.0, {&fcc_lattice(), -0.5}});
              }).find("next_nearest_stiffness = -0.5: must be a number of 0 or more"),
              std::string::npos);
    EXPECT_NE(refusal([] { build_crystal(Sphere{2.0, {&triangular_lattice()}}); }).find("two dimensions"),
              std::string::npos);
    EXPECT_NE(refusal([] { find_lattice("fc"); }).find("fcc"), std::string::npos);
}

}  // namespace
}  // namespace misfit
