#include "misfit/elastic/displacements.hpp"

#include <Eigen/Core>
#include <gtest/gtest.h>
#include <numeric>

#include "misfit/base/error.hpp"
#include "reference/nonlinear_springs.hpp"
#include "support/systems.hpp"

// Displacements of least elastic energy: physics page, section 1.
namespace misfit {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using support::box;
using support::hexagon;
using support::parallelogram;
using support::periodic;

using SharedCrystal = std::shared_ptr<const Crystal>;

std::vector<SharedCrystal> all_kinds() {
    return {hexagon(2),
            hexagon(5),
            hexagon(4, {2, 7.0}),
            parallelogram(7, 3),
            parallelogram(3, 5, {1, 0.3}),
            box(3, 4, 5),
            box(6, 2, 3),
            box(2, 5, 3, {1, 4.0}),
            periodic(Parallelogram{{5, 4}}),
            periodic(Parallelogram{{3, 6}}),
            periodic(Box{{4, 3, 5}}),
            periodic(Box{{5, 3, 3}})};
}

VectorXd flat(const std::vector<Vector3>& u, int dimension) {
    VectorXd components(static_cast<Index>(u.size()) * dimension);
    Index next = 0;
    for (const Vector3& each : u)
        for (int k = 0; k < dimension; ++k) components(next++) = each[static_cast<std::size_t>(k)];
    return components;
}

VectorXd as_vector(const std::vector<double>& values) {
    return Eigen::Map<const VectorXd>(values.data(), static_cast<Index>(values.size()));
}

/// The displacements' own rounding, and that of the dense solution, at the crystals of all_kinds().
constexpr double rounding = 1e-11;

TEST(displacements, minimise_the_energy_of_the_springs) {
    for (const SharedCrystal& crystal : all_kinds()) {
        const std::vector<Spin> sigma = support::random_sigma(crystal->size(), 0.4, 5);
        const std::vector<Vector3> u = Displacements(crystal)(sigma);
        const VectorXd expected = reference::linear_displacements(*crystal, as_vector(dsigma(sigma)));
        EXPECT_GT(expected.norm(), 0.1) << crystal->shape();
        EXPECT_LT((flat(u, crystal->dimension()) - expected).cwiseAbs().maxCoeff(), rounding)
            << crystal->shape();
    }
}

TEST(displacements, have_an_energy_of_half_dsigma_V_dsigma_and_no_gradient) {
    for (const SharedCrystal& crystal : all_kinds()) {
        const std::vector<Spin> sigma = support::random_sigma(crystal->size(), 0.6, 6);
        const VectorXd field = as_vector(dsigma(sigma));
        VectorXd u = flat(Displacements(crystal)(sigma), crystal->dimension());
        const double energy = reference::spring_energy(*crystal, field, u);
        const Eigen::MatrixXd V = support::matrix(build_potential(*crystal));
        EXPECT_NEAR(energy, 0.5 * field.dot(V * field), 1e-11 * energy) << crystal->shape();
        // The energy is a square, so central differences have no error but rounding.
        constexpr double step = 1e-3;
        for (Index k = 0; k < u.size(); ++k) {
            const double here = u(k);
            u(k) = here + step;
            const double above = reference::spring_energy(*crystal, field, u);
            u(k) = here - step;
            const double below = reference::spring_energy(*crystal, field, u);
            u(k) = here;
            EXPECT_NEAR((above - below) / (2.0 * step), 0.0, 1e-12 * energy / step) << crystal->shape();
        }
    }
}

TEST(displacements, have_bond_energies_that_sum_to_the_elastic_energy) {
    for (const SharedCrystal& crystal : all_kinds()) {
        const Hamiltonian hamiltonian = support::make_hamiltonian(crystal, {.epsilon = 1.0});
        const State state =
            make_state(hamiltonian, support::random_sigma(crystal->size(), 0.3, 7), support::stream(1));
        const std::vector<double> energies =
            bond_energies(*crystal, dsigma(state.sigma), Displacements(crystal)(state.sigma));
        ASSERT_EQ(energies.size(), crystal->bonds().size());
        EXPECT_GE(*std::ranges::min_element(energies), 0.0);
        const double expected = energy(hamiltonian, state).elastic;
        EXPECT_NEAR(std::accumulate(energies.begin(), energies.end(), 0.0), expected, 1e-11 * expected)
            << crystal->shape();
    }
}

TEST(displacements, move_and_turn_the_crystal_as_a_whole_not_at_all) {
    for (const SharedCrystal& crystal : all_kinds()) {
        const std::vector<Vector3> u = Displacements(crystal)(support::random_sigma(crystal->size(), 0.5, 8));
        Vector3 sum = {};
        Vector3 turn = {};
        for (std::size_t site = 0; site < u.size(); ++site) {
            const Vector3& r = crystal->positions()[site];
            for (std::size_t k = 0; k < 3; ++k) {
                const std::size_t l = (k + 1) % 3;
                const std::size_t m = (k + 2) % 3;
                sum[k] += u[site][k];
                turn[k] += r[l] * u[site][m] - r[m] * u[site][l];
            }
        }
        for (std::size_t k = 0; k < 3; ++k) {
            EXPECT_NEAR(sum[k], 0.0, rounding) << crystal->shape();
            // A cell that repeats cannot turn.
            if (crystal->boundary() == Boundary::free) {
                EXPECT_NEAR(turn[k], 0.0, rounding) << crystal->shape();
            }
        }
    }
}

TEST(displacements, of_one_species_alone_are_none) {
    for (const SharedCrystal& crystal : all_kinds())
        for (const Spin species : {Spin{1}, Spin{-1}}) {
            const std::vector<Spin> sigma(static_cast<std::size_t>(crystal->size()), species);
            for (const Vector3& u : Displacements(crystal)(sigma)) EXPECT_EQ(u, Vector3{});
        }
}

TEST(displacements, of_sigma_itself_stretch_every_bond_by_1_where_all_is_A) {
    for (const SharedCrystal& crystal : {hexagon(6), hexagon(3, {2, 9.0}), parallelogram(4, 6)}) {
        const std::vector<double> all_A(static_cast<std::size_t>(crystal->size()), 1.0);
        const std::vector<Vector3> u = Displacements(crystal).of_field(all_A);
        for (const Bond& bond : crystal->bonds()) {
            const Vector3& a = crystal->lattice().directions[static_cast<std::size_t>(bond.direction)].unit;
            double stretch = 0.0;
            for (std::size_t k = 0; k < 3; ++k)
                stretch += a[k] * (u[static_cast<std::size_t>(bond.second)][k] -
                                   u[static_cast<std::size_t>(bond.first)][k]);
            EXPECT_NEAR(stretch, 1.0, rounding);
        }
    }
    // A cell that repeats keeps its size.
    const auto cell = periodic(Box{{3, 4, 3}});
    for (const Vector3& u : Displacements(cell).of_field(std::vector<double>(36, 1.0)))
        for (const double component : u) EXPECT_NEAR(component, 0.0, rounding);
}

// Sites at r + Delta u with u = u_1 + Delta u_2 + ...: a spring's length is its projection on a_b plus terms
// of the square of Delta u. So the linear u is wrong by a term in Delta, which halves with it, and of which
// 2 u(Delta/2) - u(Delta) is free: what is left then is of order Delta^2 and falls to a quarter.
TEST(displacements, are_the_limit_of_small_mismatch_of_true_springs) {
    for (const SharedCrystal& crystal : {hexagon(4), hexagon(3, {1, 5.0}), box(3, 3, 4)}) {
        const std::vector<Spin> sigma = support::random_sigma(crystal->size(), 0.5, 9);
        const VectorXd linear = flat(Displacements(crystal)(sigma), crystal->dimension());
        const auto exact = [&](double mismatch) {
            return reference::nonlinear_displacements(*crystal, sigma, mismatch);
        };
        constexpr double mismatch = 0.004;
        const VectorXd once = exact(mismatch);
        const VectorXd half = exact(mismatch / 2.0);
        const VectorXd quarter = exact(mismatch / 4.0);
        const double first = (half - linear).norm() / (once - linear).norm();
        EXPECT_GT((once - linear).norm(), 1e-4) << crystal->shape();
        EXPECT_NEAR(first, 0.5, 0.01) << crystal->shape();
        const double second = (2.0 * quarter - half - linear).norm() / (2.0 * half - once - linear).norm();
        EXPECT_NEAR(second, 0.25, 0.01) << crystal->shape();
    }
}

TEST(displacements, of_a_floppy_crystal_are_refused) {
    std::vector<LatticePoint> chain;
    for (int x = 0; x < 5; ++x) chain.push_back({x, 0, 0});
    EXPECT_THROW(Displacements(std::make_shared<const Crystal>(triangular_lattice(), chain, "chain")), Error);
}

// Every site of two triangles that share a corner is held, but one triangle turns against the other.
TEST(displacements, of_a_crystal_with_a_hinge_are_refused) {
    const std::vector<LatticePoint> hinge = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {-1, 0, 0}, {0, -1, 0}};
    try {
        const Displacements never(std::make_shared<const Crystal>(triangular_lattice(), hinge, "hinge"));
        ADD_FAILURE() << "no Error was thrown";
    } catch (const Error& error) {
        EXPECT_TRUE(std::string(error.what()).starts_with("crystal hinge: is floppy: site ")) << error.what();
    }
}

}  // namespace
}  // namespace misfit
