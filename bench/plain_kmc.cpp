#include "plain_kmc.hpp"

#include <cmath>
#include <vector>

namespace misfit::bench {

void plain_events(const Hamiltonian& hamiltonian, const KmcParameters& kmc, State& state,
                  std::uint64_t count) {
    const Crystal& crystal = hamiltonian.crystal();
    const double beta = hamiltonian.model().beta();
    const auto turn = [&](Site site) {
        const auto k = static_cast<std::size_t>(site);
        state.sigma[k] = static_cast<Spin>(-state.sigma[k]);
        state.count_A += state.sigma[k];
        for (Site i = 0; i < state.size(); ++i)
            state.phi[static_cast<std::size_t>(i)] += 2.0 * state.sigma[k] * hamiltonian.V(i, site);
    };
    std::vector<KmcEvent> events;
    for (std::uint64_t step = 0; step < count; ++step) {
        events.clear();
        double total = 0.0;
        for (Site site = 0; site < state.size(); ++site)
            if (crystal.is_surface(site)) {
                const double rate =
                    kmc.exchange_rate * std::exp(-0.5 * beta * flip_energy(hamiltonian, state, site));
                events.push_back({EventKind::exchange_A_to_B, site, -1, rate});
                total += rate;
            }
        for (const Bond& bond : crystal.bonds()) {
            if (state.sigma[static_cast<std::size_t>(bond.first)] ==
                state.sigma[static_cast<std::size_t>(bond.second)])
                continue;
            const double change = swap_energy(hamiltonian, state, bond.first, bond.second);
            const double rate = kmc.diffusion_rate * std::exp(-0.5 * beta * change);
            events.push_back({EventKind::swap_nearest, bond.first, bond.second, rate});
            total += rate;
        }
        const UniformPair u = uniform_pair(state.random, state.step++);
        state.time -= std::log(u.first) / total;
        double target = u.second * total;
        std::size_t chosen = 0;
        while (chosen + 1 < events.size() && target >= events[chosen].rate) target -= events[chosen++].rate;
        turn(events[chosen].first);
        if (events[chosen].second >= 0) turn(events[chosen].second);
    }
}

}  // namespace misfit::bench
