#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

#include "misfit/engine/kmc.hpp"
#include "reference/kmc.hpp"
#include "support/statistics.hpp"
#include "support/systems.hpp"

// The next event of one state, drawn many times.
namespace misfit {
namespace {

constexpr std::uint32_t draws = 200'000;
constexpr double alpha = 1e-6;

struct Draws {
    std::vector<double> waiting_times;
    std::vector<std::size_t> events;  ///< index into the plain list
    std::vector<KmcEvent> list;
    double total = 0.0;
};

Draws draw(const std::shared_ptr<const Crystal>& crystal, RateRule rule) {
    const ModelParameters model = {.kT = 1.2, .epsilon = 1.0, .J = 0.2, .delta_mu = -1.0};
    const Hamiltonian hamiltonian = support::make_hamiltonian(crystal, model);
    const State start =
        make_state(hamiltonian, support::random_sigma(crystal->size(), 0.6, 8), support::stream(77));
    KmcParameters kmc;
    kmc.rates = rule;
    Kmc engine(hamiltonian, kmc);
    Draws result;
    result.list = reference::events({*crystal, model}, kmc, start.sigma);
    std::vector<std::vector<Spin>> outcomes;
    for (const KmcEvent& event : result.list) {
        result.total += event.rate;
        outcomes.push_back(reference::after(event, start.sigma));
    }
    for (std::uint32_t unit = 0; unit < draws; ++unit) {
        State state = start;
        state.random.unit = unit;
        engine.advance(state, std::numeric_limits<double>::max(), 1);
        result.waiting_times.push_back(state.time);
        result.events.push_back(
            static_cast<std::size_t>(std::ranges::find(outcomes, state.sigma) - outcomes.begin()));
    }
    return result;
}

class OneEvent : public ::testing::TestWithParam<RateRule> {
protected:
    static std::vector<Draws> all() {
        return {draw(support::hexagon(4), GetParam()), draw(support::box(3, 3, 3), GetParam())};
    }
};

// Null: event e is chosen with probability rate_e / total. Chi-square. False alarms: 4 x 1e-6. A rate wrong
// by 25 % in an event of one per cent is seen with probability 0.99.
TEST_P(OneEvent, is_chosen_in_proportion_to_its_rate) {
    for (const Draws& drawn : all()) {
        std::vector<double> counts(drawn.list.size(), 0.0);
        std::vector<double> expected;
        for (const std::size_t event : drawn.events) counts.at(event) += 1.0;
        for (const KmcEvent& event : drawn.list) expected.push_back(draws * event.rate / drawn.total);
        EXPECT_GT(support::chi_square_p(counts, expected), alpha);
    }
}

// Null: waiting times are exponential with mean 1/total. Kolmogorov-Smirnov. False alarms: 4 x 1e-6. A total
// wrong by 3 % is seen with probability 0.99.
TEST_P(OneEvent, comes_after_an_exponential_waiting_time) {
    for (const Draws& drawn : all()) {
        const auto cumulative = [&](double t) { return 1.0 - std::exp(-drawn.total * t); };
        EXPECT_GT(support::kolmogorov_p(drawn.waiting_times, cumulative), alpha);
    }
}

// Null: the choice does not depend on the waiting time. Chi-square of the events after waits longer than
// the median. False alarms: 4 x 1e-6. Sees one random number used for both with certainty.
TEST_P(OneEvent, is_chosen_independently_of_the_waiting_time) {
    for (const Draws& drawn : all()) {
        const double median = std::log(2.0) / drawn.total;
        std::vector<double> counts(drawn.list.size(), 0.0);
        double late = 0.0;
        for (std::size_t k = 0; k < drawn.events.size(); ++k)
            if (drawn.waiting_times[k] > median) {
                counts.at(drawn.events[k]) += 1.0;
                late += 1.0;
            }
        std::vector<double> expected;
        for (const KmcEvent& event : drawn.list) expected.push_back(late * event.rate / drawn.total);
        EXPECT_GT(support::chi_square_p(counts, expected), alpha);
    }
}

INSTANTIATE_TEST_SUITE_P(statistical, OneEvent, ::testing::Values(RateRule::exact, RateRule::published),
                         [](const ::testing::TestParamInfo<RateRule>& which) {
                             return which.param == RateRule::exact ? "exact" : "published";
                         });

}  // namespace
}  // namespace misfit
