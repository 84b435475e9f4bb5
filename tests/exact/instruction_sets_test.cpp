#include <gtest/gtest.h>
#include <hwy/targets.h>
#include <vector>

#include "misfit/unit/arithmetic.hpp"
#include "misfit/unit/kmc_stage.hpp"
#include "support/systems.hpp"

namespace misfit {
namespace {

/// Restores the choice of the instruction set, whatever a test tried.
class InstructionSets : public testing::Test {
public:
    ~InstructionSets() override { hwy::SetSupportedTargetsForTest(0); }

protected:
    /// One bit each: those that this processor has, best first.
    static std::vector<std::int64_t> available() {
        std::vector<std::int64_t> targets;
        for (std::int64_t bits = hwy::SupportedTargets(); bits != 0; bits &= bits - 1)
            targets.push_back(bits & -bits);
        return targets;
    }

    /// States of a trajectory at some of its events.
    static std::vector<State> trajectory(const std::shared_ptr<const Crystal>& crystal,
                                         const ModelParameters& model, RateRule rates) {
        const Hamiltonian hamiltonian = support::make_hamiltonian(crystal, model);
        KmcParameters parameters;
        parameters.rates = rates;
        Kmc kmc(hamiltonian, parameters);
        State state = initial_state(hamiltonian, 5, 0);
        std::vector<State> states;
        for (int k = 0; k < 40; ++k) {
            kmc.advance(state, parameters.t_end, 10);
            states.push_back(state);
        }
        return states;
    }
};

TEST_F(InstructionSets, give_the_same_events_and_times_to_1e_minus_9) {
    const std::vector<std::int64_t> targets = available();
    ASSERT_GT(targets.size(), 1U) << "nothing to compare";
    struct Case {
        std::shared_ptr<const Crystal> crystal;
        ModelParameters model;
    };
    const std::vector<Case> cases = {
        {support::hexagon(6), {.kT = 0.3, .epsilon = 1.0, .J = 0.05, .delta_mu = -3.0}},
        {support::box(4, 3, 5), {.kT = 1.5, .epsilon = 1.0, .J = 0.1, .delta_mu = -20.0}},
    };
    for (const Case& each : cases)
        for (const RateRule rates : {RateRule::exact, RateRule::published}) {
            hwy::SetSupportedTargetsForTest(targets.front());
            const std::vector<State> expected = trajectory(each.crystal, each.model, rates);
            for (const std::int64_t target : targets) {
                hwy::SetSupportedTargetsForTest(target);
                const std::vector<State> found = trajectory(each.crystal, each.model, rates);
                for (std::size_t k = 0; k < found.size(); ++k) {
                    ASSERT_EQ(found[k].sigma, expected[k].sigma) << hwy::TargetName(target);
                    ASSERT_EQ(found[k].step, expected[k].step) << hwy::TargetName(target);
                    ASSERT_NEAR(found[k].time, expected[k].time, 1e-9 * expected[k].time)
                        << hwy::TargetName(target);
                }
            }
        }
}

TEST_F(InstructionSets, that_round_otherwise_have_another_fingerprint) {
    const std::vector<std::int64_t> targets = available();
    ASSERT_GT(targets.size(), 1U) << "nothing to compare";
    const auto fingerprint_of = [](std::int64_t target) {
        hwy::SetSupportedTargetsForTest(target);
        return arithmetic();
    };
    const auto last_digits_of = [&](std::int64_t target) {
        hwy::SetSupportedTargetsForTest(target);
        return trajectory(support::hexagon(6), {.kT = 0.3, .epsilon = 1.0, .J = 0.05, .delta_mu = -3.0},
                          RateRule::exact);
    };
    bool any = false;
    for (const std::int64_t target : targets) {
        EXPECT_EQ(fingerprint_of(target), fingerprint_of(target)) << hwy::TargetName(target);
        if (last_digits_of(target) == last_digits_of(targets.front())) continue;
        any = true;
        EXPECT_NE(fingerprint_of(target), fingerprint_of(targets.front())) << hwy::TargetName(target);
    }
    EXPECT_TRUE(any) << "no two sets round otherwise: nothing was tested";
}

}  // namespace
}  // namespace misfit
