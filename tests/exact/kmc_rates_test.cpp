#include <array>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "misfit/base/error.hpp"
#include "misfit/engine/kmc.hpp"
#include "misfit/unit/kmc_stage.hpp"
#include "reference/kmc.hpp"
#include "support/engines.hpp"
#include "support/runs.hpp"
#include "support/systems.hpp"

// The engine's events and rates against the plain ones, and against detailed balance.
namespace misfit {
namespace {

using support::box;
using support::EngineCase;
using support::hexagon;

struct Case {
    std::string name;
    ModelParameters model;
    double exchange_rate;
    double diffusion_rate;
};

void expect_reference_events(const std::shared_ptr<const Crystal>& crystal, const ModelParameters& model,
                             const KmcParameters& kmc, int states, const EngineCase& which) {
    const Hamiltonian hamiltonian = support::make_hamiltonian(crystal, model, which.elastic);
    const reference::Model slow(*crystal, model);
    const support::Engine engine = support::make_engine(which.engine, hamiltonian, kmc);
    // What a solution of the springs loses grows with the softest motion: the listed sites have one. The
    // energy of a swap holds two phi twice and eight times an element of V, half of it is in the exponent.
    const double tolerance = (which.elastic == ElasticKind::blocks ? 1e-11 : 1e-12) +
                             6.0 * model.beta() * support::rounding_of_phi(hamiltonian);
    for (int k = 0; k < states; ++k) {
        const double fraction_A = (k + 0.5) / states;
        const std::vector<Spin> sigma =
            support::random_sigma(crystal->size(), fraction_A, static_cast<std::uint32_t>(k));
        const std::vector<KmcEvent> found = engine.events(make_state(hamiltonian, sigma, support::stream(1)));
        const std::vector<KmcEvent> expected = reference::events(slow, kmc, sigma);
        ASSERT_EQ(found.size(), expected.size());
        for (std::size_t e = 0; e < found.size(); ++e) {
            EXPECT_EQ(found[e].kind, expected[e].kind);
            EXPECT_EQ(found[e].first, expected[e].first);
            EXPECT_EQ(found[e].second, expected[e].second);
            EXPECT_NEAR(found[e].rate / expected[e].rate, 1.0, tolerance)
                << "state " << k << ", event " << e << " at site " << expected[e].first << ", "
                << expected[e].second;
        }
    }
}

using RateCase = std::tuple<RateRule, EngineCase, Case>;

/// Every term alone and together, bare rates equal and not, by both rate rules, every engine, and V held in
/// every way.
class EveryRate : public ::testing::TestWithParam<RateCase> {
protected:
    KmcParameters kmc() const {
        KmcParameters parameters;
        parameters.rates = std::get<RateRule>(GetParam());
        parameters.exchange_rate = std::get<Case>(GetParam()).exchange_rate;
        parameters.diffusion_rate = std::get<Case>(GetParam()).diffusion_rate;
        return parameters;
    }
    void expect_reference_events(const std::shared_ptr<const Crystal>& crystal, const KmcParameters& kmc,
                                 int states) const {
        misfit::expect_reference_events(crystal, std::get<Case>(GetParam()).model, kmc, states,
                                        std::get<EngineCase>(GetParam()));
    }
};
TEST_P(EveryRate, equals_the_reference_on_hexagons) {
    expect_reference_events(hexagon(2), kmc(), 20);
    expect_reference_events(hexagon(4), kmc(), 10);
}

TEST_P(EveryRate, equals_the_reference_on_boxes) {
    expect_reference_events(box(3, 3, 3), kmc(), 6);
    expect_reference_events(box(2, 4, 3), kmc(), 6);
}

// Rows of unequal length, and one with a gap: distances to neighbours change along the site order.
TEST_P(EveryRate, equals_the_reference_on_discs_spheres_and_listed_sites) {
    std::vector<LatticePoint> ring = {{4, 0, 0}, {4, -1, 0}};
    const auto whole = hexagon(4);
    for (const LatticePoint& point : whole->points())
        if (point != LatticePoint{0, 0, 0}) ring.push_back(point);
    for (const CrystalParameters& shape : {CrystalParameters(Disc{3.1}), CrystalParameters(Sphere{1.8}),
                                           CrystalParameters(SiteList{{}, ring})})
        expect_reference_events(std::make_shared<const Crystal>(build_crystal(shape)), kmc(), 4);
}

TEST_P(EveryRate, equals_the_reference_on_other_lattices) {
    for (const Sphere& sphere : {Sphere{1.5, {&fcc_lattice()}}, Sphere{1.5, {&fcc_lattice(), 0.3}},
                                 Sphere{1.45, {&hcp_lattice()}}, Sphere{1.7, {&bcc_lattice(), 0.5}}})
        expect_reference_events(std::make_shared<const Crystal>(build_crystal(sphere)), kmc(), 3);
}

TEST_P(EveryRate, of_swaps_of_nearest_neighbours_alone_equals_the_reference) {
    KmcParameters parameters = kmc();
    parameters.swaps = Swaps::nearest;
    expect_reference_events(hexagon(3), parameters, 4);
    expect_reference_events(box(3, 4, 3), parameters, 6);
}

std::vector<RateCase> rate_cases() {
    std::vector<RateCase> cases;
    for (const RateRule rule : {RateRule::exact, RateRule::published})
        for (const EngineCase& engine : support::engine_cases(rule))
            for (const Case& each :
                 {Case{"everything", {.kT = 0.4, .epsilon = 1.2, .J = 0.3, .delta_mu = -3.0}, 1.0, 1.0},
                  Case{"unequal_bare_rates",
                       {.kT = 0.4, .epsilon = 1.2, .J = -0.3, .delta_mu = 2.0},
                       3.5,
                       0.02},
                  Case{"elastic_only", {.kT = 0.2, .epsilon = 1.0, .J = 0.0, .delta_mu = -20.0}, 1.0, 1.0},
                  Case{"ising_only", {.kT = 2.0, .epsilon = 0.0, .J = 1.0, .delta_mu = -10.0}, 1.0, 1.0},
                  Case{"free", {.kT = 1.0, .epsilon = 0.0, .J = 0.0, .delta_mu = -10.0}, 1.0, 2.0},
                  Case{"no_exchange", {.kT = 0.4, .epsilon = 1.0, .J = 0.3, .delta_mu = -3.0}, 0.0, 1.0},
                  Case{"no_diffusion", {.kT = 0.4, .epsilon = 1.0, .J = 0.3, .delta_mu = -3.0}, 1.0, 0.0}})
                cases.emplace_back(rule, engine, each);
    return cases;
}

INSTANTIATE_TEST_SUITE_P(kmc, EveryRate, ::testing::ValuesIn(rate_cases()),
                         [](const ::testing::TestParamInfo<RateCase>& which) {
                             return std::get<Case>(which.param).name +
                                    (std::get<RateRule>(which.param) == RateRule::exact ? "_exact_"
                                                                                        : "_published_") +
                                    std::get<EngineCase>(which.param).name();
                         });

TEST(kmc_rates, keep_their_digits_over_30_decades) {
    const ModelParameters strong = {.kT = 1.5, .epsilon = 1.0, .J = 0.0, .delta_mu = -200.0};
    for (const RateRule rule : {RateRule::exact, RateRule::published}) {
        KmcParameters kmc;
        kmc.rates = rule;
        for (const EngineCase& which : support::engine_cases(rule))
            expect_reference_events(box(4, 4, 4), strong, kmc, 3, which);
        const auto crystal = box(4, 4, 4);
        const Hamiltonian hamiltonian = support::make_hamiltonian(crystal, strong);
        Kmc engine(hamiltonian, kmc);
        std::vector<Spin> sigma(64, Spin{1});
        sigma[0] = -1;
        double smallest = 1e300;
        double greatest = 0.0;
        for (const KmcEvent& event : engine.events(make_state(hamiltonian, sigma, support::stream(1)))) {
            smallest = std::min(smallest, event.rate);
            greatest = std::max(greatest, event.rate);
        }
        EXPECT_GT(greatest / smallest, 1e50);
    }
}

TEST(kmc_rates, have_no_event_for_like_pairs_and_exchange_only_at_the_surface) {
    for (const auto& crystal : {hexagon(5), box(4, 4, 4)}) {
        const Hamiltonian hamiltonian =
            support::make_hamiltonian(crystal, {.kT = 1.0, .epsilon = 1.0, .J = 0.2, .delta_mu = -1.0});
        Kmc engine(hamiltonian, {});
        for (const double fraction_A : {0.0, 0.3, 1.0}) {
            const State state = make_state(hamiltonian, support::random_sigma(crystal->size(), fraction_A, 5),
                                           support::stream(1));
            std::size_t exchanges = 0;
            std::size_t swaps = 0;
            for (const KmcEvent& event : engine.events(state)) {
                const Spin first = state.sigma[static_cast<std::size_t>(event.first)];
                if (event.second < 0) {
                    ++exchanges;
                    EXPECT_TRUE(crystal->is_surface(event.first));
                    EXPECT_EQ(event.kind,
                              first > 0 ? EventKind::exchange_A_to_B : EventKind::exchange_B_to_A);
                } else {
                    ++swaps;
                    EXPECT_NE(first, state.sigma[static_cast<std::size_t>(event.second)]);
                }
            }
            std::size_t surface = 0;
            for (Site site = 0; site < crystal->size(); ++site)
                surface += crystal->is_surface(site) ? 1U : 0U;
            std::size_t unlike = 0;
            for (const Bond& bond : crystal->bonds())
                unlike += state.sigma[static_cast<std::size_t>(bond.first)] !=
                                  state.sigma[static_cast<std::size_t>(bond.second)]
                              ? 1U
                              : 0U;
            EXPECT_EQ(exchanges, surface);
            EXPECT_EQ(swaps, unlike);
        }
    }
}

// Forward over backward rate of one event must be exp(-beta dE), dE from full energies.
TEST(kmc_rates, satisfy_detailed_balance_over_random_states) {
    const ModelParameters model = {.kT = 0.5, .epsilon = 1.1, .J = 0.25, .delta_mu = -1.5};
    for (const auto& crystal : {hexagon(3), box(3, 3, 2)}) {
        const Hamiltonian hamiltonian = support::make_hamiltonian(crystal, model);
        const reference::Model slow(*crystal, model);
        KmcParameters kmc;
        kmc.exchange_rate = 2.0;
        kmc.diffusion_rate = 0.3;
        Kmc engine(hamiltonian, kmc);
        for (std::uint32_t seed = 0; seed < 8; ++seed) {
            const std::vector<Spin> sigma = support::random_sigma(crystal->size(), 0.5, seed);
            const long double before = reference::energy(slow, sigma);
            for (const KmcEvent& event : engine.events(make_state(hamiltonian, sigma, support::stream(1)))) {
                const std::vector<Spin> changed = reference::after(event, sigma);
                double backward = 0.0;
                for (const KmcEvent& reverse :
                     engine.events(make_state(hamiltonian, changed, support::stream(1))))
                    if (reverse.first == event.first && reverse.second == event.second)
                        backward = reverse.rate;
                ASSERT_GT(backward, 0.0);
                const double change = static_cast<double>(reference::energy(slow, changed) - before);
                EXPECT_NEAR(std::log(event.rate / backward), -model.beta() * change, 1e-10);
            }
        }
    }
}

TEST(kmc_rates, of_7_sites_make_a_matrix_in_balance_with_the_boltzmann_law) {
    const auto crystal = hexagon(2);
    const ModelParameters model = {.kT = 0.6, .epsilon = 1.0, .J = 0.2, .delta_mu = -0.8};
    const Hamiltonian hamiltonian = support::make_hamiltonian(crystal, model);
    const reference::Model slow(*crystal, model);
    Kmc engine(hamiltonian, {});
    Eigen::MatrixXd Q = Eigen::MatrixXd::Zero(128, 128);
    Eigen::VectorXd weight(128);
    for (std::size_t number = 0; number < 128; ++number) {
        const std::vector<Spin> sigma = reference::state_of(number, 7);
        const auto s = static_cast<Eigen::Index>(number);
        weight(s) = std::exp(-model.beta() * static_cast<double>(reference::energy(slow, sigma)));
        for (const KmcEvent& event : engine.events(make_state(hamiltonian, sigma, support::stream(1)))) {
            Q(s, static_cast<Eigen::Index>(reference::state_number(reference::after(event, sigma)))) +=
                event.rate;
            Q(s, s) -= event.rate;
        }
    }
    weight /= weight.sum();
    const Eigen::MatrixXd flow = weight.asDiagonal() * Q;
    EXPECT_LT((flow - flow.transpose()).cwiseAbs().maxCoeff(), 1e-13 * flow.cwiseAbs().maxCoeff());
    EXPECT_LT((weight.transpose() * Q).cwiseAbs().maxCoeff(), 1e-13);
    const Eigen::MatrixXd expected = reference::rate_matrix(slow, {});
    EXPECT_LT((Q - expected).cwiseAbs().maxCoeff(), 1e-11 * expected.cwiseAbs().maxCoeff());
}

TEST(kmc, refuses_parameters_out_of_range) {
    const Hamiltonian hamiltonian =
        support::make_hamiltonian(hexagon(2), {.kT = 1.0, .epsilon = 1.0, .J = 0.0, .delta_mu = 0.0});
    const auto with = [](auto member, double value) {
        KmcParameters kmc;
        kmc.*member = value;
        return kmc;
    };
    EXPECT_THROW(Kmc(hamiltonian, with(&KmcParameters::t_end, -1.0)), Error);
    EXPECT_THROW(Kmc(hamiltonian, with(&KmcParameters::t_end, std::nan(""))), Error);
    EXPECT_THROW(Kmc(hamiltonian, with(&KmcParameters::exchange_rate, -1.0)), Error);
    EXPECT_THROW(Kmc(hamiltonian, with(&KmcParameters::diffusion_rate, -1.0)), Error);
    EXPECT_THROW(Kmc(hamiltonian, with(&KmcParameters::stop_at_composition, 1.5)), Error);
    EXPECT_THROW(Kmc(hamiltonian, with(&KmcParameters::stop_at_composition, std::nan(""))), Error);
    EXPECT_NO_THROW(Kmc(hamiltonian, with(&KmcParameters::stop_at_composition, -1.0)));
}

TEST(kmc, refuses_an_until_that_is_no_number) {
    const Hamiltonian hamiltonian =
        support::make_hamiltonian(hexagon(2), {.kT = 1.0, .epsilon = 1.0, .J = 0.0, .delta_mu = 0.0});
    Kmc engine(hamiltonian, {});
    State state = make_state(hamiltonian, std::vector<Spin>(7, Spin{1}), support::stream(1, 1));
    EXPECT_THROW(engine.advance(state, std::nan("")), Error);
}

TEST(kmc, names_trajectory_site_and_kT_when_a_rate_leaves_the_range_of_a_double) {
    for (const RateRule rule : {RateRule::exact, RateRule::published}) {
        const Hamiltonian hamiltonian =
            support::make_hamiltonian(hexagon(3), {.kT = 0.002, .epsilon = 1.0, .J = 0.0, .delta_mu = -1.0});
        KmcParameters kmc;
        kmc.rates = rule;
        Kmc engine(hamiltonian, kmc);
        State state = make_state(hamiltonian, support::random_sigma(19, 0.5, 1), support::stream(1, 12));
        try {
            engine.advance(state, 1.0);
            ADD_FAILURE() << "no Error was thrown";
        } catch (const Error& error) {
            const std::string text = error.what();
            EXPECT_TRUE(text.starts_with("trajectory 12, event 0, t = 0: the rates at site ")) << text;
            EXPECT_TRUE(text.ends_with("is kT = 0.002 too small for this model?")) << text;
        }
    }
}

TEST(kmc, refuses_a_periodic_crystal) {
    const ModelParameters ising = {.kT = 1.0, .epsilon = 0.0, .J = 1.0, .delta_mu = 0.0};
    const Hamiltonian hamiltonian =
        support::make_hamiltonian(support::periodic(Parallelogram{{4, 4}}), ising);
    EXPECT_THROW(Kmc(hamiltonian, {}), Error);
}

TEST(kmc, refuses_a_crystal_with_a_shell) {
    const Hamiltonian hamiltonian = support::make_hamiltonian(
        hexagon(3, {1, 1.0}), {.kT = 1.0, .epsilon = 1.0, .J = 0.0, .delta_mu = 0.0});
    EXPECT_THROW(Kmc(hamiltonian, {}), Error);
}

// J = 235 kT: a site among its like has an exponent far below -700, which a weight cannot have.
TEST(rates, below_the_range_of_a_weight_are_listed_exactly_and_never_stand_in_for_less) {
    const ModelParameters model = {.kT = 0.00425, .epsilon = 0.0, .J = 1.0, .delta_mu = -5.95};
    const Hamiltonian hamiltonian = support::make_hamiltonian(support::hexagon(4), model);
    KmcParameters parameters;
    parameters.t_end = std::numeric_limits<double>::max();
    Kmc engine(hamiltonian, parameters);
    State state = initial_state(hamiltonian, 1, 0);
    int edges = 0;
    for (const KmcEvent& event : engine.events(state)) {
        const double expected = -0.5 * model.beta() * flip_energy(hamiltonian, state, event.first);
        if (expected > -500.0) {
            EXPECT_NEAR(std::log(event.rate), expected, 1e-10 * 700.0) << event.first;
            ++edges;
        }
    }
    EXPECT_GT(edges, 0);
    EXPECT_NE(support::error_of([&] { engine.advance(state, parameters.t_end, 1); }).find("leave the range"),
              std::string::npos);

    // At 1/118 the only events are the swaps of one A in the middle, each of two such weights.
    const Hamiltonian unlike = support::make_hamiltonian(
        support::hexagon(2), {.kT = 1.0 / 118.0, .epsilon = 0.0, .J = -1.0, .delta_mu = 0.0});
    parameters.exchange_rate = 0.0;
    Kmc swaps(unlike, parameters);
    std::vector<Spin> sigma(7, Spin{-1});
    sigma[3] = 1;
    State one = initial_state(unlike, sigma, 1, 0);
    EXPECT_NE(support::error_of([&] { swaps.advance(one, parameters.t_end, 1); }).find("leave the range"),
              std::string::npos);
}

TEST(rates, whose_factors_leave_the_range_of_a_double_are_refused) {
    for (const double J : {1.0, -1.0})
        EXPECT_EQ(support::error_of([&] {
                      Kmc(support::make_hamiltonian(support::hexagon(3),
                                                    {.kT = 0.0028, .epsilon = 0.0, .J = J, .delta_mu = 0.0}),
                          {});
                  }),
                  fmt::format(
                      "kT = 0.0028: must be larger with epsilon = 0 and J = {}, or the rates leave the range "
                      "of a double",
                      J));
}

}  // namespace
}  // namespace misfit
