#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <complex>
#include <fmt/format.h>
#include <numbers>

#include "misfit/base/error.hpp"
#include "misfit/elastic/potential.hpp"
#include "misfit/elastic/spring_system.hpp"
#include "misfit/elastic/symmetrize.hpp"

namespace misfit {
namespace {

/// A function of the sites of the cell, or of its wave vectors q = 2 pi (n_x/L_x, n_y/L_y, n_z/L_z), n in the
/// site order.
using Field = std::vector<std::complex<double>>;

/// Sites along each axis; 1 along the axis that two dimensions lack.
std::array<std::size_t, 3> cell_of(const Crystal& crystal) {
    std::array<std::size_t, 3> cell = {};
    for (std::size_t axis = 0; axis < 3; ++axis)
        cell[axis] = static_cast<std::size_t>(std::max(1, crystal.period()[axis]));
    return cell;
}

/// V(q) = 2 sum_j k_j m_j^2 (1 + cos th_j) - 2 b^T A^-1 b, th_j = q.r_j, b = sum_j k_j m_j a_j sin th_j,
/// A = sum_j k_j a_j a_j^T (1 - cos th_j) over the forward bonds (physics: section 1, "Periodic").
/// A has an inverse for every q but 0. Triangular lattice: th of one direction is the sum of the other two,
/// so if q is not 0, two th_j or more are not multiples of 2 pi, and two a_j span the plane. Cubic lattice:
/// an axis along which q is not 0 counts by its nearest bond, and one along which q is 0 by its diagonals
/// with such an axis.
double transform_at(const Crystal& crystal, const Vector3& q) {
    const int d = crystal.dimension();
    Eigen::Matrix3d A = Eigen::Matrix3d::Zero();
    Eigen::Vector3d b = Eigen::Vector3d::Zero();
    double V = 0.0;
    for (const Direction& direction : crystal.lattice().directions) {
        const double k = direction.nearest ? 1.0 : crystal.next_nearest_stiffness();
        const double m = direction.mismatch;
        double half_angle = 0.0;
        for (std::size_t axis = 0; axis < 3; ++axis) half_angle += 0.5 * q[axis] * direction.step[axis];
        const double sine = std::sin(half_angle);
        const double cosine = std::cos(half_angle);
        const Eigen::Vector3d a(direction.unit[0], direction.unit[1], direction.unit[2]);
        A += k * 2.0 * sine * sine * a * a.transpose();
        b += k * m * 2.0 * sine * cosine * a;
        V += k * m * m * 4.0 * cosine * cosine;
    }
    const Eigen::VectorXd load = b.head(d);
    return V - 2.0 * load.dot(A.topLeftCorner(d, d).llt().solve(load));
}

/// V(q) on all wave vectors of the cell, V(0) = 0.
Field transformed_potential(const Crystal& crystal, const std::array<std::size_t, 3>& cell) {
    Field V;
    V.reserve(static_cast<std::size_t>(crystal.size()));
    const auto wave = [&](std::size_t n, std::size_t axis) {
        return 2.0 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(cell[axis]);
    };
    for (std::size_t z = 0; z < cell[2]; ++z)
        for (std::size_t y = 0; y < cell[1]; ++y)
            for (std::size_t x = 0; x < cell[0]; ++x)
                V.emplace_back(x + y + z == 0 ? 0.0
                                              : transform_at(crystal, {wave(x, 0), wave(y, 1), wave(z, 2)}));
    return V;
}

/// (1/N) sum_q V(q) exp(i q.r), one axis after the other. O(N (L_x + L_y + L_z)).
void transform_back(Field& V, const std::array<std::size_t, 3>& cell) {
    std::size_t step = 1;  // from a site to the next one along the axis
    for (const std::size_t length : cell) {
        Field waves;
        for (std::size_t k = 0; k < length; ++k)
            waves.push_back(std::polar(
                1.0, 2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(length)));
        Field line(length);
        for (std::size_t block = 0; block < V.size(); block += step * length)
            for (std::size_t first = block; first < block + step; ++first) {
                for (std::size_t r = 0; r < length; ++r) {
                    line[r] = 0.0;
                    for (std::size_t n = 0; n < length; ++n)
                        line[r] += V[first + n * step] * waves[n * r % length];
                }
                for (std::size_t r = 0; r < length; ++r)
                    V[first + r * step] = line[r] / static_cast<double>(length);
            }
        step *= length;
    }
}

/// V(q) between the sites of a cell, [kinds, kinds]: that of the physics page with the terms of one
/// cell, whose rows G and H act on a wave exp(-i q.R), R in whole cells.
Eigen::MatrixXcd transform_of_cell(const Crystal& crystal, const Vector3& q) {
    using Eigen::Index;
    const Lattice& lattice = crystal.lattice();
    const Index d = lattice.dimension;
    const auto kinds = static_cast<int>(lattice.sites.size());
    Eigen::MatrixXcd D = Eigen::MatrixXcd::Zero(d * kinds, d * kinds);
    Eigen::MatrixXcd C = Eigen::MatrixXcd::Zero(d * kinds, kinds);
    Eigen::MatrixXcd S = Eigen::MatrixXcd::Zero(kinds, kinds);
    const auto add = [&](const Direction& bond, int from) {
        const double k = bond.nearest ? 1.0 : crystal.next_nearest_stiffness();
        const int to = lattice.site_of_cell({0, 0, from + bond.step[2]});
        const int cells = (from + bond.step[2] - to) / kinds;
        const double angle = q[0] * bond.step[0] + q[1] * bond.step[1] + q[2] * cells;
        const std::complex<double> wave = std::polar(1.0, -angle);
        Eigen::RowVectorXcd g = Eigen::RowVectorXcd::Zero(d * kinds);
        Eigen::RowVectorXcd h = Eigen::RowVectorXcd::Zero(kinds);
        for (Index axis = 0; axis < d; ++axis) {
            const double a = bond.unit[static_cast<std::size_t>(axis)];
            g(d * from + axis) -= a;
            g(d * to + axis) += a * wave;
        }
        h(from) += 0.5 * bond.mismatch;
        h(to) += 0.5 * bond.mismatch * wave;
        D += k * g.adjoint() * g;
        C += k * g.adjoint() * h;
        S += k * h.adjoint() * h;
    };
    for (const Direction& bond : lattice.directions)
        for (int from = 0; from < kinds; ++from)
            if (bond.from == Direction::any_site || bond.from == from) add(bond, from);
    // A support of the rigid motions; no load moves the cell as a whole.
    if (q == Vector3{})
        for (Index a = 0; a < d * kinds; ++a)
            for (Index b = a % d; b < d * kinds; b += d) D(a, b) += 1.0;
    const Eigen::LLT<Eigen::MatrixXcd> cholesky(D);
    constexpr double singular_pivot = 1e-9;
    const Eigen::VectorXd pivots = cholesky.matrixLLT().diagonal().cwiseAbs2();
    if (cholesky.info() != Eigen::Success || pivots.minCoeff() < singular_pivot * pivots.maxCoeff())
        throw Error(floppy_message(crystal, 0));
    return 4.0 * (S - C.adjoint() * cholesky.solve(C));
}

/// V of a lattice with several sites a cell: a transform for each pair of them.
Potential potential_of_cells(const Crystal& crystal) {
    const auto kinds = crystal.lattice().sites.size();
    std::array<std::size_t, 3> cell = cell_of(crystal);
    cell[2] /= kinds;
    const std::size_t cells = cell[0] * cell[1] * cell[2];
    std::vector<Field> V(kinds * kinds, Field(cells));
    const auto wave = [&](std::size_t n, std::size_t axis) {
        return 2.0 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(cell[axis]);
    };
    const auto index = [&](std::size_t x, std::size_t y, std::size_t z) {
        return (z * cell[1] + y) * cell[0] + x;
    };
    for (std::size_t z = 0; z < cell[2]; ++z)
        for (std::size_t y = 0; y < cell[1]; ++y)
            for (std::size_t x = 0; x < cell[0]; ++x) {
                const Eigen::MatrixXcd here =
                    transform_of_cell(crystal, {wave(x, 0), wave(y, 1), wave(z, 2)});
                for (std::size_t pair = 0; pair < V.size(); ++pair)
                    V[pair][index(x, y, z)] = here(static_cast<Eigen::Index>(pair / kinds),
                                                   static_cast<Eigen::Index>(pair % kinds));
            }
    for (Field& field : V) transform_back(field, cell);

    Potential potential(crystal.size());
    const auto entry = [&](const LatticePoint& from, const LatticePoint& to) {
        const auto kind = [&](const LatticePoint& point) {
            return static_cast<std::size_t>(point[2]) % kinds;
        };
        const auto apart = [&](std::size_t axis) {
            const std::size_t unit = axis == 2 ? kinds : 1;
            return (static_cast<std::size_t>(to[axis]) / unit + cell[axis] -
                    static_cast<std::size_t>(from[axis]) / unit) %
                   cell[axis];
        };
        return V[kinds * kind(from) + kind(to)][index(apart(0), apart(1), apart(2))].real();
    };
    for (std::size_t i = 0; i < crystal.points().size(); ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            const LatticePoint& from = crystal.points()[i];
            const LatticePoint& to = crystal.points()[j];
            potential.values()[j * potential.stride() + i] = 0.5 * (entry(from, to) + entry(to, from));
        }
    mirror_lower_triangle(potential);
    potential.project("Fourier");
    return potential;
}

}  // namespace

Potential periodic_potential(const Crystal& crystal) {
    if (crystal.boundary() != Boundary::periodic)
        throw Error(
            fmt::format("crystal {}: the Fourier form of V is for periodic crystals", crystal.shape()));
    if (crystal.lattice().sites.size() > 1) return potential_of_cells(crystal);
    const std::array<std::size_t, 3> cell = cell_of(crystal);
    Field transform = transformed_potential(crystal, cell);
    transform_back(transform, cell);

    // V(r) = V(-r) to the last bit.
    const auto index = [&](std::size_t x, std::size_t y, std::size_t z) {
        return (z * cell[1] + y) * cell[0] + x;
    };
    std::vector<double> V(transform.size());
    for (std::size_t z = 0; z < cell[2]; ++z)
        for (std::size_t y = 0; y < cell[1]; ++y)
            for (std::size_t x = 0; x < cell[0]; ++x) {
                const std::size_t opposite =
                    index((cell[0] - x) % cell[0], (cell[1] - y) % cell[1], (cell[2] - z) % cell[2]);
                V[index(x, y, z)] = 0.5 * (transform[index(x, y, z)].real() + transform[opposite].real());
            }

    Potential potential(crystal.size());
    auto entry = potential.values().begin();
    for (const LatticePoint& point : crystal.points()) {
        const auto x = static_cast<std::size_t>(point[0]);
        for (std::size_t z = 0; z < cell[2]; ++z)
            for (std::size_t y = 0; y < cell[1]; ++y) {
                const auto line =
                    V.begin() + static_cast<std::ptrdiff_t>(
                                    index(0, (y + cell[1] - static_cast<std::size_t>(point[1])) % cell[1],
                                          (z + cell[2] - static_cast<std::size_t>(point[2])) % cell[2]));
                const auto end = line + static_cast<std::ptrdiff_t>(cell[0]);
                entry = std::rotate_copy(line, line + static_cast<std::ptrdiff_t>((cell[0] - x) % cell[0]),
                                         end, entry);
            }
        entry += static_cast<std::ptrdiff_t>(potential.stride()) - crystal.size();
    }
    double raw_row_sum = 0.0;
    for (const Direction& direction : crystal.lattice().directions)
        raw_row_sum += 4.0 * (direction.nearest ? 1.0 : crystal.next_nearest_stiffness()) *
                       direction.mismatch * direction.mismatch;
    potential.adopt("Fourier", std::vector<double>(static_cast<std::size_t>(crystal.size()), raw_row_sum));
    return potential;
}

}  // namespace misfit
