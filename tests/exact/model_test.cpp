#include "misfit/model/model.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "misfit/base/error.hpp"
#include "misfit/engine/process_kmc.hpp"
#include "reference/energy.hpp"
#include "support/systems.hpp"
#include "support/three_species.hpp"

// Energies and changes of any species against double sums, and the general engine's rates over all states.
namespace misfit {
namespace {

using support::box;
using support::hexagon;
using support::slow_energy;
using support::three_species;

std::vector<Spin> random_species(Site size, std::mt19937_64& generator) {
    std::uniform_int_distribution<int> pick(-1, 1);
    std::vector<Spin> sigma;
    for (Site site = 0; site < size; ++site) sigma.push_back(static_cast<Spin>(pick(generator)));
    return sigma;
}

/// Changes at up to four different sites; some change nothing.
std::vector<Change> random_changes(std::span<const Spin> sigma, std::mt19937_64& generator) {
    std::vector<Site> sites;
    for (Site site = 0; site < std::ssize(sigma); ++site) sites.push_back(site);
    std::ranges::shuffle(sites, generator);
    std::uniform_int_distribution<std::size_t> count(1, 4);
    std::uniform_int_distribution<int> pick(-1, 1);
    std::vector<Change> changes;
    for (const Site site : std::span(sites).first(count(generator)))
        changes.push_back({site, sigma[static_cast<std::size_t>(site)], static_cast<Spin>(pick(generator))});
    return changes;
}

class AnySpecies : public ::testing::TestWithParam<ElasticKind> {
protected:
    static Hamiltonian hamiltonian_of(const std::shared_ptr<const Crystal>& crystal) {
        return support::make_hamiltonian(crystal, {.kT = 0.3, .epsilon = 1.4, .J = 0.35, .delta_mu = -2.3},
                                         GetParam());
    }
};

TEST_P(AnySpecies, energy_and_its_change_by_any_changes_equal_brute_force) {
    std::mt19937_64 generator(5);
    for (const auto& crystal : {hexagon(3), box(3, 2, 3)}) {
        std::vector<double> h;
        for (Site site = 0; site < crystal->size(); ++site) h.push_back(0.1 * (site % 7) - 0.2);
        const Hamiltonian hamiltonian = hamiltonian_of(crystal);
        const SpeciesEnergies species = three_species();
        const Model model(hamiltonian, species,
                          {FieldTerm(h), PairTerm(Couplings::nearest(*crystal, 0.8), species,
                                                  [](const SpeciesEnergy& each) { return each.charge; })});
        const double rounding = support::rounding_of_phi(hamiltonian);
        const reference::Model slow(*crystal, hamiltonian.model());
        const auto brute_force = [&](std::span<const Spin> sigma) {
            return slow_energy(slow, species, sigma, h, 0.8);
        };
        for (int k = 0; k < 100; ++k) {
            const std::vector<Spin> sigma = random_species(crystal->size(), generator);
            State state = model.make_state(sigma, support::stream(1));
            const long double before = brute_force(sigma);
            EXPECT_NEAR(model.energy(state), static_cast<double>(before), 1e-10 + crystal->size() * rounding);
            const std::vector<Change> changes = random_changes(sigma, generator);
            std::vector<Spin> changed = sigma;
            for (const Change& change : changes) changed[static_cast<std::size_t>(change.site)] = change.to;
            EXPECT_NEAR(model.energy_change(state, changes),
                        static_cast<double>(brute_force(changed) - before),
                        1e-10 + 16.0 * rounding);  // four sizes change by 2 at the most
            model.apply(state, changes);
            const State fresh = model.make_state(changed, support::stream(1));
            EXPECT_EQ(state.sigma, fresh.sigma);
            EXPECT_EQ(state.count_A, fresh.count_A);
            for (std::size_t j = 0; j < changed.size(); ++j) ASSERT_NEAR(state.phi[j], fresh.phi[j], 1e-12);
        }
    }
}

TEST_P(AnySpecies, of_A_and_B_has_the_energies_of_the_hamiltonian) {
    for (const auto& crystal : {hexagon(4), box(3, 4, 3)}) {
        const Hamiltonian hamiltonian = hamiltonian_of(crystal);
        const Model model(hamiltonian);
        const State state =
            make_state(hamiltonian, support::random_sigma(crystal->size(), 0.4, 7), support::stream(1));
        EXPECT_EQ(model.make_state(state.sigma, support::stream(1)), state);
        EXPECT_NEAR(model.energy(state), energy(hamiltonian, state).total(), 1e-11);
        const auto turned = [&](Site site) {
            const Spin sigma = state.sigma[static_cast<std::size_t>(site)];
            return Change{site, sigma, static_cast<Spin>(-sigma)};
        };
        for (Site i = 0; i < crystal->size(); ++i) {
            EXPECT_NEAR(model.energy_change(state, std::vector{turned(i)}),
                        flip_energy(hamiltonian, state, i), 1e-11);
            for (const Site j : {Site{0}, crystal->size() / 2, crystal->size() - 1}) {
                if (state.sigma[static_cast<std::size_t>(i)] == state.sigma[static_cast<std::size_t>(j)])
                    continue;
                EXPECT_NEAR(model.energy_change(state, std::vector{turned(i), turned(j)}),
                            swap_energy(hamiltonian, state, i, j), 1e-11);
            }
        }
    }
}

// Boltzmann's weights from double sums; every event's reverse is an event of the state that it leads to.
TEST_P(AnySpecies, rates_of_three_species_on_seven_sites_are_in_balance_over_all_2187_states) {
    const auto crystal = hexagon(2);
    const Hamiltonian hamiltonian = hamiltonian_of(crystal);
    const SpeciesEnergies species = three_species();
    const reference::Model slow(*crystal, hamiltonian.model());
    const Model model(hamiltonian, species);
    const double tolerance = 1e-9 + 16.0 * hamiltonian.model().beta() * support::rounding_of_phi(hamiltonian);
    const ProcessKmc engine(model, support::three_species_processes(), {});
    std::vector<std::vector<ProcessKmc::Event>> events;
    std::vector<long double> energies;
    for (std::size_t number = 0; number < support::three_species_states; ++number) {
        const std::vector<Spin> sigma = support::species_of_state(number);
        events.push_back(engine.events(model.make_state(sigma, support::stream(1))));
        energies.push_back(slow_energy(slow, species, sigma, {}, 0.0));
    }
    std::size_t counted = 0;
    for (std::size_t from = 0; from < events.size(); ++from)
        for (const ProcessKmc::Event& event : events[from]) {
            const std::vector<Spin> sigma = support::species_of_state(from);
            std::vector<Spin> changed = sigma;
            for (const Change& change : event.made())
                changed[static_cast<std::size_t>(change.site)] = change.to;
            const std::size_t to = support::number_of_state(changed);
            const auto reverse = std::ranges::find_if(events[to], [&](const ProcessKmc::Event& other) {
                return other.first == event.first && other.second == event.second &&
                       std::ranges::equal(other.made(), event.made(), [](const Change& a, const Change& b) {
                           return a.site == b.site && a.from == b.to && a.to == b.from;
                       });
            });
            ASSERT_NE(reverse, events[to].end());
            const double change = static_cast<double>(energies[to] - energies[from]);
            ASSERT_NEAR(std::log(event.rate / reverse->rate), -hamiltonian.model().beta() * change,
                        tolerance);
            ++counted;
        }
    // 6 surface sites with two other species each; 12 bonds, 6 of 9 pairs unlike.
    EXPECT_EQ(counted, support::three_species_states * 12 + support::three_species_states / 9 * 6 * 12);
}

INSTANTIATE_TEST_SUITE_P(model, AnySpecies, ::testing::ValuesIn(support::every_elastic),
                         [](const ::testing::TestParamInfo<ElasticKind>& which) {
                             return std::string(elastic_words[static_cast<std::size_t>(which.param)]);
                         });

TEST(model, refuses_species_that_it_does_not_know) {
    EXPECT_THROW(SpeciesEnergies({}), Error);
    EXPECT_THROW(SpeciesEnergies({{.sigma = 1, .size = 1.0}, {.sigma = 1, .size = 0.0}}), Error);
    EXPECT_THROW(SpeciesEnergies({{.sigma = 1, .size = std::nan("")}}), Error);
    const Model model(support::make_hamiltonian(hexagon(2), {}));
    EXPECT_THROW(model.make_state(std::vector<Spin>(7, Spin{0}), support::stream(1)), Error);
    EXPECT_THROW(model.make_state(std::vector<Spin>(6, Spin{1}), support::stream(1)), Error);
    EXPECT_THROW(ProcessKmc(model, support::three_species_processes(), {}), Error);
    std::vector<Process> negative = ion_processes({});
    negative.front().rate = -1.0;
    EXPECT_THROW(ProcessKmc(model, negative, {}), Error);
}

}  // namespace
}  // namespace misfit
