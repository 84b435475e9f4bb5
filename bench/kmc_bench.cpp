// misfit_bench_kmc [rounds [128]]: the processor time of one KMC event, as a ratio to the least an exact
// dense update must do (`limit`) and to the loop one would write first (`plain`), all three interleaved in
// one run. 128: with vectors of 128 bits, to compare with viewer/test/speed.ts.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <hwy/targets.h>
#include <limits>

#include "misfit/crystal/shapes.hpp"
#include "misfit/selfcheck/limit.hpp"
#include "misfit/selfcheck/stopwatch.hpp"
#include "misfit/unit/kmc_stage.hpp"
#include "plain_kmc.hpp"

namespace {

using namespace misfit;

struct Case {
    const char* name;
    CrystalParameters shape;
    ModelParameters model;
    RateRule rates = RateRule::exact;
};

void run(const Case& what, int rounds) {
    const auto crystal = std::make_shared<const Crystal>(build_crystal(what.shape));
    const Potential potential = build_potential(*crystal);
    // As runs hold V; the limit is that of doubles.
    const Elastic held =
        crystal->size() > most_sites_in_doubles
            ? Elastic(std::make_shared<const SinglePotential>(potential, potential.identity()))
            : Elastic(std::make_shared<const Potential>(potential));
    const Hamiltonian hamiltonian(crystal, held, what.model);
    KmcParameters parameters;
    parameters.t_end = std::numeric_limits<double>::max();
    parameters.stop_at_composition = 0.0;
    parameters.rates = what.rates;
    Kmc kmc(hamiltonian, parameters);

    std::vector<double> limit;
    std::vector<double> engine;
    std::vector<double> to_limit;
    std::vector<double> to_plain;
    const std::uint64_t updates = 20'000'000 / static_cast<std::uint64_t>(crystal->size());
    double sink = 0.0;
    for (int round = 0; round < rounds; ++round) {
        // A stretch from the middle of a trajectory, where most events are.
        State state = initial_state(hamiltonian, 1, static_cast<std::uint32_t>(round));
        kmc.advance(state, parameters.t_end, static_cast<std::uint64_t>(crystal->size()));
        State start = state;
        const double engine_time =
            selfcheck::processor_seconds([&] { kmc.advance(state, parameters.t_end, 1000); });
        const double event = engine_time / static_cast<double>(state.step - start.step);
        const double update =
            selfcheck::processor_seconds([&] { sink += selfcheck::dense_updates(potential, updates); }) /
            static_cast<double>(updates);
        const double plain =
            selfcheck::processor_seconds([&] { bench::plain_events(hamiltonian, parameters, start, 20); }) /
            20.0;
        limit.push_back(1e6 * update);
        engine.push_back(1e6 * event);
        to_limit.push_back(event / update);
        to_plain.push_back(plain / event);
    }
    const auto [ratio, low, high] = selfcheck::spread(to_limit);
    std::printf("%-26s %6d %9.3f %9.3f %8.2f (%.2f ... %.2f) %9.1f\n", what.name, crystal->size(),
                selfcheck::spread(limit).median, selfcheck::spread(engine).median, ratio, low, high,
                selfcheck::spread(to_plain).median);
    if (sink == 0.5) std::puts("");  // keeps the yardstick from being optimised away
}

/// Without an elastic term: swaps and exchange of the Ising lattice gas from a random start.
void run_local(int side) {
    const auto crystal = std::make_shared<const Crystal>(build_crystal(CrystalParameters{Hexagon{side}}));
    const Hamiltonian hamiltonian(crystal, nullptr, {.kT = 2.0, .epsilon = 0.0, .J = 1.0, .delta_mu = -10.0});
    KmcParameters parameters;
    parameters.t_end = std::numeric_limits<double>::max();
    Kmc kmc(hamiltonian, parameters);
    std::vector<Spin> sigma(static_cast<std::size_t>(crystal->size()), Spin{-1});
    for (std::size_t j = 0; j < sigma.size(); ++j)
        if (uniform_pair({}, j).first < 0.5) sigma[j] = 1;
    State state = initial_state(hamiltonian, sigma, 1, 0);
    kmc.advance(state, parameters.t_end, 1000);
    std::vector<double> event;
    for (int round = 0; round < 11; ++round) {
        const std::uint64_t before = state.step;
        const double seconds =
            selfcheck::processor_seconds([&] { kmc.advance(state, parameters.t_end, 100'000); });
        event.push_back(1e6 * seconds / static_cast<double>(state.step - before));
    }
    const auto [median, low, high] = selfcheck::spread(event);
    std::printf("%-26s %7d %9.3f (%.3f ... %.3f)\n", "hexagon, Ising", crystal->size(), median, low, high);
}

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 31;
    if (argc > 2 && std::strcmp(argv[2], "128") == 0) hwy::SetSupportedTargetsForTest(HWY_SSE4);
    const ModelParameters cubic = {.kT = 1.5, .epsilon = 1.0, .J = 0.0, .delta_mu = -200.0};
    std::puts("                                    limit     event   event/limit             plain/event");
    std::puts("case                            N     [us]      [us]   median (quartiles)         median");
    for (const int side : {10, 16, 24, 32}) run({"hexagon", Hexagon{side}, {}}, rounds);
    run({"hexagon, J = 0.1", Hexagon{16}, {.J = 0.1}}, rounds);
    run({"hexagon, published rates", Hexagon{16}, {}, RateRule::published}, rounds);
    run({"box 12 x 12 x 12", Box{{12, 12, 12}}, cubic}, rounds);
    run({"rod 10 x 10 x 50", Box{{10, 10, 50}}, cubic}, rounds);

    std::puts("\nwithout an elastic term         N     event [us] (quartiles)");
    for (const int side : {16, 58, 115, 577}) run_local(side);
    return 0;
}
