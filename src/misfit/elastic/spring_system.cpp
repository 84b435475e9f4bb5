#include "misfit/elastic/spring_system.hpp"

#include <Eigen/LU>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

#include "misfit/base/error.hpp"

namespace misfit {
namespace {

/// Rigid motions of the sites from `first` on, one a column, orthonormal: d translations and
/// d (d - 1)/2 rotations about their mean. Fewer columns than that if the sites do not tell them apart.
Eigen::MatrixXd rigid_motions(const Crystal& crystal, Site first) {
    const int d = crystal.dimension();
    const Eigen::Index rows = static_cast<Eigen::Index>(crystal.size() - first) * d;
    Eigen::MatrixXd motions = Eigen::MatrixXd::Zero(rows, d + d * (d - 1) / 2);
    Vector3 mean = {};
    for (Site site = first; site < crystal.size(); ++site)
        for (std::size_t k = 0; k < 3; ++k)
            mean[k] += crystal.positions()[static_cast<std::size_t>(site)][k] / (crystal.size() - first);
    for (Site site = first; site < crystal.size(); ++site) {
        const Vector3& position = crystal.positions()[static_cast<std::size_t>(site)];
        const Eigen::Index row = static_cast<Eigen::Index>(site - first) * d;
        for (int k = 0; k < d; ++k) motions(row + k, k) = 1.0;
        int column = d;
        for (int k = 0; k < d; ++k)
            for (int l = k + 1; l < d; ++l, ++column) {
                const auto a = static_cast<std::size_t>(k);
                const auto b = static_cast<std::size_t>(l);
                motions(row + k, column) = -(position[b] - mean[b]);
                motions(row + l, column) = position[a] - mean[a];
            }
    }
    const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(motions);
    return Eigen::MatrixXd(qr.householderQ()).leftCols(qr.rank());
}

/// First site of each lattice row (2D) or plane (3D): bonds reach at most the next one.
std::vector<Site> plane_starts(const Crystal& crystal) {
    const auto axis = static_cast<std::size_t>(crystal.dimension() - 1);
    std::vector<Site> starts = {0};
    for (Site site = 1; site < crystal.size(); ++site)
        if (crystal.points()[static_cast<std::size_t>(site)][axis] !=
            crystal.points()[static_cast<std::size_t>(site - 1)][axis])
            starts.push_back(site);
    return starts;
}

std::string site_text(const Crystal& crystal, Site site) {
    const LatticePoint& point = crystal.points()[static_cast<std::size_t>(site)];
    return fmt::format("site {} at lattice point ({})", site,
                       fmt::join(point.begin(), point.begin() + crystal.dimension(), ", "));
}

/// True if the bonds of a site lead in directions that span the space.
bool is_held(const Crystal& crystal, Site site) {
    const int half = crystal.lattice().half_coordination();
    Eigen::Matrix3d stiffness = Eigen::Matrix3d::Zero();
    if (crystal.dimension() == 2) stiffness(2, 2) = 1.0;
    for (int d = 0; d < 2 * half; ++d) {
        if (crystal.neighbor(site, d) < 0) continue;
        const Vector3& a = crystal.lattice().directions[static_cast<std::size_t>(d % half)].unit;
        const Eigen::Vector3d along(a[0], a[1], a[2]);
        stiffness += along * along.transpose();
    }
    constexpr double least = 0.05;  // directions of a lattice that span the space give 0.5 at least
    return std::abs(stiffness.determinant()) > least;
}

}  // namespace

void require_held(const Crystal& crystal) {
    for (Site site = 0; site < crystal.size(); ++site)
        if (!is_held(crystal, site))
            throw Error(fmt::format("crystal {}: {} is loose: its bonds do not hold it in every direction",
                                    crystal.shape(), site_text(crystal, site)));
    std::vector<Site> reached = {0};
    std::vector<bool> is_reached(static_cast<std::size_t>(crystal.size()), false);
    is_reached[0] = true;
    for (std::size_t k = 0; k < reached.size(); ++k)
        for (int d = 0; d < crystal.lattice().coordination(); ++d) {
            const Site other = crystal.neighbor(reached[k], d);
            if (other < 0 || is_reached[static_cast<std::size_t>(other)]) continue;
            is_reached[static_cast<std::size_t>(other)] = true;
            reached.push_back(other);
        }
    if (std::ssize(reached) == crystal.size()) return;
    const auto apart = static_cast<Site>(std::ranges::find(is_reached, false) - is_reached.begin());
    throw Error(fmt::format("crystal {}: is in pieces: no bonds lead from site 0 to {}", crystal.shape(),
                            site_text(crystal, apart)));
}

std::string floppy_message(const Crystal& crystal, int unknown) {
    return fmt::format("crystal {}: is floppy: {}, among others, can move without stretching a bond",
                       crystal.shape(), site_text(crystal, unknown / crystal.dimension()));
}

BlockTridiagonalSystem supported_springs(const Crystal& crystal, std::span<const Bond> bonds) {
    const int d = crystal.dimension();
    BlockTridiagonalSystem system;
    for (const Bond& bond : bonds) {
        const Vector3& a = crystal.lattice().directions[static_cast<std::size_t>(bond.direction)].unit;
        for (int k = 0; k < d; ++k)
            for (int l = 0; l < d; ++l) {
                const double value =
                    bond.stiffness * a[static_cast<std::size_t>(k)] * a[static_cast<std::size_t>(l)];
                const int row_second = bond.second * d + k;
                system.matrix.push_back({bond.first * d + k, bond.first * d + l, value});
                system.matrix.push_back({row_second, bond.second * d + l, value});
                system.matrix.push_back({row_second, bond.first * d + l, -value});
            }
    }

    // Springs on the rigid motions of the last planes, as many planes as tell all rigid motions apart.
    std::vector<Site> starts = plane_starts(crystal);
    const int rigid_count = d + d * (d - 1) / 2;
    Eigen::MatrixXd support = rigid_motions(crystal, starts.back());
    while (support.cols() < rigid_count && starts.size() > 1) {
        starts.pop_back();
        support = rigid_motions(crystal, starts.back());
    }
    const Eigen::MatrixXd springs = support * support.transpose();
    const int offset = starts.back() * d;
    for (Eigen::Index i = 0; i < springs.rows(); ++i)
        for (Eigen::Index j = 0; j <= i; ++j)
            for (const bool mirrored : {false, true}) {
                if (mirrored && i == j) continue;
                system.matrix.push_back({offset + static_cast<int>(mirrored ? j : i),
                                         offset + static_cast<int>(mirrored ? i : j), springs(i, j)});
            }
    for (const Site start : starts) system.block_begin.push_back(start * d);
    system.block_begin.push_back(crystal.size() * d);
    return system;
}

void add_bond_loads(BlockTridiagonalSystem& system, const Crystal& crystal, const Bond& bond,
                    std::span<const int> columns) {
    const int d = crystal.dimension();
    const Vector3& a = crystal.lattice().directions[static_cast<std::size_t>(bond.direction)].unit;
    for (int k = 0; k < d; ++k) {
        const double force = bond.stiffness * a[static_cast<std::size_t>(k)];
        const int row_first = bond.first * d + k;
        const int row_second = bond.second * d + k;
        for (const int column : columns) {
            system.right.push_back({row_first, column, -force});
            system.right.push_back({row_second, column, force});
        }
    }
}

}  // namespace misfit
