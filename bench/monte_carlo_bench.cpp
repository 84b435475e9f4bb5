// misfit_bench_monte_carlo [rounds]: the time of one attempt of equilibrium Monte Carlo, and its ratio to the
// loop one would write first (`plain`), interleaved in one run.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "misfit/crystal/shapes.hpp"
#include "misfit/engine/monte_carlo.hpp"
#include "misfit/selfcheck/stopwatch.hpp"

namespace {

using namespace misfit;

struct Case {
    const char* name;
    CrystalParameters shape;
    Shell shell;
    ModelParameters model;
    std::uint64_t equilibration;  ///< sweeps
};

/// Two uniform numbers pick the sites, a third decides; phi is updated as it is.
void plain_attempts(const Hamiltonian& hamiltonian, const std::vector<Site>& core, State& state,
                    std::uint64_t attempts) {
    const double beta = hamiltonian.model().beta();
    const auto sites = static_cast<double>(core.size());
    for (std::uint64_t attempt = 0; attempt < attempts; ++attempt) {
        const UniformPair pick = uniform_pair(state.random, state.step++);
        const Site i = core[static_cast<std::size_t>(pick.first * sites)];
        const Site j = core[static_cast<std::size_t>(pick.second * sites)];
        const auto a = static_cast<std::size_t>(i);
        const auto b = static_cast<std::size_t>(j);
        if (state.sigma[a] == state.sigma[b]) continue;
        const double uniform = uniform_pair(state.random, state.step++).first;
        if (uniform >= std::exp(-beta * swap_energy(hamiltonian, state, i, j))) continue;
        std::swap(state.sigma[a], state.sigma[b]);
        const double change = 2.0 * state.sigma[a];
        for (Site site = 0; site < state.size(); ++site)
            state.phi[static_cast<std::size_t>(site)] +=
                change * (hamiltonian.V(site, i) - hamiltonian.V(site, j));
    }
}

void run(const Case& what, int rounds) {
    const auto crystal = std::make_shared<const Crystal>(build_crystal(what.shape, what.shell));
    const auto potential = std::make_shared<const Potential>(build_potential(*crystal));
    const Hamiltonian hamiltonian(crystal, potential, what.model);
    const std::vector<Site> core = core_sites(*crystal);
    std::vector<Spin> sigma(static_cast<std::size_t>(crystal->size()), Spin{-1});
    for (std::size_t k = 0; k < core.size() / 2; ++k) sigma[static_cast<std::size_t>(core[k])] = 1;
    MonteCarlo engine(hamiltonian, Moves::nonlocal_swap);
    State state = make_state(hamiltonian, sigma, {1, 0, 0, Stream::monte_carlo_move});
    engine.advance(state, what.equilibration * core.size());
    State plain_state = state;

    std::vector<double> nanoseconds;
    std::vector<double> to_plain;
    const std::uint64_t attempts = 2'000'000;
    const std::uint64_t before = state.step;
    const std::uint64_t accepted = state.events.back();
    for (int round = 0; round < rounds; ++round) {
        const double fast = selfcheck::seconds([&] { engine.advance(state, attempts); });
        const double plain =
            selfcheck::seconds([&] { plain_attempts(hamiltonian, core, plain_state, attempts / 10); });
        nanoseconds.push_back(1e9 * fast / static_cast<double>(attempts));
        to_plain.push_back(10.0 * plain / fast);
    }
    const auto [median, low, high] = selfcheck::spread(nanoseconds);
    std::printf("%-30s %6zu %7.3f %8.2f (%.2f ... %.2f) %8.1f\n", what.name, core.size(),
                100.0 * static_cast<double>(state.events.back() - accepted) /
                    static_cast<double>(state.step - before),
                median, low, high, selfcheck::spread(to_plain).median);
}

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 31;
    const ModelParameters cubic = {.kT = 1.5};
    std::puts("                                        accepted   attempt                plain/attempt");
    std::puts("case                             core      [%]      [ns]   median (quartiles)  median");
    run({"hexagon, no shell", Hexagon{16}, {}, {}, 20'000}, rounds);
    run({"hexagon, 6 layers", Hexagon{16}, {6, 1.0}, {}, 20'000}, rounds);
    run({"hexagon, 1 layer, k_shell 6.5", Hexagon{10}, {1, 6.5}, {}, 20'000}, rounds);
    run({"hexagon, 1 layer, k_shell 16.8", Hexagon{24}, {1, 16.8}, {}, 10'000}, rounds);
    run({"box, 1 layer, k_shell 3", Box{{11, 11, 11}}, {1, 3.0}, cubic, 2'000}, rounds);
    return 0;
}
