#include "misfit/unit/kmc_stage.hpp"
#include "misfit/measure/observables.hpp"

#include <gtest/gtest.h>

#include "support/ensemble.hpp"
#include "support/systems.hpp"

namespace misfit {
namespace {

const ModelParameters model = {.kT = 0.5, .epsilon = 1.0, .J = 0.1, .delta_mu = -4.0};

TEST(pack_sigma, puts_site_j_into_bit_j_and_unpacks_to_the_same) {
    for (const Site size : {1, 7, 8, 9, 271}) {
        const std::vector<Spin> sigma = support::random_sigma(size, 0.5, static_cast<std::uint32_t>(size));
        std::vector<std::uint8_t> bits = {0xAB};  // what was there stays
        pack_sigma(sigma, bits);
        ASSERT_EQ(bits.size(), 1U + static_cast<std::size_t>((size + 7) / 8));
        EXPECT_EQ(bits[0], 0xAB);
        for (std::size_t j = 0; j < sigma.size(); ++j)
            EXPECT_EQ((bits[1 + j / 8] >> (j % 8)) & 1, sigma[j] > 0 ? 1 : 0);
        std::vector<Spin> back(sigma.size());
        unpack_sigma(std::span(bits).subspan(1), back);
        EXPECT_EQ(back, sigma);
    }
}

TEST(initial_state, is_all_A_at_time_zero_with_the_stream_of_its_unit) {
    const Hamiltonian hamiltonian = support::make_hamiltonian(support::hexagon(3), model);
    const State state = initial_state(hamiltonian, 2021, 17);
    EXPECT_EQ(state.sigma, std::vector<Spin>(19, Spin{1}));
    EXPECT_EQ(state.composition(), 1.0);
    EXPECT_EQ(state.time, 0.0);
    EXPECT_EQ(state.random.seed, 2021U);
    EXPECT_EQ(state.random.unit, 17U);
}

/// When a trajectory of one stage is measured.
struct Due {
    std::vector<double> scalars;
    std::vector<double> sigma;
};

/// Runs one trajectory through a stage with calls of `budget` events each.
Trajectory run_one(const Hamiltonian& hamiltonian, const KmcParameters& kmc, const Due& due,
                   std::uint64_t budget) {
    std::vector<StageModel> stages;
    stages.emplace_back(
        KmcStage{Kmc(hamiltonian, kmc), make_observables(hamiltonian), due.scalars, due.sigma});
    return trajectory_of(support::run_through(stages, initial_state(hamiltonian, 9, 2), budget));
}

TEST(kmc_stage, records_the_same_however_it_is_cut) {
    const Hamiltonian hamiltonian = support::make_hamiltonian(support::hexagon(3), model);
    const KmcParameters kmc = {.t_end = 20.0};
    const Due due = {.scalars = {0.0, 1e-6, 0.1, 5.0, 20.0}, .sigma = {0.0, 0.1, 2.0, 20.0}};
    const Trajectory whole = run_one(hamiltonian, kmc, due, std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(whole.samples, 5U);
    EXPECT_EQ(whole.frames, 4U);
    EXPECT_EQ(whole.stop(), Stop::until);
    EXPECT_EQ(whole.end_time(), 20.0);
    for (const std::uint64_t budget : {1ULL, 7ULL, 100ULL})
        EXPECT_EQ(run_one(hamiltonian, kmc, due, budget), whole) << "budget " << budget;
}

TEST(kmc_stage, takes_every_sample_with_the_state_before_the_crossing_event) {
    const Hamiltonian hamiltonian = support::make_hamiltonian(support::hexagon(3), model);
    const KmcParameters kmc = {.t_end = 5.0};
    // Event times and compositions, one event at a time.
    Kmc engine(hamiltonian, kmc);
    State state = initial_state(hamiltonian, 9, 2);
    std::vector<double> times = {0.0};
    std::vector<std::vector<Spin>> states = {state.sigma};
    for (std::uint64_t step = 1; engine.advance(state, kmc.t_end, 1), state.step == step; ++step) {
        times.push_back(state.time);
        states.push_back(state.sigma);
    }
    ASSERT_GT(times.size(), 20U);
    // Due times just before and just after each event.
    Due due;
    std::vector<std::size_t> expected;
    for (std::size_t k = 1; k < times.size(); ++k) {
        const double next = k + 1 < times.size() ? times[k + 1] : kmc.t_end;
        const double before = times[k] - 1e-3 * (times[k] - times[k - 1]);
        const double after = times[k] + 1e-3 * (next - times[k]);
        // Short waits are lost in the digits of the time.
        if (!(before > times[k - 1] && before < times[k] && after > times[k] && after < next)) continue;
        due.scalars.insert(due.scalars.end(), {before, after});
        expected.insert(expected.end(), {k - 1, k});
    }
    due.sigma = due.scalars;
    ASSERT_GT(expected.size(), 20U);
    const Trajectory trajectory = run_one(hamiltonian, kmc, due, 13);
    ASSERT_EQ(trajectory.samples, expected.size());
    ASSERT_EQ(trajectory.frames, expected.size());
    const std::size_t columns = trajectory.scalars.size() / expected.size();
    for (std::size_t k = 0; k < expected.size(); ++k) {
        std::vector<Spin> frame(19);
        unpack_sigma(std::span(trajectory.sigma).subspan(3 * k, 3), frame);
        EXPECT_EQ(frame, states[expected[k]]) << "due time " << due.sigma[k];
        double A = 0.0;
        for (const Spin spin : states[expected[k]]) A += spin > 0 ? 1.0 : 0.0;
        EXPECT_DOUBLE_EQ(trajectory.scalars[k * columns], A / 19.0);
    }
}

TEST(kmc_stage, holds_the_last_state_in_all_samples_after_its_end) {
    const Hamiltonian hamiltonian = support::make_hamiltonian(support::hexagon(3), model);
    const KmcParameters kmc = {.t_end = 1e6, .stop_at_composition = 0.5};
    const Due due = {.scalars = {0.0, 1e5, 9e5, 1e6}, .sigma = {0.0, 1e5, 1e6}};
    const Trajectory trajectory = run_one(hamiltonian, kmc, due, 50);
    EXPECT_EQ(trajectory.stop(), Stop::composition);
    EXPECT_LT(trajectory.end_time(), 1e5);
    ASSERT_EQ(trajectory.samples, 4U);
    ASSERT_EQ(trajectory.frames, 3U);
    const std::size_t columns = trajectory.scalars.size() / 4;
    for (std::size_t sample = 1; sample < 4; ++sample)
        EXPECT_DOUBLE_EQ(trajectory.scalars[sample * columns], 9.0 / 19.0);
    std::vector<Spin> first(19);
    std::vector<Spin> last(19);
    unpack_sigma(std::span(trajectory.sigma).subspan(3, 3), first);
    unpack_sigma(std::span(trajectory.sigma).subspan(6, 3), last);
    EXPECT_EQ(first, last);
}

TEST(kmc_stage, counts_every_event_by_kind) {
    const Hamiltonian hamiltonian = support::make_hamiltonian(
        support::box(3, 3, 3), {.kT = 2.0, .epsilon = 1.0, .J = 0.0, .delta_mu = -5.0});
    const Trajectory trajectory = run_one(hamiltonian, {.t_end = 5.0}, {.scalars = {5.0}, .sigma = {}}, 1000);
    std::uint64_t sum = 0;
    for (const std::uint64_t count : trajectory.events) {
        EXPECT_GT(count, 0U);
        sum += count;
    }
    EXPECT_EQ(sum, trajectory.steps());
    const double lost = static_cast<double>(trajectory.events[0]) - static_cast<double>(trajectory.events[1]);
    EXPECT_DOUBLE_EQ(trajectory.scalars[0], (27.0 - lost) / 27.0);
    EXPECT_LT(trajectory.phi_deviation, 1e-10);
    EXPECT_LT(trajectory.energy_deviation, 1e-9);
}

}  // namespace
}  // namespace misfit
