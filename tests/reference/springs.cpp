#include "reference/springs.hpp"

#include <cmath>

#include "reference/linear_algebra.hpp"

namespace misfit::reference {
namespace {

using Index = Eigen::Index;

/// Where the site itself and its periodic images lie, relative to its position.
std::vector<Vector3> images(const Crystal& crystal) {
    std::vector<Vector3> shifts = {{0.0, 0.0, 0.0}};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        if (crystal.period()[axis] == 0) continue;
        const std::vector<Vector3> before = shifts;
        for (const int side : {-1, 1})
            for (Vector3 shift : before) {
                for (std::size_t k = 0; k < 3; ++k)
                    shift[k] += side * crystal.period()[axis] * crystal.lattice().basis[axis][k];
                shifts.push_back(shift);
            }
    }
    return shifts;
}

}  // namespace

std::vector<Spring> springs(const Crystal& crystal) {
    const double longest = crystal.dimension() == 3 ? std::sqrt(2.0) : 1.0;
    const std::vector<Vector3> shifts = images(crystal);
    std::vector<Spring> found;
    for (Site i = 0; i < crystal.size(); ++i)
        for (Site j = i + 1; j < crystal.size(); ++j)
            for (const Vector3& shift : shifts) {
                const Vector3& from = crystal.positions()[static_cast<std::size_t>(i)];
                const Vector3& to = crystal.positions()[static_cast<std::size_t>(j)];
                Vector3 bond = {};
                for (std::size_t k = 0; k < 3; ++k) bond[k] = to[k] + shift[k] - from[k];
                const double length = std::hypot(bond[0], bond[1], bond[2]);
                if (length > longest + 0.1) continue;
                for (double& component : bond) component /= length;
                const bool stiff = crystal.is_shell(i) && crystal.is_shell(j);
                found.push_back({i, j, bond, stiff ? crystal.shell().stiffness : 1.0, length < 1.1});
            }
    return found;
}

Eigen::MatrixXd raw_potential(const Crystal& crystal) {
    const Index d = crystal.dimension();
    const Index n = crystal.size();
    Eigen::MatrixXd D = Eigen::MatrixXd::Zero(d * n, d * n);
    Eigen::MatrixXd C = Eigen::MatrixXd::Zero(d * n, n);
    Eigen::MatrixXd S = Eigen::MatrixXd::Zero(n, n);
    for (const Spring& spring : springs(crystal)) {
        const Index i = spring.first;
        const Index j = spring.second;
        const double k = spring.stiffness;
        const Eigen::VectorXd a = Eigen::Map<const Eigen::Vector3d>(spring.unit.data()).head(d);
        const Eigen::MatrixXd block = k * a * a.transpose();
        D.block(d * i, d * i, d, d) += block;
        D.block(d * j, d * j, d, d) += block;
        D.block(d * i, d * j, d, d) -= block;
        D.block(d * j, d * i, d, d) -= block;
        for (const Index column : {i, j}) {
            C.block(d * i, column, d, 1) -= k * a;
            C.block(d * j, column, d, 1) += k * a;
        }
        S(i, i) += k / 4.0;
        S(j, j) += k / 4.0;
        S(i, j) += k / 4.0;
        S(j, i) += k / 4.0;
    }
    return 4.0 * S - C.transpose() * pseudo_inverse(D) * C;
}

Eigen::MatrixXd projected(const Eigen::MatrixXd& matrix) {
    const Index n = matrix.rows();
    const Eigen::MatrixXd P =
        Eigen::MatrixXd::Identity(n, n) - Eigen::MatrixXd::Constant(n, n, 1.0 / static_cast<double>(n));
    return P * matrix * P;
}

double minimal_spring_energy(const Crystal& crystal, std::span<const Spin> sigma) {
    double mean = 0.0;
    for (const Spin spin : sigma) mean += spin / static_cast<double>(sigma.size());
    const std::vector<Spring> all = springs(crystal);
    const Index d = crystal.dimension();
    // One row a spring: sqrt(2 k) [a.(u' - u)] = sqrt(2 k) (dsigma + dsigma')/2.
    Eigen::MatrixXd strain = Eigen::MatrixXd::Zero(static_cast<Index>(all.size()), d * crystal.size());
    Eigen::VectorXd mismatch(static_cast<Index>(all.size()));
    Index row = 0;
    for (const Spring& spring : all) {
        const double weight = std::sqrt(2.0 * spring.stiffness);
        for (Index k = 0; k < d; ++k) {
            strain(row, d * spring.first + k) -= weight * spring.unit[static_cast<std::size_t>(k)];
            strain(row, d * spring.second + k) += weight * spring.unit[static_cast<std::size_t>(k)];
        }
        const double first = sigma[static_cast<std::size_t>(spring.first)] - mean;
        const double second = sigma[static_cast<std::size_t>(spring.second)] - mean;
        mismatch(row++) = weight * 0.5 * (first + second);
    }
    const Eigen::VectorXd u = least_squares(strain, mismatch);
    return (strain * u - mismatch).squaredNorm();
}

}  // namespace misfit::reference
