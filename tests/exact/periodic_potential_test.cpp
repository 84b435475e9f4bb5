#include <Eigen/Core>
#include <gtest/gtest.h>

#include "misfit/base/error.hpp"
#include "misfit/elastic/potential.hpp"
#include "reference/linear_algebra.hpp"
#include "reference/springs.hpp"
#include "support/systems.hpp"

namespace misfit {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using support::matrix;
using support::periodic;

// Both sides sum some hundred terms of order 10 and are rounded to 1e-14 or so.
constexpr double rounding = 1e-12;

/// A function of the lattice coordinates at every site.
template <class Function>
VectorXd over_sites(const Crystal& crystal, const Function& function) {
    VectorXd values(crystal.size());
    for (Site site = 0; site < crystal.size(); ++site)
        values(site) = function(crystal.points()[static_cast<std::size_t>(site)]);
    return values;
}

const std::vector<CrystalParameters> small_cells = {Parallelogram{{3, 3}}, Parallelogram{{4, 5}},
                                                    Parallelogram{{6, 6}}, Box{{3, 3, 3}}, Box{{3, 4, 5}}};

TEST(periodic_potential, is_the_dense_potential_of_the_reference_and_its_row_sums) {
    for (const CrystalParameters& shape : small_cells) {
        const auto crystal = periodic(shape);
        const Potential potential = build_potential(*crystal);
        EXPECT_EQ(potential.method(), "Fourier");
        const MatrixXd raw = reference::raw_potential(*crystal);
        const MatrixXd V = matrix(potential);
        EXPECT_LT((V - reference::projected(raw)).cwiseAbs().maxCoeff(), rounding) << crystal->shape();
        EXPECT_EQ(V, V.transpose());
        EXPECT_LT(V.rowwise().sum().cwiseAbs().maxCoeff(), rounding);
        for (Site i = 0; i < crystal->size(); ++i) {
            EXPECT_NEAR(potential.raw_row_sums()[static_cast<std::size_t>(i)], raw.row(i).sum(), rounding);
            EXPECT_NEAR(potential.raw_diagonal(i), raw(i, i), rounding);
        }
    }
}

TEST(periodic_potential, gives_the_minimum_over_displacements) {
    for (const CrystalParameters& shape : small_cells) {
        const auto crystal = periodic(shape);
        const std::vector<Spin> sigma = support::random_sigma(crystal->size(), 0.4, 7);
        VectorXd deviation(crystal->size());
        for (Site j = 0; j < crystal->size(); ++j) deviation(j) = sigma[static_cast<std::size_t>(j)];
        deviation.array() -= deviation.mean();
        const double energy = 0.5 * deviation.dot(matrix(periodic_potential(*crystal)) * deviation);
        EXPECT_NEAR(energy, reference::minimal_spring_energy(*crystal, sigma), rounding * crystal->size());
    }
}

TEST(periodic_potential, of_the_triangular_lattice_is_3_at_the_zone_corner_and_4_at_the_middle_of_its_edge) {
    const auto crystal = periodic(Parallelogram{{6, 12}});
    const MatrixXd V = matrix(periodic_potential(*crystal));
    const VectorXd corner =
        over_sites(*crystal, [](const LatticePoint& p) { return (p[0] - p[1] + 12) % 3 == 0 ? 1.0 : -0.5; });
    EXPECT_LT((V * corner - 3.0 * corner).cwiseAbs().maxCoeff(), rounding);
    for (const LatticePoint& wave : {LatticePoint{1, 0, 0}, LatticePoint{0, 1, 0}, LatticePoint{1, 1, 0}}) {
        const VectorXd edge = over_sites(*crystal, [&](const LatticePoint& p) {
            return (wave[0] * p[0] + wave[1] * p[1]) % 2 == 0 ? 1.0 : -1.0;
        });
        EXPECT_LT((V * edge - 4.0 * edge).cwiseAbs().maxCoeff(), rounding);
    }
    const VectorXd spectrum = reference::spectrum(V);
    EXPECT_NEAR(spectrum(0), 0.0, rounding);
    EXPECT_NEAR(spectrum(1), 3.0, rounding);
    EXPECT_LT(spectrum(crystal->size() - 1), 4.0 + rounding);
}

// One site in three is A: dsigma is 4/3 on A and -2/3 on B, a wave of the zone corner with mean square 8/9,
// so E = N/2 x 3 x 8/9.
TEST(periodic_potential, gives_the_sqrt_3_superlattice_an_energy_of_4_N_over_3) {
    for (const Parallelogram& shape :
         {Parallelogram{{3, 3}}, Parallelogram{{6, 12}}, Parallelogram{{9, 3}}}) {
        const auto crystal = periodic(shape);
        const VectorXd deviation = over_sites(*crystal, [](const LatticePoint& p) {
            return (p[0] - p[1] + 12) % 3 == 0 ? 4.0 / 3.0 : -2.0 / 3.0;
        });
        const double energy = 0.5 * deviation.dot(matrix(periodic_potential(*crystal)) * deviation);
        EXPECT_NEAR(energy, 4.0 * crystal->size() / 3.0, rounding * crystal->size());
    }
}

TEST(periodic_potential, is_for_periodic_crystals_and_the_other_routes_are_for_free_ones) {
    EXPECT_THROW(periodic_potential(*support::parallelogram(4, 4)), Error);
    EXPECT_THROW(general_potential(*periodic(Parallelogram{{4, 4}})), Error);
    EXPECT_THROW(general_potential(*periodic(Box{{3, 3, 3}})), Error);
    EXPECT_THROW(hexagon_potential(*periodic(Parallelogram{{4, 4}})), Error);
}

TEST(general_potential, of_a_free_parallelogram_is_the_dense_potential_of_the_reference) {
    for (const auto& crystal : {support::parallelogram(2, 2), support::parallelogram(5, 3),
                                support::parallelogram(3, 4, {.layers = 1, .stiffness = 17.0})}) {
        const MatrixXd expected = reference::projected(reference::raw_potential(*crystal));
        EXPECT_LT((matrix(build_potential(*crystal)) - expected).cwiseAbs().maxCoeff(),
                  rounding * std::max(1.0, crystal->shell().stiffness));
    }
}

}  // namespace
}  // namespace misfit
