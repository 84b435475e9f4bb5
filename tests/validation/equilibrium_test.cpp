#include <array>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <iostream>
#include <string>
#include <vector>

#include "misfit/base/parallel.hpp"
#include "misfit/statistics/blocking.hpp"
#include "misfit/statistics/jackknife.hpp"
#include "misfit/unit/stage_model.hpp"
#include "support/ensemble.hpp"
#include "support/systems.hpp"

// The statistical values of the physics page, section 6, for cores in shells, and the limit of the Ising
// model. Each test prints measured against listed values and writes them to validation_<name>.csv in its
// working directory. z above 4.5 fails: alpha = 7e-6 a value.
namespace misfit {
namespace {

using support::Expected;

constexpr double limit = 4.5;

/// Equilibrium of a core at c = 1/2, kT = 0.2, epsilon = 1: a chain from each start.
struct Core {
    int side;
    Shell shell;
    std::uint64_t equilibration;
    std::uint64_t sweeps;
    std::vector<StartState> start;
};

/// Means over all chains of f_U, f_S1 and f_S2.
struct Phases {
    PooledMean f_U;
    PooledMean f_S1;
    PooledMean f_S2;
};

Phases phases_of(const Core& core) {
    RunSpec spec;
    spec.method = Equilibrium{};
    spec.crystal = Hexagon{core.side};
    spec.shell = core.shell;
    spec.model = {.kT = 0.2, .epsilon = 1.0, .J = 0.0, .delta_mu = 0.0};
    spec.equilibrium().monte_carlo.start = core.start;
    spec.equilibrium().monte_carlo.equilibration = core.equilibration;
    spec.equilibrium().monte_carlo.sweeps = core.sweeps;
    spec.equilibrium().monte_carlo.frames = 0;
    const Plan run(spec);
    const std::vector<UnitPlan> plans = Units(run).all();
    const auto crystal = std::make_shared<const Crystal>(build_crystal(spec));
    const Hamiltonian hamiltonian = support::make_hamiltonian(crystal, spec.model);
    std::vector<Chain> chains(plans.size());
    parallel_for(plans.size(), 2, [&](std::size_t unit, int) {
        MonteCarloStage model = make_monte_carlo_stage({hamiltonian}, spec.equilibrium(), spec.shell_species);
        Unit now = start_unit(model, plans[unit], run, {});
        bool ended = false;
        while (!ended) {
            const std::uint64_t sweeps = model.open_round(now);
            model.advance(0, sweeps, now);
            ended = model.close_round(sweeps, now);
        }
        chains[unit] = now.ladder().chains.front();
    });
    const auto columns = columns_of(equilibrium_observables(hamiltonian));
    const auto pooled = [&](const std::string& name) {
        const auto found = std::ranges::find(columns, name, &Observable::Column::name);
        const auto column = static_cast<std::size_t>(found - columns.begin());
        std::vector<std::vector<double>> series;
        for (const Chain& chain : chains) {
            auto& of_chain = series.emplace_back();
            for (std::size_t k = 0; k < chain.samples; ++k)
                of_chain.push_back(chain.scalars[k * columns.size() + column]);
        }
        const PooledMean mean = pooled_mean(series);
        std::cout << fmt::format("{} tau {:.0f} sweeps, chains disagree by {:.1f}; each: ", name,
                                 mean.correlation_time * 10.0, mean.disagreement);
        for (const auto& each : series) std::cout << fmt::format("{:.4f} ", series_mean(each).mean);
        std::cout << '\n';
        return mean;
    };
    return {pooled("f_U"), pooled("f_S1"), pooled("f_S2")};
}

support::MeanError plain(const PooledMean& mean) { return {mean.mean, mean.standard_error}; }

/// A mean that is listed without a standard error, of two runs where ours has `chains` of the same length.
Expected of_two_runs(const PooledMean& mean, double chains, double listed, double rounding) {
    return {listed, mean.standard_error * std::sqrt(chains / 2.0), rounding};
}

constexpr StartState random = StartState::random;
constexpr StartState separated = StartState::separated;
constexpr StartState superlattice = StartState::superlattice;

// False alarms: 8 x 7e-6.
TEST(equilibrium, of_a_soft_core_of_721_sites_is_as_listed) {
    support::Comparison comparison(limit, "validation_core_721.csv");
    const Phases none = phases_of({16, {}, 20'000, 40'000, {random, separated, superlattice, random}});
    comparison.add("0 layers f_U", plain(none.f_U), {.874, .0007, .0005});
    comparison.add(
        "0 layers f_S1 + f_S2",
        {none.f_S1.mean + none.f_S2.mean, std::hypot(none.f_S1.standard_error, none.f_S2.standard_error)},
        {.012, std::hypot(none.f_S1.standard_error, none.f_S2.standard_error), .0005});
    const Phases six = phases_of({16, {6, 1.0}, 20'000, 40'000, {random, separated, superlattice, random}});
    comparison.add("6 layers f_U", plain(six.f_U), {.450, .0014, .0005});
    comparison.add("6 layers f_S1", plain(six.f_S1), of_two_runs(six.f_S1, 4.0, .182, .0005));
    comparison.add("6 layers f_S2", plain(six.f_S2), of_two_runs(six.f_S2, 4.0, .180, .0005));
    const Phases eight = phases_of({16, {8, 1.0}, 20'000, 40'000, {superlattice, superlattice}});
    comparison.add("8 layers f_U", plain(eight.f_U), of_two_runs(eight.f_U, 2.0, .0006, .00005));
    comparison.add("8 layers f_S1", plain(eight.f_S1), of_two_runs(eight.f_S1, 2.0, .442, .0005));
    comparison.add("8 layers f_S2", plain(eight.f_S2), of_two_runs(eight.f_S2, 2.0, .443, .0005));
}

// False alarms: 3 x 7e-6.
TEST(equilibrium, of_a_core_of_271_sites_in_one_stiff_layer_is_as_listed) {
    support::Comparison comparison(limit, "validation_core_271.csv");
    const std::vector<StartState> start = {random, separated, superlattice, random};
    comparison.add("k_shell 6.0 f_U", plain(phases_of({10, {1, 6.0}, 20'000, 100'000, start}).f_U),
                   {.250, .001, .0005});
    comparison.add("k_shell 6.5 f_U", plain(phases_of({10, {1, 6.5}, 20'000, 200'000, start}).f_U),
                   {.076, .005, .0005});
    comparison.add("k_shell 7.0 f_U", plain(phases_of({10, {1, 7.0}, 20'000, 100'000, start}).f_U),
                   {.0185, .0002, .00005});
}

// False alarms: 1 x 7e-6.
TEST(equilibrium, of_a_core_of_1657_sites_in_one_stiff_layer_is_as_listed) {
    support::Comparison comparison(limit, "validation_core_1657.csv");
    const std::vector<StartState> start = {random, separated, superlattice, random};
    // k_shell = 16.0 is not held: the listed .372(2) is not found from any start, see docs/validation.md.
    comparison.add("k_shell 17.5 f_U", plain(phases_of({24, {1, 17.5}, 20'000, 60'000, start}).f_U),
                   {.048, .001, .0005});
}

/// Moments of m of an Ising model on a periodic parallelogram, by chain.
struct Moments {
    std::vector<double> squared;
    std::vector<double> fourth;

    /// 1 - <m^4>/(3 <m^2>^2) of all chains but one.
    double cumulant(std::optional<std::size_t> excluded) const {
        double second = 0.0;
        double last = 0.0;
        double chains = 0.0;
        for (std::size_t k = 0; k < squared.size(); ++k) {
            if (excluded == k) continue;
            second += squared[k];
            last += fourth[k];
            chains += 1.0;
        }
        return 1.0 - last * chains / (3.0 * second * second);
    }
};

constexpr std::size_t chains_each = 32;

Moments moments(int length, double kT, std::uint64_t sweeps) {
    const auto crystal = support::periodic(Parallelogram{{length, length}});
    const Hamiltonian hamiltonian(crystal, nullptr, {.kT = kT, .epsilon = 0.0, .J = 1.0, .delta_mu = 0.0});
    Moments found = {std::vector<double>(chains_each), std::vector<double>(chains_each)};
    const MonteCarlo prototype(hamiltonian, Moves::flip);
    parallel_for(chains_each, 2, [&](std::size_t chain, int) {
        MonteCarlo engine(prototype);
        const auto unit = static_cast<std::uint32_t>(chain);
        State state =
            make_state(hamiltonian, support::random_sigma(crystal->size(), 0.5, unit),
                       {static_cast<std::uint64_t>(length), unit,
                        static_cast<std::uint16_t>(std::lround(1000.0 * kT)), Stream::monte_carlo_move});
        const auto sweep = static_cast<std::uint64_t>(crystal->size());
        engine.advance(state, sweeps / 10 * sweep);
        for (std::uint64_t k = 0; k < sweeps; ++k) {
            engine.advance(state, sweep);
            const double square = std::pow(state.mean_sigma(), 2);
            found.squared[chain] += square / static_cast<double>(sweeps);
            found.fourth[chain] += square * square / static_cast<double>(sweeps);
        }
    });
    return found;
}

// kTc/J = 4/ln 3: U of length L and of 2 L cross there, but for corrections that fall like L^-3 (the leading
// irrelevant exponent of the two-dimensional Ising model is 2, that of the temperature 1), below 0.001 from
// L = 12 on. U is curved in kT, and a line errs by the square of its length: from 3.58 to 3.70 the crossing
// came out at 3.623(5), so the lines are four times shorter. Errors: jackknife over 32 chains; alpha at 4.5
// is 9e-5 with the 31 degrees of freedom of one of the four runs and 2e-5 with those of all.
// False alarms: 1 x 9e-5.
TEST(equilibrium, of_the_triangular_ising_model_has_its_binder_crossing_at_4_over_ln_3) {
    support::Comparison comparison(limit, "validation_ising_crossing.csv");
    constexpr double low = 3.625;
    constexpr double high = 3.655;
    const std::array<int, 2> lengths = {12, 24};
    const std::array<std::uint64_t, 2> sweeps = {40'000, 20'000};
    std::vector<std::array<Moments, 2>> found;
    for (std::size_t k = 0; k < lengths.size(); ++k) {
        found.push_back({moments(lengths[k], low, sweeps[k]), moments(lengths[k], high, sweeps[k])});
        for (const auto& [kT, each] : {std::pair(low, found.back()[0]), std::pair(high, found.back()[1])}) {
            const Estimates U = jackknife(chains_each, [&](std::optional<std::size_t> excluded) {
                return std::vector<double>{each.cumulant(excluded)};
            });
            std::cout << fmt::format("L {} kT {}: U = {:.5f} ({:.5f})\n", lengths[k], kT, U.value[0],
                                     U.standard_error[0]);
        }
    }
    for (std::size_t k = 0; k + 1 < lengths.size(); ++k) {
        // Each of the four runs is left out chain by chain; their errors add up in squares.
        const auto crossing = [&](std::array<std::optional<std::size_t>, 4> excluded) {
            const double at_low = found[k + 1][0].cumulant(excluded[0]) - found[k][0].cumulant(excluded[1]);
            const double at_high = found[k + 1][1].cumulant(excluded[2]) - found[k][1].cumulant(excluded[3]);
            return low + (high - low) * at_low / (at_low - at_high);
        };
        double squares = 0.0;
        for (std::size_t run = 0; run < 4; ++run) {
            const Estimates part = jackknife(chains_each, [&](std::optional<std::size_t> chain) {
                std::array<std::optional<std::size_t>, 4> excluded;
                excluded[run] = chain;
                return std::vector<double>{crossing(excluded)};
            });
            squares += std::pow(part.standard_error[0], 2);
        }
        comparison.add(fmt::format("kTc/J of L = {} and {}", lengths[k], lengths[k + 1]),
                       {crossing({}), std::sqrt(squares)}, {4.0 / std::log(3.0), 0.0, 0.0});
    }
}

}  // namespace
}  // namespace misfit
