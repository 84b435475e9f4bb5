#include "misfit/crystal/arrangement.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace misfit {
namespace {

std::size_t index(Site site) { return static_cast<std::size_t>(site); }

/// The axis along which the crystal is longest; the first of equals.
std::size_t longest_axis(const Crystal& crystal) {
    Vector3 low = crystal.positions().front();
    Vector3 high = low;
    for (const Vector3& position : crystal.positions())
        for (std::size_t k = 0; k < 3; ++k) {
            low[k] = std::min(low[k], position[k]);
            high[k] = std::max(high[k], position[k]);
        }
    std::size_t axis = 0;
    for (std::size_t k = 1; k < 3; ++k)
        if (high[k] - low[k] > high[axis] - low[axis] + 1e-9) axis = k;
    return axis;
}

/// Which of the nested sublattices of the lattice's softest modulation a site is on: A fills level 0 first.
int sublattice(const Crystal& crystal, Site site) {
    const LatticePoint& point = crystal.points()[index(site)];
    const Lattice& lattice = crystal.lattice();
    int level = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) level += lattice.sublattice[axis] * point[axis];
    return (level % lattice.sublattices + lattice.sublattices) % lattice.sublattices;
}

}  // namespace

void arrange_core(const Crystal& crystal, Arrangement arrangement, Site count_A, const RandomStream& random,
                  std::span<Spin> sigma) {
    std::vector<Site> sites = core_sites(crystal);
    if (arrangement == Arrangement::random) {
        // Fisher and Yates: the first count_A of a random order.
        for (std::size_t k = 0; k + 1 < sites.size(); ++k) {
            const auto left = static_cast<double>(sites.size() - k);
            const auto pick = static_cast<std::size_t>(uniform_pair(random, k).first * left);
            std::swap(sites[k], sites[k + pick]);
        }
    } else {
        const std::size_t axis = longest_axis(crystal);
        std::ranges::sort(sites, {}, [&](Site site) {
            const int level = arrangement == Arrangement::superlattice ? sublattice(crystal, site) : 0;
            return std::tuple(level, crystal.positions()[index(site)][axis], site);
        });
    }
    for (std::size_t k = 0; k < sites.size(); ++k)
        sigma[index(sites[k])] = k < index(count_A) ? Spin{1} : Spin{-1};
}

}  // namespace misfit
