#include "misfit/selfcheck/timing_checks.hpp"

#include <fmt/format.h>
#include <limits>
#include <memory>

#include "misfit/base/random.hpp"
#include "misfit/crystal/shapes.hpp"
#include "misfit/engine/monte_carlo.hpp"
#include "misfit/selfcheck/limit.hpp"
#include "misfit/selfcheck/stopwatch.hpp"
#include "misfit/unit/kmc_stage.hpp"

namespace misfit::selfcheck {
namespace {

constexpr int rounds = 15;

/// Twice what an unburdened machine takes (docs/performance.md).
constexpr double allowed_event = 12.0;
constexpr double allowed_attempt = 8.0;

Finding time_events(const Hamiltonian& hamiltonian, const Potential& V) {
    KmcParameters parameters;
    parameters.t_end = std::numeric_limits<double>::max();
    Kmc kmc(hamiltonian, parameters);
    std::vector<double> events;
    std::vector<double> updates;
    for (std::uint32_t round = 0; round < rounds; ++round) {
        // A stretch from the middle of a trajectory, where most events are.
        State state = initial_state(hamiltonian, 1, round);
        kmc.advance(state, parameters.t_end, 721);
        const std::uint64_t before = state.step;
        const double seconds = processor_seconds([&] { kmc.advance(state, parameters.t_end, 4000); });
        events.push_back(seconds / static_cast<double>(state.step - before));
        constexpr std::uint64_t count = 20'000;
        double sink = 0.0;
        updates.push_back(processor_seconds([&] { sink += dense_updates(V, count); }) / count);
    }
    return check_time("event of kinetic Monte Carlo, 721 sites", spread(events).median,
                      spread(updates).median, allowed_event);
}

Finding time_attempts(const Hamiltonian& hamiltonian) {
    MonteCarlo monte_carlo(hamiltonian, Moves::nonlocal_swap);
    std::vector<Spin> sigma(static_cast<std::size_t>(hamiltonian.crystal().size()), Spin{-1});
    for (std::size_t j = 0; j < sigma.size() / 2; ++j) sigma[j] = 1;
    State state = make_state(hamiltonian, sigma, {1, 0, 0, Stream::monte_carlo_move});
    monte_carlo.advance(state, 5000 * sigma.size());
    std::vector<double> attempts;
    std::vector<double> draws;
    constexpr std::uint64_t count = 1'000'000;
    std::vector<std::uint64_t> words(1024);
    for (int round = 0; round < rounds; ++round) {
        attempts.push_back(processor_seconds([&] { monte_carlo.advance(state, count); }) / count);
        constexpr std::uint64_t fills = 2 * count / 1024;
        draws.push_back(processor_seconds([&] {
                            for (std::uint64_t fill = 0; fill < fills; ++fill)
                                random_words(state.random, fill * (words.size() / words_per_block), words);
                        }) /
                        (fills * 512));
    }
    return check_time("attempt of Monte Carlo, 721 sites", spread(attempts).median, spread(draws).median,
                      allowed_attempt);
}

}  // namespace

Finding check_time(const std::string& what, double seconds, double least_seconds, double allowed) {
    const double ratio = seconds / least_seconds;
    const std::string time =
        seconds < 1e-7 ? fmt::format("{:.3g} ns", 1e9 * seconds) : fmt::format("{:.3g} us", 1e6 * seconds);
    return {what, fmt::format("{} = {:.1f} x limit", time, ratio), fmt::format("{:.0f} x limit", allowed),
            ratio <= allowed ? Verdict::pass : Verdict::slow};
}

std::vector<Finding> check_timing() {
    const auto crystal = std::make_shared<const Crystal>(build_crystal(Hexagon{16}));
    const auto V = std::make_shared<const Potential>(build_potential(*crystal));
    const Hamiltonian hamiltonian(crystal, V, {});
    return {time_events(hamiltonian, *V), time_attempts(hamiltonian)};
}

}  // namespace misfit::selfcheck
