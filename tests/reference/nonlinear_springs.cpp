#include "reference/nonlinear_springs.hpp"

#include <Eigen/Dense>

#include "reference/linear_algebra.hpp"
#include "reference/springs.hpp"

namespace misfit::reference {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Columns: translations and rotations about the origin, where the mean of the positions lies.
MatrixXd rigid(const Crystal& crystal) {
    const Index d = crystal.dimension();
    MatrixXd motions = MatrixXd::Zero(d * crystal.size(), d + d * (d - 1) / 2);
    for (Site site = 0; site < crystal.size(); ++site) {
        const Vector3& r = crystal.positions()[static_cast<std::size_t>(site)];
        for (Index k = 0; k < d; ++k) motions(d * site + k, k) = 1.0;
        Index column = d;
        for (Index k = 0; k < d; ++k)
            for (Index l = k + 1; l < d; ++l, ++column) {
                motions(d * site + k, column) = -r[static_cast<std::size_t>(l)];
                motions(d * site + l, column) = r[static_cast<std::size_t>(k)];
            }
    }
    return motions;
}

VectorXd unit_of(const Spring& spring, Index d) {
    return Eigen::Map<const Eigen::Vector3d>(spring.unit.data()).head(d);
}

}  // namespace

VectorXd nonlinear_displacements(const Crystal& crystal, std::span<const Spin> sigma, double mismatch) {
    const Index d = crystal.dimension();
    double mean = 0.0;
    for (const Spin spin : sigma) mean += spin / static_cast<double>(sigma.size());
    const std::vector<Spring> all = springs(crystal);
    const MatrixXd motions = rigid(crystal);
    const Index n = d * crystal.size();
    const Index r = motions.cols();
    VectorXd u = VectorXd::Zero(n);
    for (int step = 0; step < 50; ++step) {
        VectorXd gradient = VectorXd::Zero(n);
        MatrixXd hessian = MatrixXd::Zero(n, n);
        for (const Spring& spring : all) {
            const Index i = d * spring.first;
            const Index j = d * spring.second;
            const double rest = spring.nearest ? 1.0 : std::sqrt(2.0);
            const double wanted = rest + mismatch * 0.5 *
                                             (sigma[static_cast<std::size_t>(spring.first)] +
                                              sigma[static_cast<std::size_t>(spring.second)] - 2.0 * mean);
            const VectorXd bond = rest * unit_of(spring, d) + mismatch * (u.segment(j, d) - u.segment(i, d));
            const double length = bond.norm();
            const VectorXd along = bond / length;
            // Of k (length - wanted)^2 by the ends' positions, divided by mismatch and mismatch^2.
            const VectorXd force = 2.0 * spring.stiffness * (length - wanted) / mismatch * along;
            const MatrixXd across = MatrixXd::Identity(d, d) - along * along.transpose();
            const MatrixXd block =
                2.0 * spring.stiffness * (along * along.transpose() + (length - wanted) / length * across);
            gradient.segment(i, d) -= force;
            gradient.segment(j, d) += force;
            hessian.block(i, i, d, d) += block;
            hessian.block(j, j, d, d) += block;
            hessian.block(i, j, d, d) -= block;
            hessian.block(j, i, d, d) -= block;
        }
        // A step without rigid motion, which multipliers hold back.
        MatrixXd held = MatrixXd::Zero(n + r, n + r);
        held.topLeftCorner(n, n) = hessian;
        held.topRightCorner(n, r) = motions;
        held.bottomLeftCorner(r, n) = motions.transpose();
        VectorXd right = VectorXd::Zero(n + r);
        right.head(n) = -gradient;
        const VectorXd change = held.partialPivLu().solve(right).head(n);
        u += change;
        if (change.norm() < 1e-13 * (1.0 + u.norm())) break;
    }
    return u;
}

VectorXd linear_displacements(const Crystal& crystal, const VectorXd& dsigma) {
    const Index d = crystal.dimension();
    MatrixXd D = MatrixXd::Zero(d * crystal.size(), d * crystal.size());
    VectorXd push = VectorXd::Zero(d * crystal.size());  // C dsigma
    for (const Spring& spring : springs(crystal)) {
        const Index i = d * spring.first;
        const Index j = d * spring.second;
        const VectorXd a = unit_of(spring, d);
        const MatrixXd block = spring.stiffness * a * a.transpose();
        D.block(i, i, d, d) += block;
        D.block(j, j, d, d) += block;
        D.block(i, j, d, d) -= block;
        D.block(j, i, d, d) -= block;
        const double both = dsigma(spring.first) + dsigma(spring.second);
        push.segment(i, d) -= spring.stiffness * spring.mismatch * both * a;
        push.segment(j, d) += spring.stiffness * spring.mismatch * both * a;
    }
    return 0.5 * pseudo_inverse(D) * push;
}

double spring_energy(const Crystal& crystal, const VectorXd& dsigma, const VectorXd& u) {
    const Index d = crystal.dimension();
    double energy = 0.0;
    for (const Spring& spring : springs(crystal)) {
        const double stretch =
            unit_of(spring, d).dot(u.segment(d * spring.second, d) - u.segment(d * spring.first, d)) -
            0.5 * spring.mismatch * (dsigma(spring.first) + dsigma(spring.second));
        energy += 2.0 * spring.stiffness * stretch * stretch;
    }
    return energy;
}

}  // namespace misfit::reference
