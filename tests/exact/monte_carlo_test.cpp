#include "misfit/engine/monte_carlo.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <hwy/targets.h>
#include <numeric>
#include <random>
#include <string>

#include "misfit/base/error.hpp"
#include "misfit/engine/attempt_kernels.hpp"
#include "misfit/model/drift.hpp"
#include "reference/monte_carlo.hpp"
#include "support/systems.hpp"

// Whole chains against the plain Monte Carlo with the same random numbers.
namespace misfit {
namespace {

using support::box;
using support::hexagon;
using support::periodic;

std::uint64_t accepted(const State& state) {
    return std::accumulate(state.events.begin(), state.events.end(), std::uint64_t{0});
}

State arbitrary_state(const Hamiltonian& hamiltonian, std::uint32_t seed) {
    return make_state(hamiltonian, support::random_sigma(hamiltonian.crystal().size(), 0.45, seed),
                      {seed, 3, 0, Stream::monte_carlo_move});
}

std::string name_of(Moves moves) {
    if (moves == Moves::nonlocal_swap) return "nonlocal_swap";
    return moves == Moves::local_swap ? "local_swap" : "flip";
}

struct System {
    std::string name;
    std::shared_ptr<const Crystal> crystal;
    ModelParameters model;
    int attempts;
};

class EveryChain : public ::testing::TestWithParam<std::tuple<System, Moves>> {
protected:
    const System& system() const { return std::get<0>(GetParam()); }
    Moves moves() const { return std::get<1>(GetParam()); }
};

// Calls of 1, 2, ... 50 attempts: odd and even starts, with and without whole vectors of attempts.
TEST_P(EveryChain, is_that_of_the_plain_monte_carlo_attempt_by_attempt) {
    const Hamiltonian hamiltonian = support::make_hamiltonian(system().crystal, system().model);
    const reference::Model slow(*system().crystal, system().model);
    MonteCarlo engine(hamiltonian, moves());
    State state = arbitrary_state(hamiltonian, 11);
    std::vector<Spin> sigma = state.sigma;
    std::uint64_t n = 0;
    std::uint64_t made = 0;
    for (int call = 0; n < static_cast<std::uint64_t>(system().attempts); ++call) {
        const std::uint64_t attempts = 1 + static_cast<std::uint64_t>(call % 50);
        for (const std::uint64_t end = n + attempts; n < end; ++n)
            if (reference::make_attempt(slow, moves(), state.random, n, sigma)) ++made;
        engine.advance(state, attempts);
        ASSERT_EQ(state.sigma, sigma) << "after " << n << " attempts";
        ASSERT_EQ(accepted(state), made);
        ASSERT_EQ(state.step, n);
        ASSERT_EQ(state.count_A, std::ranges::count(sigma, Spin{1}));
    }
    EXPECT_GT(made, 0U);
}

const ModelParameters warm = {.kT = 0.5, .epsilon = 1.0, .J = 0.0, .delta_mu = -0.7};
const ModelParameters cold = {.kT = 0.01, .epsilon = 1.0, .J = 0.0, .delta_mu = 0.3};
const ModelParameters hot = {.kT = 80.0, .epsilon = 1.3, .J = 0.1, .delta_mu = -0.7};
const ModelParameters attracting = {.kT = 0.6, .epsilon = 0.7, .J = 0.3, .delta_mu = 0.4};
const ModelParameters repelling = {.kT = 0.4, .epsilon = 1.0, .J = -0.4, .delta_mu = -0.2};
const ModelParameters ising = {.kT = 2.5, .epsilon = 0.0, .J = 1.0, .delta_mu = 0.5};
const ModelParameters antiferromagnet = {.kT = 0.7, .epsilon = 0.0, .J = -1.0, .delta_mu = 0.0};

INSTANTIATE_TEST_SUITE_P(
    monte_carlo, EveryChain,
    ::testing::Combine(
        ::testing::Values(System{"hexagon_2_soft_shell", hexagon(2, {1, 1.0}), warm, 4000},
                          System{"hexagon_2_stiff_shell", hexagon(2, {1, 17.0}), warm, 4000},
                          System{"hexagon_3_stiff_shell", hexagon(3, {1, 17.0}), cold, 3000},
                          System{"hexagon_3_two_layers", hexagon(3, {2, 17.0}), warm, 3000},
                          System{"hexagon_3_repelling", hexagon(3, {2, 1.0}), repelling, 2500},
                          System{"hexagon_4", hexagon(4), attracting, 3000},
                          System{"hexagon_4_hot", hexagon(4), hot, 3000},
                          System{"hexagon_5_cold", hexagon(5), cold, 2500},
                          System{"box_shell", box(3, 2, 2, {1, 3.0}), attracting, 2500},
                          System{"box_repelling", box(3, 3, 3), repelling, 2500},
                          System{"box_hot", box(2, 2, 2, {1, 17.0}), hot, 2500},
                          System{"periodic_parallelogram", periodic(Parallelogram{{5, 4}}), warm, 4000},
                          System{"periodic_box", periodic(Box{{3, 4, 3}}), attracting, 3000},
                          System{"ising", hexagon(3, {1, 1.0}), ising, 3000},
                          System{"antiferromagnet", periodic(Parallelogram{{3, 6}}), antiferromagnet, 4000}),
        ::testing::Values(Moves::nonlocal_swap, Moves::local_swap, Moves::flip)),
    [](const auto& which) {
        return std::get<0>(which.param).name + "_" + name_of(std::get<1>(which.param));
    });

class EveryMove : public ::testing::TestWithParam<Moves> {};
INSTANTIATE_TEST_SUITE_P(monte_carlo, EveryMove,
                         ::testing::Values(Moves::nonlocal_swap, Moves::local_swap, Moves::flip),
                         [](const ::testing::TestParamInfo<Moves>& which) { return name_of(which.param); });

TEST_P(EveryMove, a_chain_does_not_depend_on_where_it_is_cut) {
    const ModelParameters lively = {.kT = 1.0, .epsilon = 1.0, .J = 0.1, .delta_mu = -0.3};
    const Hamiltonian hamiltonian = support::make_hamiltonian(hexagon(4, {1, 5.0}), lively);
    MonteCarlo engine(hamiltonian, GetParam());
    constexpr std::uint64_t attempts = 60'000;  // many batches of 512
    State whole = arbitrary_state(hamiltonian, 5);
    engine.advance(whole, attempts);
    ASSERT_GT(accepted(whole), refresh_interval(hamiltonian.crystal().size()))
        << "too short to see phi recomputed";
    State cut = arbitrary_state(hamiltonian, 5);
    engine.advance(cut, 0);
    for (std::uint64_t call = 0; cut.step < attempts; ++call) {
        MonteCarlo another(engine);  // nothing that an engine remembers matters
        another.advance(cut, std::min(attempts - cut.step, (call * 37) % 1500));
    }
    EXPECT_EQ(cut, whole);
}

TEST_P(EveryMove, leaves_the_shell_alone_and_swaps_conserve_composition) {
    const Moves moves = GetParam();
    for (const auto& crystal : {hexagon(4, {2, 3.0}), box(3, 3, 3, {1, 3.0})}) {
        const ModelParameters lively = {.kT = 3.0, .epsilon = 1.0, .J = 0.1, .delta_mu = -0.3};
        const Hamiltonian hamiltonian = support::make_hamiltonian(crystal, lively);
        MonteCarlo engine(hamiltonian, moves);
        EXPECT_EQ(static_cast<std::size_t>(engine.core_size()), core_sites(*crystal).size());
        const State start = arbitrary_state(hamiltonian, 7);
        State state = start;
        bool changed = false;
        for (int call = 0; call < 50; ++call) {
            engine.advance(state, 200);
            const Site A = static_cast<Site>(std::ranges::count(state.sigma, Spin{1}));
            ASSERT_EQ(A, state.count_A);
            if (moves != Moves::flip) {
                ASSERT_EQ(A, start.count_A);
            }
            changed = changed || A != start.count_A;
            for (Site site = 0; site < crystal->size(); ++site) {
                const auto k = static_cast<std::size_t>(site);
                if (crystal->is_shell(site)) {
                    ASSERT_EQ(state.sigma[k], start.sigma[k]);
                }
            }
        }
        EXPECT_EQ(changed, moves == Moves::flip);
    }
}

/// Events of each kind, in the order of EventKind.
TEST_P(EveryMove, counts_what_it_accepts_by_kind) {
    const Hamiltonian hamiltonian =
        support::make_hamiltonian(box(3, 3, 3), {.kT = 20.0, .epsilon = 1.0, .J = 0.0, .delta_mu = 0.0});
    MonteCarlo engine(hamiltonian, GetParam());
    State state = arbitrary_state(hamiltonian, 2);
    std::array<std::uint64_t, event_kinds> expected = {};
    for (int k = 0; k < 3000; ++k) {
        const State before = state;
        engine.advance(state, 1);
        std::vector<Site> changed;
        for (std::size_t site = 0; site < state.sigma.size(); ++site)
            if (state.sigma[site] != before.sigma[site]) changed.push_back(static_cast<Site>(site));
        if (changed.empty()) continue;
        ASSERT_EQ(changed.size(), GetParam() == Moves::flip ? 1U : 2U);
        EventKind kind = EventKind::swap_nonlocal;
        if (GetParam() == Moves::flip)
            kind = state.count_A < before.count_A ? EventKind::exchange_A_to_B : EventKind::exchange_B_to_A;
        if (GetParam() == Moves::local_swap)
            kind = are_nearest(hamiltonian.crystal(), changed[0], changed[1]) ? EventKind::swap_nearest
                                                                              : EventKind::swap_next_nearest;
        ++expected[static_cast<std::size_t>(kind)];
    }
    EXPECT_EQ(state.events, expected);
    EXPECT_GT(accepted(state), 500U);
}

// A phi of some units gains about 1e-16 a move, some 1e-14 between two recomputations.
TEST_P(EveryMove, keeps_phi_to_1e_minus_11_and_records_the_deviation_when_it_is_recomputed) {
    const Hamiltonian hamiltonian = support::make_hamiltonian(
        hexagon(4, {1, 17.0}), {.kT = 5.0, .epsilon = 1.0, .J = 0.0, .delta_mu = 0.0});
    MonteCarlo engine(hamiltonian, GetParam());
    const auto advance_to = [&](State& state, std::uint64_t moves) {
        while (accepted(state) < moves) engine.advance(state, 1);
    };
    State state = arbitrary_state(hamiltonian, 9);
    advance_to(state, refresh_interval(hamiltonian.crystal().size()) - 1);
    EXPECT_EQ(state.phi_deviation, 0.0);
    advance_to(state, refresh_interval(hamiltonian.crystal().size()));
    EXPECT_GT(state.phi_deviation, 0.0);
    EXPECT_LT(state.phi_deviation, 1e-11);
    EXPECT_EQ(state.phi, compute_phi(hamiltonian, state.sigma)) << "not computed afresh";
    engine.advance(state, 50'000);
    const AlignedVector<double> fresh = compute_phi(hamiltonian, state.sigma);
    for (std::size_t j = 0; j < fresh.size(); ++j) ASSERT_NEAR(state.phi[j], fresh[j], 1e-11);

    State wrong = arbitrary_state(hamiltonian, 9);
    for (double& phi : wrong.phi) phi += 5e-9;  // less than phi_tolerance()
    advance_to(wrong, refresh_interval(hamiltonian.crystal().size()));
    EXPECT_NEAR(wrong.phi_deviation, 5e-9, 1e-12);
}

TEST(monte_carlo, needs_a_core_of_two_sites) {
    const auto crystal = std::make_shared<const Crystal>(
        triangular_lattice(),
        std::vector<LatticePoint>{
            {0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {-1, 1, 0}, {-1, 0, 0}, {0, -1, 0}, {1, -1, 0}},
        "one site in a ring", Shell{1, 1.0});
    const Hamiltonian hamiltonian = support::make_hamiltonian(crystal, warm);
    EXPECT_THROW(MonteCarlo(hamiltonian, Moves::nonlocal_swap), Error);
}

/// Restores the choice of the instruction set, whatever a test tried.
class AttemptKernels : public testing::Test {
public:
    ~AttemptKernels() override { hwy::SetSupportedTargetsForTest(0); }
};

TEST_F(AttemptKernels, of_all_instruction_sets_give_the_same_chain) {
    const std::vector<std::int64_t> targets = hwy::SupportedAndGeneratedTargets();
    ASSERT_GT(targets.size(), 1U) << "nothing to compare";
    for (const auto& crystal : {hexagon(5, {1, 7.0}), box(3, 4, 3)})
        for (const Moves moves : {Moves::nonlocal_swap, Moves::local_swap, Moves::flip}) {
            const Hamiltonian hamiltonian =
                support::make_hamiltonian(crystal, {.kT = 0.8, .epsilon = 1.0, .J = 0.05, .delta_mu = -0.4});
            const auto chain = [&](std::int64_t target) {
                hwy::SetSupportedTargetsForTest(target);
                MonteCarlo engine(hamiltonian, moves);
                State state = arbitrary_state(hamiltonian, 21);
                engine.advance(state, 20'000);
                return state;
            };
            const State expected = chain(targets.front());
            for (const std::int64_t target : targets) {
                const State found = chain(target);
                EXPECT_EQ(found.sigma, expected.sigma) << hwy::TargetName(target);
                EXPECT_EQ(found.events, expected.events) << hwy::TargetName(target);
            }
        }
}

/// Everything that first_candidate is called with.
struct Attempts {
    std::vector<std::uint64_t> words;
    AlignedVector<double> scores;
    double separation;
    double threshold;
    double margin;

    std::size_t count() const { return words.size() / 2; }
    SwapAttempts view() const {
        return {words, static_cast<std::uint32_t>(scores.size()), scores.data(), separation, threshold,
                margin};
    }
    /// All attempts that are handed over, each looked for from behind the one before.
    std::vector<bool> candidates() const {
        std::vector<bool> found(count(), false);
        for (std::size_t k = first_candidate(view(), 0); k < count(); k = first_candidate(view(), k + 1))
            found[k] = true;
        return found;
    }
};

std::vector<std::uint64_t> random_pairs(std::size_t count, std::uint32_t seed) {
    std::mt19937_64 generator(seed);
    std::vector<std::uint64_t> words(2 * count);
    for (std::uint64_t& word : words) word = generator();
    return words;
}

// Against the rule itself: unlike species, and f_i + f_j >= e threshold - margin with the binary exponent e
// of u. Attempts that do not fill a vector, seven at most, all go to the caller.
TEST_F(AttemptKernels, hand_over_just_the_attempts_that_pass_the_bound) {
    std::mt19937_64 generator(3);
    for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
        hwy::SetSupportedTargetsForTest(target);
        for (const std::uint32_t sites : {2U, 3U, 7U, 721U, 100'003U}) {
            Attempts attempts = {random_pairs(20'000, sites), {}, 1024.0, 0.05, 1e-9};
            // Small u, which are rare: their exponents are read off too.
            for (std::size_t k = 0; k < attempts.count(); k += 3) attempts.words[2 * k + 1] >>= k % 64;
            std::uniform_real_distribution<double> score(-1.5, 0.3);
            std::vector<bool> is_A;
            for (std::uint32_t site = 0; site < sites; ++site) {
                is_A.push_back(site % 2 == 0);
                attempts.scores.push_back(score(generator) +
                                          (is_A.back() ? attempts.separation : -attempts.separation));
            }
            const std::vector<bool> found = attempts.candidates();
            std::size_t kept = 0;
            for (std::size_t k = 0; k < attempts.count(); ++k) {
                const std::uint64_t word = attempts.words[2 * k];
                const auto i = static_cast<std::size_t>((word >> 32) * sites >> 32);
                auto j = static_cast<std::size_t>((word & 0xFFFFFFFFU) * (sites - 1) >> 32);
                if (j >= i) ++j;
                const double u = (static_cast<double>(attempts.words[2 * k + 1] >> 12) + 0.5) / 0x1p52;
                const double least = std::ilogb(u) * attempts.threshold - attempts.margin;
                const bool passes = is_A[i] != is_A[j] && attempts.scores[i] + attempts.scores[j] >= least;
                if (passes) ++kept;
                const bool exact = k + 7 < attempts.count() && target != HWY_SCALAR;
                ASSERT_TRUE(exact ? found[k] == passes : found[k] >= passes)
                    << hwy::TargetName(target) << ", " << sites << " sites, attempt " << k;
                const SwapAttempt read = read_swap_attempt(word, attempts.words[2 * k + 1], sites);
                ASSERT_EQ(read.first, i);
                ASSERT_EQ(read.second, j);
                ASSERT_EQ(read.uniform, u);
            }
            EXPECT_GT(kept, 0U);
        }
    }
}

/// The attempts on a state, scored as SwapAttempts says, with the bound written out.
Attempts attempts_on(const Hamiltonian& hamiltonian, const State& state, std::size_t count) {
    const Crystal& crystal = hamiltonian.crystal();
    Attempts attempts = {random_pairs(count, 8), {}, 65536.0, 0.0, 1e-9};
    attempts.threshold = 0.5 * hamiltonian.model().kT * std::log(2.0);
    const double J = hamiltonian.model().J;
    for (const Site i : core_sites(crystal)) {
        double bound = -1e300;
        for (const Site j : core_sites(crystal))
            if (j != i) bound = std::max(bound, hamiltonian.V(i, j) - (are_nearest(crystal, i, j) ? J : 0.0));
        const auto k = static_cast<std::size_t>(i);
        const double s =
            state.sigma[k] * (state.phi[k] - J * neighbor_sum(crystal, state.sigma, i)) - hamiltonian.V(i, i);
        attempts.scores.push_back(s + bound + state.sigma[k] * attempts.separation);
    }
    return attempts;
}

TEST_F(AttemptKernels, skip_most_of_a_cold_core_and_nothing_that_the_exact_rule_accepts) {
    for (const double J : {0.0, 0.2, -0.2})
        for (const double kT : {0.1, 0.5, 5.0}) {
            const Hamiltonian hamiltonian = support::make_hamiltonian(
                hexagon(6, {1, 10.0}), {.kT = kT, .epsilon = 1.0, .J = J, .delta_mu = 0.0});
            State state = arbitrary_state(hamiltonian, 13);
            MonteCarlo(hamiltonian, Moves::nonlocal_swap).advance(state, 50'000);
            state.phi = compute_phi(hamiltonian, state.sigma);
            const Attempts attempts = attempts_on(hamiltonian, state, 100'000);
            const std::vector<bool> found = attempts.candidates();
            const std::vector<Site> core = core_sites(hamiltonian.crystal());
            std::size_t taken = 0;
            std::size_t handed_over = 0;
            for (std::size_t k = 0; k < attempts.count(); ++k) {
                if (found[k]) ++handed_over;
                const SwapAttempt pick = read_swap_attempt(attempts.words[2 * k], attempts.words[2 * k + 1],
                                                           static_cast<std::uint32_t>(core.size()));
                const Site i = core[pick.first];
                const Site j = core[pick.second];
                if (state.sigma[static_cast<std::size_t>(i)] == state.sigma[static_cast<std::size_t>(j)])
                    continue;
                const double change = swap_energy(hamiltonian, state, i, j);
                if (pick.uniform >= std::exp(-change / kT)) continue;
                ++taken;
                ASSERT_TRUE(found[k]) << "kT " << kT << ", J " << J << ", attempt " << k;
            }
            EXPECT_GE(handed_over, taken);
            if (kT == 0.1) {
                EXPECT_LT(handed_over, attempts.count() / 20);
            }
            if (kT == 5.0) {
                EXPECT_GT(taken, attempts.count() / 10);
            }
        }
}

}  // namespace
}  // namespace misfit
