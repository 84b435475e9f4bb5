#include "misfit/unit/start_species.hpp"

#include <cassert>
#include <cmath>

#include "misfit/crystal/arrangement.hpp"

namespace misfit {
namespace {

std::size_t index(Site site) { return static_cast<std::size_t>(site); }

}  // namespace

Site core_count_A(const MonteCarloParameters& monte_carlo, Site core_size) {
    // 0.3 times 10 is just below 3 in binary.
    return static_cast<Site>(std::floor(monte_carlo.composition * core_size + 1e-9));
}

std::vector<Spin> start_species(const Crystal& crystal, StartState start, Site count_A, Spin shell_species,
                                const RandomStream& random, std::span<const Spin> core) {
    std::vector<Spin> sigma(index(crystal.size()), shell_species);
    if (start == StartState::record || start == StartState::xyz) {
        const std::vector<Site> sites = core_sites(crystal);
        assert(core.size() == sites.size());
        for (std::size_t k = 0; k < sites.size(); ++k) sigma[index(sites[k])] = core[k];
        return sigma;
    }
    const Arrangement arrangement = start == StartState::random      ? Arrangement::random
                                    : start == StartState::separated ? Arrangement::separated
                                                                     : Arrangement::superlattice;
    arrange_core(crystal, arrangement, count_A, random, sigma);
    return sigma;
}

}  // namespace misfit
