#include "misfit/engine/replica_exchange.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>

#include "misfit/base/error.hpp"
#include "misfit/engine/monte_carlo.hpp"
#include "reference/energy.hpp"
#include "support/systems.hpp"

// Energies of replicas and what exchanging them does, against energies by double sums from scratch.
namespace misfit {
namespace {

using support::box;
using support::hexagon;
using support::periodic;

/// One point of a ladder.
struct Point {
    std::shared_ptr<const Crystal> crystal;
    ModelParameters model;
};

struct Row {
    std::string name;
    std::vector<Point> points;
};

constexpr ModelParameters model = {.kT = 0.5, .epsilon = 1.0, .J = 0.2, .delta_mu = -0.3};

template <class Change>
Row constants(const std::string& name, const std::shared_ptr<const Crystal>& crystal, Change change) {
    Row row = {name, {}};
    for (int k = 0; k < 4; ++k) {
        row.points.push_back({crystal, model});
        change(row.points.back().model, k);
    }
    return row;
}

Row stiffnesses(const std::string& name, int side, int layers, const ModelParameters& with) {
    Row row = {name, {}};
    for (const double k : {1.0, 6.0, 6.5, 17.0}) row.points.push_back({hexagon(side, {layers, k}), with});
    return row;
}

std::vector<Row> rows() {
    std::vector<Row> all;
    const auto shelled = hexagon(3, {1, 5.0});
    all.push_back(constants("kT", shelled, [](ModelParameters& m, int k) { m.kT = 0.2 + 0.1 * k; }));
    all.push_back(constants("J", shelled, [](ModelParameters& m, int k) { m.J = -0.3 + 0.2 * k; }));
    all.push_back(constants("epsilon", shelled, [](ModelParameters& m, int k) { m.epsilon = 0.5 + k; }));
    all.push_back(
        constants("epsilon_from_0", shelled, [](ModelParameters& m, int k) { m.epsilon = 0.5 * k; }));
    all.push_back(constants("delta_mu", shelled, [](ModelParameters& m, int k) { m.delta_mu = k - 1.5; }));
    all.push_back(constants("everything", box(2, 3, 2, {1, 2.0}), [](ModelParameters& m, int k) {
        m = {.kT = 1.0 + k, .epsilon = 2.0 - 0.3 * k, .J = 0.1 * k, .delta_mu = -0.2 * k};
    }));
    all.push_back(constants("periodic_kT", periodic(Parallelogram{{4, 5}}),
                            [](ModelParameters& m, int k) { m.kT = 0.2 + 0.1 * k; }));
    all.push_back(constants("ising", periodic(Parallelogram{{4, 4}}), [](ModelParameters& m, int k) {
        m = {.kT = 2.0 + k, .epsilon = 0.0, .J = 1.0 - 0.2 * k, .delta_mu = 0.5 * k};
    }));
    ModelParameters other = model;
    other.epsilon = 1.7;
    all.push_back(stiffnesses("stiffness", 4, 1, model));
    all.push_back(stiffnesses("stiffness_of_two_layers", 3, 2, other));
    all.push_back(
        {"layers", {{hexagon(3), model}, {hexagon(3, {1, 5.0}), model}, {hexagon(3, {3, 5.0}), model}}});
    all.push_back({"layers_of_a_box", {{box(2, 2, 3, {1, 3.0}), model}, {box(2, 2, 3, {2, 3.0}), other}}});
    all.push_back({"stiffness_and_kT",
                   {{hexagon(3, {1, 2.0}), model}, {hexagon(3, {1, 7.0}), {.kT = 0.7, .epsilon = 0.6}}}});
    return all;
}

class EveryLadder : public ::testing::TestWithParam<Row> {
protected:
    /// Points with the same crystal share a potential, as they do in a run.
    EveryLadder() : ladder_(hamiltonians(), shell_species) {
        for (const Point& point : GetParam().points) slow_.emplace_back(*point.crystal, point.model);
    }

    static constexpr Spin shell_species = -1;
    static std::vector<Hamiltonian> hamiltonians() {
        std::vector<Hamiltonian> all;
        std::shared_ptr<const Potential> potential;
        const Crystal* crystal = nullptr;
        for (const Point& point : GetParam().points) {
            if (point.crystal.get() != crystal)
                potential = std::make_shared<const Potential>(build_potential(*point.crystal, 2));
            crystal = point.crystal.get();
            all.emplace_back(point.crystal, potential, point.model);
        }
        return all;
    }

    /// A state of some history at each point.
    std::vector<State> states(std::uint32_t seed) const {
        std::vector<State> all;
        for (std::size_t k = 0; k < ladder_.size(); ++k) {
            const Hamiltonian& hamiltonian = ladder_[k];
            const auto number = static_cast<std::uint32_t>(k);
            std::vector<Spin> sigma =
                support::random_sigma(hamiltonian.crystal().size(), 0.3 + 0.1 * number, seed + number);
            for (Site site = 0; site < hamiltonian.crystal().size(); ++site)
                if (hamiltonian.crystal().is_shell(site))
                    sigma[static_cast<std::size_t>(site)] = shell_species;
            all.push_back(
                make_state(hamiltonian, std::move(sigma), {seed, number, 0, Stream::monte_carlo_move}));
            // Swaps, for flips would end in all A or all B, where nothing can be told.
            MonteCarlo(hamiltonian, Moves::nonlocal_swap).advance(all.back(), 100 * (k + 1));
        }
        return all;
    }

    /// The species that a point has with the core of another's state.
    std::vector<Spin> moved(const State& state, std::size_t from, std::size_t to) const {
        std::vector<Spin> sigma(static_cast<std::size_t>(ladder_[to].crystal().size()), shell_species);
        const std::vector<Site> there = core_sites(ladder_[from].crystal());
        const std::vector<Site> here = core_sites(ladder_[to].crystal());
        for (std::size_t k = 0; k < here.size(); ++k)
            sigma[static_cast<std::size_t>(here[k])] = state.sigma[static_cast<std::size_t>(there[k])];
        return sigma;
    }

    /// E/kT at point `to` of the core of a state at point `from`.
    double slow_energy(const State& state, std::size_t from, std::size_t to) const {
        return static_cast<double>(reference::energy(slow_[to], moved(state, from, to))) /
               ladder_[to].model().kT;
    }

    HamiltonianLadder ladder_;
    std::vector<reference::Model> slow_;
};

// Energies of some hundred, in units of kT, of V's good to 1e-13.
constexpr double rounding = 1e-10;

TEST_P(EveryLadder, knows_the_reduced_energy_of_each_replica_at_each_point) {
    for (const std::uint32_t seed : {1U, 2U, 3U}) {
        const std::vector<State> at = states(seed);
        std::vector<double> found(ladder_.size());
        for (std::size_t i = 0; i < ladder_.size(); ++i) {
            ladder_.reduced_energies(i, at[i], found);
            for (std::size_t j = 0; j < ladder_.size(); ++j) {
                EXPECT_NEAR(found[j], slow_energy(at[i], i, j), rounding) << i << " at " << j;
                const State there = make_state(ladder_[j], moved(at[i], i, j), {});
                EXPECT_NEAR(found[j], energy(ladder_[j], there).total() / ladder_[j].model().kT, rounding);
            }
        }
    }
}

TEST_P(EveryLadder, exchanges_at_the_cost_of_both_energies) {
    const std::vector<State> at = states(4);
    std::vector<std::vector<double>> energies(ladder_.size(), std::vector<double>(ladder_.size()));
    for (std::size_t i = 0; i < ladder_.size(); ++i) ladder_.reduced_energies(i, at[i], energies[i]);
    for (std::size_t i = 0; i < ladder_.size(); ++i)
        for (std::size_t j = i + 1; j < ladder_.size(); ++j) {
            const double before = slow_energy(at[i], i, i) + slow_energy(at[j], j, j);
            const double after = slow_energy(at[i], i, j) + slow_energy(at[j], j, i);
            EXPECT_NEAR(exchange_cost(energies[i], i, energies[j], j), after - before, 4.0 * rounding);
            EXPECT_NEAR(exchange_cost(energies[j], j, energies[i], i), after - before, 4.0 * rounding);
        }
}

TEST_P(EveryLadder, gives_each_point_the_others_core_with_the_phi_of_its_own) {
    for (std::size_t i = 0; i < ladder_.size(); ++i)
        for (std::size_t j = i + 1; j < ladder_.size(); ++j) {
            const std::vector<State> before = states(5);
            ASSERT_NE(moved(before[i], i, j), before[j].sigma);
            std::vector<State> after = before;
            ladder_.exchange(i, after[i], j, after[j]);
            for (const auto& [to, from] : {std::pair(i, j), std::pair(j, i)}) {
                EXPECT_EQ(after[to].sigma, moved(before[from], from, to));
                EXPECT_EQ(after[to].count_A, std::ranges::count(after[to].sigma, Spin{1}));
                const Eigen::VectorXd phi = reference::phi(slow_[to], after[to].sigma);
                for (std::size_t site = 0; site < after[to].phi.size(); ++site)
                    ASSERT_NEAR(after[to].phi[site], phi(static_cast<Eigen::Index>(site)), rounding);
                // All else is the point's.
                State rest = after[to];
                rest.sigma = before[to].sigma;
                rest.phi = before[to].phi;
                rest.count_A = before[to].count_A;
                EXPECT_EQ(rest, before[to]);
            }
            // There and back again.
            ladder_.exchange(i, after[i], j, after[j]);
            EXPECT_EQ(after[i].sigma, before[i].sigma);
            EXPECT_EQ(after[j].sigma, before[j].sigma);
        }
}

INSTANTIATE_TEST_SUITE_P(replica_exchange, EveryLadder, ::testing::ValuesIn(rows()),
                         [](const ::testing::TestParamInfo<Row>& which) { return which.param.name; });

TEST(replica_exchange, needs_points_of_one_core) {
    EXPECT_THROW(HamiltonianLadder({}, Spin{-1}), Error);
    EXPECT_THROW(HamiltonianLadder({support::make_hamiltonian(hexagon(3), model),
                                    support::make_hamiltonian(hexagon(4, {1, 1.0}), model)},
                                   Spin{-1}),
                 Error);
}

}  // namespace
}  // namespace misfit
