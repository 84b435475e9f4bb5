#include "misfit/elastic/displacements.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <map>
#include <numeric>
#include <utility>

#include "misfit/base/error.hpp"
#include "misfit/elastic/spring_system.hpp"

namespace misfit {
namespace {

const Vector3& unit_of(const Crystal& crystal, const Bond& bond) {
    return crystal.lattice().directions[static_cast<std::size_t>(bond.direction)].unit;
}

/// 1/2 C field, [d N]: the forces with which the bonds push sites apart.
std::vector<double> forces(const Crystal& crystal, std::span<const double> field) {
    const auto d = static_cast<std::size_t>(crystal.dimension());
    std::vector<double> force(d * field.size(), 0.0);
    for (const Bond& bond : crystal.bonds()) {
        const auto first = static_cast<std::size_t>(bond.first);
        const auto second = static_cast<std::size_t>(bond.second);
        const double push = 0.5 * bond.stiffness * bond.mismatch * (field[first] + field[second]);
        const Vector3& a = unit_of(crystal, bond);
        for (std::size_t k = 0; k < d; ++k) {
            force[d * first + k] -= push * a[k];
            force[d * second + k] += push * a[k];
        }
    }
    return force;
}

/// By how much a bond is longer than its species would have it.
double strain_of(const Crystal& crystal, const Bond& bond, std::span<const double> field,
                 std::span<const Vector3> u) {
    const auto first = static_cast<std::size_t>(bond.first);
    const auto second = static_cast<std::size_t>(bond.second);
    const Vector3& a = unit_of(crystal, bond);
    double strain = -0.5 * bond.mismatch * (field[first] + field[second]);
    for (std::size_t k = 0; k < 3; ++k) strain += a[k] * (u[second][k] - u[first][k]);
    return strain;
}

BlockInverse inverse_of_springs(const Crystal& crystal, const Watch& watch) {
    require_held(crystal);
    const SiteBlocks blocks = smallest_blocks(crystal);
    try {
        return BlockInverse(supported_springs(crystal, crystal.bonds(), blocks), watch);
    } catch (const SingularMatrix& singular) {
        const int place = singular.unknown() / crystal.dimension();
        throw Error(floppy_message(crystal, blocks.sites[static_cast<std::size_t>(place)]));
    }
}

}  // namespace

Displacements::Displacements(std::shared_ptr<const Crystal> crystal, const Watch& watch)
    : crystal_(std::move(crystal)),
      sites_(smallest_blocks(*crystal_).sites),
      springs_(inverse_of_springs(*crystal_, watch)),
      rigid_motions_(rigid_motions(*crystal_)) {}

std::size_t Displacements::bytes() const {
    const std::size_t rigid = rigid_motions_.size() * springs_.size() * sizeof(double);
    return springs_.bytes() + rigid + sites_.size() * sizeof(Site);
}

std::vector<Vector3> Displacements::operator()(std::span<const Spin> sigma) const {
    return of_field(dsigma(sigma));
}

std::vector<Vector3> Displacements::of_field(std::span<const double> field) const {
    assert(std::ssize(field) == crystal_->size());
    const auto d = static_cast<std::size_t>(crystal_->dimension());
    std::vector<double> components = forces(*crystal_, field);
    std::vector<double> solution;
    solution.reserve(components.size());
    for (const Site site : sites_)
        for (std::size_t k = 0; k < d; ++k)
            solution.push_back(components[d * static_cast<std::size_t>(site) + k]);
    springs_.solve(solution);
    auto next = solution.begin();
    for (const Site site : sites_)
        for (std::size_t k = 0; k < d; ++k) components[d * static_cast<std::size_t>(site) + k] = *next++;

    for (const std::vector<double>& motion : rigid_motions_) {
        const double share = std::inner_product(motion.begin(), motion.end(), components.begin(), 0.0);
        for (std::size_t k = 0; k < motion.size(); ++k) components[k] -= share * motion[k];
    }
    std::vector<Vector3> u(field.size(), Vector3{});
    for (std::size_t site = 0; site < u.size(); ++site)
        std::copy_n(components.begin() + static_cast<std::ptrdiff_t>(d * site), d, u[site].begin());
    return u;
}

std::vector<double> dsigma(std::span<const Spin> sigma) {
    const double mean = std::accumulate(sigma.begin(), sigma.end(), 0.0) / static_cast<double>(sigma.size());
    std::vector<double> deviation;
    deviation.reserve(sigma.size());
    for (const Spin spin : sigma) deviation.push_back(spin - mean);
    return deviation;
}

std::vector<double> Displacements::raw_potential(std::span<const std::array<Site, 2>> pairs) const {
    const int d = crystal_->dimension();
    std::vector<int> place(sites_.size());
    for (std::size_t k = 0; k < sites_.size(); ++k)
        place[static_cast<std::size_t>(sites_[k])] = static_cast<int>(k);
    BlockTridiagonalSystem loads;
    std::map<std::array<Site, 2>, double> on_bonds;  // 4 S
    for (const Bond& bond : crystal_->bonds()) {
        add_bond_loads(loads, *crystal_, bond, bond.stiffness * bond.mismatch,
                       std::array{bond.first, bond.second});
        for (const auto& ends : {std::array{bond.first, bond.first}, std::array{bond.second, bond.second},
                                 std::array{bond.first, bond.second}})
            on_bonds[ends] += bond.stiffness * bond.mismatch * bond.mismatch;
    }
    for (MatrixEntry& entry : loads.right)
        entry.row = d * place[static_cast<std::size_t>(entry.row / d)] + entry.row % d;
    std::vector<double> values = springs_.products(loads.right, pairs);
    for (std::size_t k = 0; k < pairs.size(); ++k) values[k] = on_bonds.at(pairs[k]) - values[k];
    return values;
}

std::vector<double> bond_energies(const Crystal& crystal, std::span<const double> field,
                                  std::span<const Vector3> u) {
    std::vector<double> energies;
    energies.reserve(crystal.bonds().size());
    for (const Bond& bond : crystal.bonds()) {
        const double strain = strain_of(crystal, bond, field, u);
        energies.push_back(2.0 * bond.stiffness * strain * strain);
    }
    return energies;
}

std::vector<double> bond_forces(const Crystal& crystal, std::span<const double> field,
                                const Displacements& displacements) {
    const std::vector<Vector3> u = displacements.of_field(field);
    std::vector<double> forces(field.size(), 0.0);
    for (const Bond& bond : crystal.bonds()) {
        const double force = -2.0 * bond.stiffness * bond.mismatch * strain_of(crystal, bond, field, u);
        forces[static_cast<std::size_t>(bond.first)] += force;
        forces[static_cast<std::size_t>(bond.second)] += force;
    }
    return forces;
}

}  // namespace misfit
