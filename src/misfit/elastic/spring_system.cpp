#include "misfit/elastic/spring_system.hpp"

#include <Eigen/LU>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <numeric>
#include <utility>
#include <vector>

#include "misfit/base/error.hpp"

namespace misfit {
namespace {

/// Rigid motions of `sites`, one a column, orthonormal: d translations and, unless the crystal is periodic,
/// d (d - 1)/2 rotations about their mean. Fewer columns than that if the sites do not tell them apart.
Eigen::MatrixXd motions_of(const Crystal& crystal, std::span<const Site> sites) {
    const int d = crystal.dimension();
    const Eigen::Index rows = std::ssize(sites) * d;
    Eigen::MatrixXd motions = Eigen::MatrixXd::Zero(rows, rigid_count(crystal));
    Vector3 mean = {};
    for (const Site site : sites)
        for (std::size_t k = 0; k < 3; ++k)
            mean[k] +=
                crystal.positions()[static_cast<std::size_t>(site)][k] / static_cast<double>(sites.size());
    Eigen::Index row = 0;
    for (const Site site : sites) {
        const Vector3& position = crystal.positions()[static_cast<std::size_t>(site)];
        for (int k = 0; k < d; ++k) motions(row + k, k) = 1.0;
        int column = d;
        for (int k = 0; k < d && column < motions.cols(); ++k)
            for (int l = k + 1; l < d; ++l, ++column) {
                const auto a = static_cast<std::size_t>(k);
                const auto b = static_cast<std::size_t>(l);
                motions(row + k, column) = -(position[b] - mean[b]);
                motions(row + l, column) = position[a] - mean[a];
            }
        row += d;
    }
    const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(motions);
    return qr.householderQ() * Eigen::MatrixXd::Identity(rows, qr.rank());
}

/// How many lattice points wide the crystal is along each axis of the lattice, and where it begins.
struct Extent {
    int first;
    int count;
};
Extent extent_along(const Crystal& crystal, std::size_t axis) {
    int low = crystal.points().front()[axis];
    int high = low;
    for (const LatticePoint& point : crystal.points()) {
        low = std::min(low, point[axis]);
        high = std::max(high, point[axis]);
    }
    return {low, high - low + 1};
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
        for (int d = 0; d < crystal.lattice().slots(); ++d) {
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

std::string floppy_message(const Crystal& crystal, Site site) {
    return fmt::format("crystal {}: is floppy: {}, among others, can move without stretching a bond",
                       crystal.shape(), site_text(crystal, site));
}

int rigid_count(const Crystal& crystal) {
    const int d = crystal.dimension();
    return crystal.boundary() == Boundary::periodic ? d : d + d * (d - 1) / 2;
}

std::vector<std::vector<double>> rigid_motions(const Crystal& crystal) {
    std::vector<Site> sites(static_cast<std::size_t>(crystal.size()));
    std::iota(sites.begin(), sites.end(), Site{0});
    const Eigen::MatrixXd motions = motions_of(crystal, sites);
    std::vector<std::vector<double>> columns;
    for (const auto& column : motions.colwise()) columns.emplace_back(column.begin(), column.end());
    return columns;
}

SiteBlocks blocks_along(const Crystal& crystal, int axis) {
    const auto along = static_cast<std::size_t>(axis);
    const Extent extent = extent_along(crystal, along);
    std::vector<std::vector<Site>> blocks(static_cast<std::size_t>(extent.count));
    for (Site site = 0; site < crystal.size(); ++site) {
        const int plane = crystal.points()[static_cast<std::size_t>(site)][along] - extent.first;
        // Folded in two, a ring becomes a row: the first plane is bonded to the last.
        const bool is_folded = crystal.boundary() == Boundary::periodic;
        const int block = is_folded ? std::min(plane, extent.count - 1 - plane) : plane;
        blocks[static_cast<std::size_t>(block)].push_back(site);
    }
    SiteBlocks found;
    for (const std::vector<Site>& block : blocks) {
        if (block.empty()) continue;
        found.begin.push_back(static_cast<int>(found.sites.size()));
        found.sites.insert(found.sites.end(), block.begin(), block.end());
    }
    found.begin.push_back(crystal.size());
    return found;
}

SiteBlocks smallest_blocks(const Crystal& crystal) {
    const auto entries = [](const SiteBlocks& blocks) {
        double sum = 0.0;
        for (std::size_t k = 0; k + 1 < blocks.begin.size(); ++k)
            sum += std::pow(blocks.begin[k + 1] - blocks.begin[k], 2);
        return sum;
    };
    SiteBlocks smallest = blocks_along(crystal, crystal.dimension() - 1);
    for (int axis = crystal.dimension() - 2; axis >= 0; --axis)
        if (SiteBlocks other = blocks_along(crystal, axis); entries(other) < entries(smallest))
            smallest = std::move(other);
    return smallest;
}

BlockTridiagonalSystem supported_springs(const Crystal& crystal, std::span<const Bond> bonds) {
    return supported_springs(crystal, bonds, blocks_along(crystal, crystal.dimension() - 1));
}

BlockTridiagonalSystem supported_springs(const Crystal& crystal, std::span<const Bond> bonds,
                                         const SiteBlocks& blocks) {
    const int d = crystal.dimension();
    std::vector<int> place(blocks.sites.size());
    for (std::size_t k = 0; k < place.size(); ++k)
        place[static_cast<std::size_t>(blocks.sites[k])] = static_cast<int>(k);
    BlockTridiagonalSystem system;
    for (const Bond& bond : bonds) {
        const Vector3& a = crystal.lattice().directions[static_cast<std::size_t>(bond.direction)].unit;
        const auto [earlier, later] = std::minmax(
            {place[static_cast<std::size_t>(bond.first)], place[static_cast<std::size_t>(bond.second)]});
        for (int k = 0; k < d; ++k)
            for (int l = 0; l < d; ++l) {
                const double value =
                    bond.stiffness * a[static_cast<std::size_t>(k)] * a[static_cast<std::size_t>(l)];
                system.matrix.push_back({earlier * d + k, earlier * d + l, value});
                system.matrix.push_back({later * d + k, later * d + l, value});
                system.matrix.push_back({later * d + k, earlier * d + l, -value});
            }
    }

    // Springs on the rigid motions of the last blocks, as many blocks as tell all rigid motions apart.
    std::vector<int> starts(blocks.begin.begin(), blocks.begin.end() - 1);
    const auto last_sites = [&] {
        return std::span(blocks.sites).subspan(static_cast<std::size_t>(starts.back()));
    };
    Eigen::MatrixXd support = motions_of(crystal, last_sites());
    while (support.cols() < rigid_count(crystal) && starts.size() > 1) {
        starts.pop_back();
        support = motions_of(crystal, last_sites());
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
    for (const int start : starts) system.block_begin.push_back(start * d);
    system.block_begin.push_back(crystal.size() * d);
    return system;
}

void add_bond_loads(BlockTridiagonalSystem& system, const Crystal& crystal, const Bond& bond, double load,
                    std::span<const int> columns) {
    const int d = crystal.dimension();
    const Vector3& a = crystal.lattice().directions[static_cast<std::size_t>(bond.direction)].unit;
    for (int k = 0; k < d; ++k) {
        const double force = load * a[static_cast<std::size_t>(k)];
        const int row_first = bond.first * d + k;
        const int row_second = bond.second * d + k;
        for (const int column : columns) {
            system.right.push_back({row_first, column, -force});
            system.right.push_back({row_second, column, force});
        }
    }
}

}  // namespace misfit
