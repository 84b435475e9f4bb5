#include "reference/springs.hpp"

#include <cmath>
#include <string_view>
#include <utility>

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
                    shift[k] += side * crystal.period()[axis] * crystal.lattice().basis[axis][k] /
                                (axis == 2 ? static_cast<double>(crystal.lattice().sites.size()) : 1.0);
                shifts.push_back(shift);
            }
    }
    return shifts;
}

}  // namespace

namespace {

/// What springs there are between sites at a distance.
struct Rule {
    double length;
    double mismatch;
    double stiffness;
};

/// From the table of structures, by name.
std::vector<Rule> rules(const Crystal& crystal) {
    const std::string_view name = crystal.lattice().name;
    const double k2 = crystal.next_nearest_stiffness();
    std::vector<Rule> all = {{1.0, 1.0, 1.0}};
    if (name == "simple cubic") all.push_back({std::sqrt(2.0), 1.0, k2});
    if (name == "fcc" && k2 > 0.0) all.push_back({std::sqrt(2.0), std::sqrt(2.0), k2});
    if (name == "bcc") all.push_back({2.0 / std::sqrt(3.0), 2.0 / std::sqrt(3.0), k2});
    return all;
}

}  // namespace

std::vector<Spring> springs(const Crystal& crystal) {
    const std::vector<Rule> all = rules(crystal);
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
                for (double& component : bond) component /= length;
                const bool stiff = crystal.is_shell(i) && crystal.is_shell(j);
                for (const Rule& rule : all)
                    if (std::abs(length - rule.length) < 0.01)
                        found.push_back({i, j, bond,
                                         rule.stiffness * (stiff ? crystal.shell().stiffness : 1.0),
                                         rule.length == 1.0, rule.mismatch});
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
        const double m = spring.mismatch;
        const Eigen::VectorXd a = Eigen::Map<const Eigen::Vector3d>(spring.unit.data()).head(d);
        const Eigen::MatrixXd block = k * a * a.transpose();
        D.block(d * i, d * i, d, d) += block;
        D.block(d * j, d * j, d, d) += block;
        D.block(d * i, d * j, d, d) -= block;
        D.block(d * j, d * i, d, d) -= block;
        for (const Index column : {i, j}) {
            C.block(d * i, column, d, 1) -= k * m * a;
            C.block(d * j, column, d, 1) += k * m * a;
        }
        for (const auto& [row, column] : {std::pair{i, i}, std::pair{j, j}, std::pair{i, j}, std::pair{j, i}})
            S(row, column) += k * m * m / 4.0;
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
    // One row a spring: sqrt(2 k) [a.(u' - u)] = sqrt(2 k) m (dsigma + dsigma')/2.
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
        mismatch(row++) = weight * spring.mismatch * 0.5 * (first + second);
    }
    const Eigen::VectorXd u = least_squares(strain, mismatch);
    return (strain * u - mismatch).squaredNorm();
}

}  // namespace misfit::reference
