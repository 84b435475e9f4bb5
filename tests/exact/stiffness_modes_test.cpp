#include "misfit/elastic/stiffness_modes.hpp"

#include <Eigen/Core>
#include <gtest/gtest.h>

#include "misfit/base/error.hpp"
#include "misfit/elastic/potential.hpp"
#include "support/systems.hpp"

namespace misfit {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using support::matrix;

constexpr std::array<double, 5> stiffnesses = {0.5, 1.0, 2.0, 17.0, 100.0};

/// What a shell of unknown stiffness is put around.
struct Body {
    CrystalParameters shape;
    int layers;

    Crystal crystal(double stiffness) const { return build_crystal(shape, {layers, stiffness}); }
    MatrixXd V(double stiffness) const { return matrix(build_potential(crystal(stiffness))); }
};

std::vector<Body> bodies() {
    std::vector<Body> all = {{Box{{3, 3, 3}}, 1}, {Parallelogram{{4, 3}}, 2}};
    for (const int layers : {1, 2})
        for (int side = 2; side <= 6; ++side) all.push_back({Hexagon{side}, layers});
    return all;
}

/// The solutions for k and for 1 are both rounded to some 1e-13, in units of the largest entries of V, about
/// k.
double rounding(double k) { return 1e-11 * std::max(1.0, k); }

VectorXd deviation(std::span<const Spin> sigma) {
    VectorXd values(static_cast<Eigen::Index>(sigma.size()));
    for (std::size_t j = 0; j < sigma.size(); ++j) values(static_cast<Eigen::Index>(j)) = sigma[j];
    return values.array() - values.mean();
}

// change_phi of one amplitude pattern after another gives all of V(k) - V(1): sigma = all B but one site.
TEST(stiffness_modes, give_the_potential_of_every_stiffness) {
    for (const Body& body : bodies()) {
        const Crystal crystal = body.crystal(3.0);
        const StiffnessModes modes(crystal);
        const MatrixXd soft = body.V(1.0);
        for (const double k : stiffnesses) {
            const MatrixXd expected = body.V(k);
            MatrixXd changed = soft;
            for (Site site = 0; site < crystal.size(); ++site) {
                std::vector<Spin> sigma(static_cast<std::size_t>(crystal.size()), Spin{-1});
                sigma[static_cast<std::size_t>(site)] = 1;
                std::vector<double> amplitudes(modes.size());
                modes.amplitudes(sigma, amplitudes);
                std::vector<double> phi(sigma.size(), 0.0);
                modes.change_phi(amplitudes, 1.0, k, phi);
                // dsigma is 2 at the site, and a constant that V does not see.
                changed.col(site) += 0.5 * Eigen::Map<const VectorXd>(phi.data(), crystal.size());
            }
            EXPECT_LT((changed - expected).cwiseAbs().maxCoeff(), rounding(k))
                << crystal.shape() << ", " << body.layers << " layers, k = " << k;
        }
    }
}

TEST(stiffness_modes, give_the_change_of_energy_and_phi_between_any_two_stiffnesses) {
    for (const Body& body : bodies()) {
        const StiffnessModes modes(body.crystal(1.0));
        std::vector<MatrixXd> potentials;
        for (const double k : stiffnesses) potentials.push_back(body.V(k));
        for (const double composition : {0.02, 0.3, 0.5, 0.9}) {
            const std::vector<Spin> sigma =
                support::random_sigma(static_cast<Site>(potentials[0].rows()), composition, 5);
            const VectorXd dsigma = deviation(sigma);
            std::vector<double> amplitudes(modes.size());
            modes.amplitudes(sigma, amplitudes);
            for (std::size_t from = 0; from < stiffnesses.size(); ++from)
                for (std::size_t to = 0; to < stiffnesses.size(); ++to) {
                    const VectorXd change = (potentials[to] - potentials[from]) * dsigma;
                    const double scale = rounding(std::max(stiffnesses[from], stiffnesses[to])) *
                                         static_cast<double>(sigma.size());
                    EXPECT_NEAR(modes.energy_change(amplitudes, stiffnesses[from], stiffnesses[to]),
                                0.5 * dsigma.dot(change), scale);
                    VectorXd phi = potentials[from] * dsigma;
                    modes.change_phi(amplitudes, stiffnesses[from], stiffnesses[to],
                                     std::span(phi.data(), sigma.size()));
                    EXPECT_LT((phi - potentials[to] * dsigma).cwiseAbs().maxCoeff(), scale);
                }
        }
    }
}

TEST(stiffness_modes, do_not_depend_on_the_stiffness_of_the_shell_or_the_number_of_threads) {
    const std::vector<Spin> sigma = support::random_sigma(support::hexagon(6)->size(), 0.4, 3);
    const auto amplitudes = [&](double stiffness, int threads) {
        const StiffnessModes modes(*support::hexagon(4, {.layers = 2, .stiffness = stiffness}), threads);
        std::vector<double> values(modes.size());
        modes.amplitudes(sigma, values);
        return values;
    };
    EXPECT_EQ(amplitudes(1.0, 1), amplitudes(20.0, 3));
}

TEST(stiffness_modes, are_at_most_as_many_as_bonds_between_shell_sites) {
    EXPECT_LE(StiffnessModes(*support::hexagon(4, {.layers = 1, .stiffness = 1.0})).size(), 6U * 4U);
    EXPECT_THROW(StiffnessModes(*support::hexagon(4)), Error);
}

}  // namespace
}  // namespace misfit
