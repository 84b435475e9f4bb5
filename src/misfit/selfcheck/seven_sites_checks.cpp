#include "misfit/selfcheck/seven_sites_checks.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "misfit/crystal/shapes.hpp"
#include "misfit/engine/monte_carlo.hpp"
#include "misfit/selfcheck/chi_square.hpp"
#include "misfit/selfcheck/seven_sites.hpp"
#include "misfit/unit/kmc_stage.hpp"

namespace misfit::selfcheck {
namespace {

constexpr std::size_t states = SevenSites::states;
constexpr std::size_t all_A = states - 1;
constexpr std::uint32_t runs = 200'000;

double p_of(const SevenSites::Law& counts, SevenSites::Law expected) {
    for (double& each : expected) each *= runs;
    return chi_square_p(counts, expected);
}

/// Q as the engine has it.
std::vector<SevenSites::Law> engine_rates(const Hamiltonian& hamiltonian) {
    Kmc engine(hamiltonian, {});
    std::vector<SevenSites::Law> rates(states, SevenSites::Law{});
    for (std::size_t s = 0; s < states; ++s) {
        const State state = make_state(hamiltonian, SevenSites::species(s), {});
        for (const KmcEvent& event : engine.events(state)) {
            std::size_t to = s ^ std::size_t{1} << event.first;
            if (event.second >= 0) to ^= std::size_t{1} << event.second;
            rates[s][to] += event.rate;
            rates[s][s] -= event.rate;
        }
    }
    return rates;
}

}  // namespace

Hamiltonian seven_sites_hamiltonian() {
    const auto crystal = std::make_shared<const Crystal>(build_crystal(Hexagon{2}));
    return {crystal, std::make_shared<const Potential>(build_potential(*crystal)), seven_sites_model};
}

std::vector<Finding> check_enumeration(const Hamiltonian& hamiltonian) {
    const SevenSites exact(hamiltonian.crystal(), seven_sites_model);
    const SevenSites::Law law = exact.boltzmann();
    const std::vector<SevenSites::Law> rates = engine_rates(hamiltonian);
    double energies = 0.0;
    double differences = 0.0;
    double greatest_flow = 0.0;
    double imbalance = 0.0;
    double change = 0.0;
    std::int64_t events = 0;
    for (std::size_t s = 0; s < states; ++s) {
        const State state = make_state(hamiltonian, SevenSites::species(s), {});
        energies = std::max(energies, std::abs(energy(hamiltonian, state).total() - exact.energy(s)));
        double stays = 0.0;
        for (std::size_t t = 0; t < states; ++t) {
            const double expected = exact.rates()[s][t];
            if (s != t && rates[s][t] > 0.0) ++events;
            if (rates[s][t] != expected)
                differences = std::max(differences,
                                       expected != 0.0 ? std::abs(rates[s][t] / expected - 1.0) : INFINITY);
            greatest_flow = std::max(greatest_flow, std::abs(law[s] * rates[s][t]));
            imbalance = std::max(imbalance, std::abs(law[s] * rates[s][t] - law[t] * rates[t][s]));
            stays += law[t] * rates[t][s];
        }
        change = std::max(change, std::abs(stays));
    }
    return {at_most("E of 128 states - E by V = k k^T/12", energies, 1e-12),
            // 6 sites exchange in all 128 states; each of 12 bonds joins unlike sites in half of them.
            equal("possible events of all states", events, 128 * 6 + 64 * 12),
            at_most("their rates/exp(-dE/2kT) - 1", differences, 1e-11),
            at_most("detailed balance: flow - flow back, relative", imbalance / greatest_flow, 1e-12),
            at_most("Boltzmann law stationary: max |p Q|", change, 1e-12)};
}

std::vector<Finding> check_laws(const Hamiltonian& hamiltonian) {
    const SevenSites exact(hamiltonian.crystal(), seven_sites_model);
    const std::array<double, 3> times = {0.05, 0.5, 3.0};
    std::array<SevenSites::Law, 3> counts = {};
    SevenSites::Law chains = {};
    constexpr int attempts = 40;
    Kmc kmc(hamiltonian, {});
    MonteCarlo monte_carlo(hamiltonian, Moves::flip);
    for (std::uint32_t unit = 0; unit < runs; ++unit) {
        State state = initial_state(hamiltonian, 7, unit);
        for (std::size_t k = 0; k < times.size(); ++k) {
            kmc.advance(state, times[k]);
            counts[k][SevenSites::number(state.sigma)] += 1.0;
        }
        State chain =
            make_state(hamiltonian, SevenSites::species(all_A), {7, unit, 0, Stream::monte_carlo_move});
        monte_carlo.advance(chain, attempts);
        chains[SevenSites::number(chain.sigma)] += 1.0;
    }
    std::vector<Finding> all;
    for (std::size_t k = 0; k < times.size(); ++k)
        all.push_back(likely(fmt::format("kinetic Monte Carlo, {} runs to t = {}", runs, times[k]),
                             p_of(counts[k], exact.law_at(times[k], all_A))));
    all.push_back(likely(fmt::format("Monte Carlo, {} chains of {} attempts", runs, attempts),
                         p_of(chains, exact.law_after(attempts, all_A))));
    return all;
}

}  // namespace misfit::selfcheck
