#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "misfit/engine/monte_carlo.hpp"
#include "misfit/unit/monte_carlo_stage.hpp"
#include "misfit/unit/start_species.hpp"
#include "reference/monte_carlo.hpp"
#include "support/statistics.hpp"
#include "support/systems.hpp"

// Cores so small that all their states are enumerated: the law of a chain is exp(-E/kT)/Z, E by double sums.
// Seeds are fixed; alpha is the probability that a right program fails with another seed.
namespace misfit {
namespace {

constexpr double alpha = 1e-6;

struct Case {
    std::string name;
    std::shared_ptr<const Crystal> crystal;
    ModelParameters model;
    Moves moves;
    Site count_A;        ///< in the core, at the start
    std::size_t states;  ///< how many there are
};

class TinyCore : public ::testing::TestWithParam<Case> {};

/// Probability of the law or of a sample by state, and the mean of an observable under it.
double mean(std::span<const double> weights, std::span<const double> values) {
    double sum = 0.0;
    for (std::size_t s = 0; s < weights.size(); ++s) sum += weights[s] * values[s];
    return sum;
}

// Null: samples 8 relaxation times apart follow exp(-E/kT)/Z over all states; what they remember of each
// other, exp(-8), adds 7e-4 to the variance of a count at most. Statistics: chi-square of the states, and z
// of the observables that vary among energy, core_composition, f_U, f_S1 and f_S2, in 8 cases.
// False alarms: 38 x 1e-6. A weight wrong by 15 % in states that hold a tenth of the law, or a mean that
// is off by 0.03 standard deviations of its observable, is seen with probability 0.99.
TEST_P(TinyCore, is_visited_by_the_boltzmann_law) {
    constexpr int samples = 100'000;
    const Case& system = GetParam();
    const Hamiltonian hamiltonian = support::make_hamiltonian(system.crystal, system.model);
    const reference::Model slow(*system.crystal, system.model);
    State state = make_state(hamiltonian,
                             start_species(*system.crystal, StartState::random, system.count_A, -1,
                                           {1, 0, 0, Stream::monte_carlo_start}, {}),
                             {1, 0, 0, Stream::monte_carlo_move});
    const reference::Equilibrium law = reference::equilibrium(slow, system.moves, state.sigma);
    ASSERT_EQ(law.states.size(), system.states);
    RecordProperty("relaxation", std::to_string(law.relaxation));

    const auto spacing = static_cast<std::uint64_t>(std::ceil(8.0 * law.relaxation));
    MonteCarlo engine(hamiltonian, system.moves);
    std::vector<double> counts(system.states, 0.0);
    for (int sample = 0; sample < samples; ++sample) {
        engine.advance(state, spacing);
        const std::size_t index = law.index_of(state.sigma);
        ASSERT_LT(index, counts.size());
        counts[index] += 1.0;
    }
    std::vector<double> expected = law.probability;
    std::vector<double> measured = counts;
    for (double& each : expected) each *= samples;
    for (double& each : measured) each /= samples;
    EXPECT_GT(support::chi_square_p(counts, expected), alpha);

    const std::vector<Observable> observables = equilibrium_observables(hamiltonian);
    const auto columns = columns_of(observables);
    std::vector<std::vector<double>> values(columns.size());  // [column][state]
    for (const std::vector<Spin>& sigma : law.states) {
        std::vector<double> row(columns.size());
        measure(observables, make_state(hamiltonian, sigma, {}), row);
        for (std::size_t c = 0; c < columns.size(); ++c) values[c].push_back(row[c]);
    }
    for (std::size_t c = 0; c < columns.size(); ++c) {
        const std::string& name = columns[c].name;
        if (name == "energy") {
            for (std::size_t s = 0; s < law.states.size(); ++s)
                ASSERT_NEAR(values[c][s], static_cast<double>(reference::energy(slow, law.states[s])), 1e-10);
        }
        if (name != "energy" && name != "core_composition" && name != "f_U" && name != "f_S1" &&
            name != "f_S2")
            continue;
        const double exact = mean(law.probability, values[c]);
        double variance = 0.0;
        for (std::size_t s = 0; s < law.states.size(); ++s)
            variance += law.probability[s] * (values[c][s] - exact) * (values[c][s] - exact);
        if (variance < 1e-20) {
            EXPECT_NEAR(mean(measured, values[c]), exact, 1e-12) << name;
            continue;
        }
        const double z = (mean(measured, values[c]) - exact) / std::sqrt(variance / samples);
        RecordProperty("z_" + name, std::to_string(z));
        EXPECT_GT(support::normal_p(z), alpha) << name << ", exact " << exact;
    }
}

const ModelParameters canonical = {.kT = 1.0, .epsilon = 1.0, .J = 0.15, .delta_mu = 0.0};
const ModelParameters semi_grand = {.kT = 1.2, .epsilon = 1.0, .J = 0.1, .delta_mu = 1.5};
const ModelParameters in_3d = {.kT = 6.0, .epsilon = 1.0, .J = -0.5, .delta_mu = 2.0};

std::vector<Case> cases() {
    const auto hexagon = support::hexagon(2, {1, 5.0});
    const auto box = support::box(2, 2, 2, {1, 3.0});
    const auto torus = support::periodic(Parallelogram{{3, 3}});
    return {{"hexagon_nonlocal_swap", hexagon, canonical, Moves::nonlocal_swap, 3, 35},
            {"hexagon_local_swap", hexagon, canonical, Moves::local_swap, 3, 35},
            {"hexagon_flip", hexagon, semi_grand, Moves::flip, 3, 128},
            {"box_nonlocal_swap", box, in_3d, Moves::nonlocal_swap, 3, 56},
            {"box_local_swap", box, in_3d, Moves::local_swap, 3, 56},
            {"box_flip", box, in_3d, Moves::flip, 3, 256},
            {"torus_nonlocal_swap", torus, canonical, Moves::nonlocal_swap, 4, 126},
            {"torus_local_swap", torus, canonical, Moves::local_swap, 4, 126}};
}

INSTANTIATE_TEST_SUITE_P(statistical, TinyCore, ::testing::ValuesIn(cases()),
                         [](const ::testing::TestParamInfo<Case>& which) { return which.param.name; });

}  // namespace
}  // namespace misfit
