#include "misfit/measure/observables.hpp"
#include "misfit/measure/observable.hpp"

#include <gtest/gtest.h>
#include <map>

#include "misfit/base/error.hpp"
#include "misfit/unit/monte_carlo_stage.hpp"
#include "reference/energy.hpp"
#include "support/systems.hpp"

namespace misfit {
namespace {

std::map<std::string, double> measured(const std::vector<Observable>& observables, const State& state) {
    const std::vector<Observable::Column> columns = columns_of(observables);
    std::vector<double> values(columns.size());
    measure(observables, state, values);
    std::map<std::string, double> named;
    for (std::size_t k = 0; k < columns.size(); ++k) named[columns[k].name] = values[k];
    return named;
}

TEST(observables, are_the_columns_of_the_record_in_its_order) {
    const ModelParameters model = {.kT = 0.2, .epsilon = 0.0, .J = 1.0, .delta_mu = -1.0};
    const auto names = [&](const std::shared_ptr<const Crystal>& crystal) {
        std::vector<std::string> list;
        for (const auto& column : columns_of(make_observables(support::make_hamiltonian(crystal, model)))) {
            list.push_back(column.name);
            EXPECT_FALSE(column.unit.empty()) << column.name;
            EXPECT_FALSE(column.description.empty()) << column.name;
        }
        return list;
    };
    const std::vector<std::string> flat = {
        "composition", "energy_elastic", "energy_ising", "energy_chemical", "f_U1",
        "f_S1",        "f_S2",           "f_U2",         "f_unclassified"};
    const std::vector<std::string> solid = {
        "composition", "energy_elastic", "energy_ising", "energy_chemical", "f_U1", "f_U2", "f_unclassified"};
    EXPECT_EQ(names(support::hexagon(3)), flat);
    EXPECT_EQ(names(support::box(3, 3, 3)), solid);
}

TEST(observables, of_strain_and_profile_come_after_the_others) {
    const ModelParameters model = {.kT = 0.2, .epsilon = 0.0, .J = 1.0, .delta_mu = -1.0};
    const auto added = [&](const std::shared_ptr<const Crystal>& crystal, ProfileAxis axis) {
        const Hamiltonian hamiltonian = support::make_hamiltonian(crystal, model);
        std::vector<std::string> list;
        for (const auto& column : columns_of(make_observables(hamiltonian, {true, 0.1, axis})))
            list.push_back(column.name);
        return std::vector<std::string>(list.begin() + std::ssize(columns_of(make_observables(hamiltonian))),
                                        list.end());
    };
    EXPECT_EQ(added(support::hexagon(2), ProfileAxis::y),
              (std::vector<std::string>{"area_deviation_rms", "area_deviation_std", "profile_y_0",
                                        "profile_y_1", "profile_y_2"}));
    EXPECT_EQ(added(support::box(4, 3, 3), ProfileAxis::x),
              (std::vector<std::string>{"volume_deviation_rms", "volume_deviation_std", "profile_x_0",
                                        "profile_x_1", "profile_x_2", "profile_x_3"}));
    EXPECT_EQ(added(support::box(3, 3, 3), ProfileAxis::none).size(), 2U);
}

TEST(observables, measure_composition_and_each_term_of_the_energy) {
    for (const auto& crystal : {support::hexagon(4), support::box(3, 4, 3)}) {
        const ModelParameters model = {.kT = 0.2, .epsilon = 1.3, .J = 0.4, .delta_mu = -1.7};
        const Hamiltonian hamiltonian = support::make_hamiltonian(crystal, model);
        const reference::Model only_elastic(*crystal, {.kT = 0.2, .epsilon = 1.3, .J = 0.0, .delta_mu = 0.0});
        const reference::Model only_ising(*crystal, {.kT = 0.2, .epsilon = 0.0, .J = 0.4, .delta_mu = 0.0});
        const reference::Model only_chemical(*crystal,
                                             {.kT = 0.2, .epsilon = 0.0, .J = 0.0, .delta_mu = -1.7});
        const std::vector<Spin> sigma = support::random_sigma(crystal->size(), 0.6, 11);
        auto values =
            measured(make_observables(hamiltonian), make_state(hamiltonian, sigma, support::stream(1)));
        EXPECT_NEAR(values["composition"], 0.5 * (1.0 + reference::mean_sigma(sigma)), 1e-14);
        EXPECT_NEAR(values["energy_elastic"], static_cast<double>(reference::energy(only_elastic, sigma)),
                    1e-10);
        EXPECT_NEAR(values["energy_ising"], static_cast<double>(reference::energy(only_ising, sigma)), 1e-10);
        EXPECT_NEAR(values["energy_chemical"], static_cast<double>(reference::energy(only_chemical, sigma)),
                    1e-10);
    }
}

TEST(observables, of_equilibrium_are_those_of_the_core_and_of_the_whole_energy) {
    for (const auto& crystal :
         {support::hexagon(4), support::hexagon(4, {2, 3.0}), support::box(3, 4, 3, {1, 2.0})})
        for (const Spin shell_species : {Spin{-1}, Spin{1}}) {
            const ModelParameters model = {.kT = 0.2, .epsilon = 1.3, .J = 0.4, .delta_mu = -1.7};
            const Hamiltonian hamiltonian = support::make_hamiltonian(crystal, model);
            std::vector<Spin> sigma = support::random_sigma(crystal->size(), 0.6, 12);
            double core = 0.0;
            double A = 0.0;
            for (Site site = 0; site < crystal->size(); ++site) {
                Spin& spin = sigma[static_cast<std::size_t>(site)];
                if (crystal->is_shell(site)) spin = shell_species;
                if (crystal->is_shell(site)) continue;
                core += 1.0;
                A += spin > 0 ? 1.0 : 0.0;
            }
            auto values = measured(equilibrium_observables(hamiltonian),
                                   make_state(hamiltonian, sigma, support::stream(1)));
            EXPECT_NEAR(values["core_composition"], A / core, 1e-14);
            EXPECT_NEAR(values["energy"], static_cast<double>(reference::energy({*crystal, model}, sigma)),
                        1e-10);
            EXPECT_NEAR(values["f_U"], values["f_U1"] + values["f_U2"], 1e-14);
        }
}

ObservableMaker one(const std::string& name) {
    return [name](const Hamiltonian& hamiltonian) {
        const double sites = hamiltonian.crystal().size();
        return Observable{{{name, "1", ""}}, [sites](const State& state, std::span<double> values) {
                              values[0] = state.count_A / sites;
                          }};
    };
}

TEST(observables, of_ones_own_come_last_and_know_the_hamiltonian) {
    const Hamiltonian hamiltonian =
        support::make_hamiltonian(support::hexagon(3), {.kT = 0.2, .epsilon = 0.0});
    std::vector<Observable> observables = make_observables(hamiltonian);
    const std::vector<ObservableMaker> own = {one("first"), one("second_2")};
    add_observables(observables, hamiltonian, own);
    const std::vector<Observable::Column> columns = columns_of(observables);
    EXPECT_EQ(columns[columns.size() - 2].name, "first");
    EXPECT_EQ(columns.back().name, "second_2");
    const State state = make_state(hamiltonian, support::random_sigma(19, 0.4, 1), support::stream(1));
    EXPECT_EQ(measured(observables, state).at("first"), state.composition());
}

TEST(observables, of_ones_own_have_names_of_their_own_that_can_be_one) {
    const Hamiltonian hamiltonian =
        support::make_hamiltonian(support::hexagon(3), {.kT = 0.2, .epsilon = 0.0});
    for (const char* name :
         {"", "a b", "1st", "a/b", "_a", "energy_ising", "trajectory", "sweep", "f\xc3\xbc"}) {
        std::vector<Observable> observables = make_observables(hamiltonian);
        const std::vector<ObservableMaker> own = {one(name)};
        EXPECT_THROW(add_observables(observables, hamiltonian, own), Error) << name;
    }
    std::vector<Observable> observables = make_observables(hamiltonian);
    const std::vector<ObservableMaker> twice = {one("mine"), one("mine")};
    EXPECT_THROW(add_observables(observables, hamiltonian, twice), Error);
}

}  // namespace
}  // namespace misfit
