#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "support/ensemble.hpp"
#include "support/systems.hpp"

// The longer statistical values of the physics page, section 6. Each test prints measured against listed
// values and writes them to validation_<name>.csv in its working directory. z above 4.5 fails: alpha = 7e-6 a
// value. Where no standard error is listed, it is taken to be like ours (the listed numbers
// of runs are run here).
namespace misfit {
namespace {

using support::Ensemble;
using support::Expected;

constexpr double limit = 4.5;
constexpr double to_the_end = 1e5;  ///< long after every trajectory has come to all B

const ModelParameters paper_2d = {.kT = 0.2, .epsilon = 1.0, .J = 0.0, .delta_mu = -20.0};
const ModelParameters paper_3d = {.kT = 1.5, .epsilon = 1.0, .J = 0.0, .delta_mu = -200.0};
const ModelParameters ising = {.kT = 2.0, .epsilon = 0.0, .J = 1.0, .delta_mu = -10.0};

/// Trajectories until all is B.
Ensemble complete(const std::shared_ptr<const Crystal>& crystal, const ModelParameters& model, RateRule rule,
                  const std::vector<double>& times, std::uint32_t runs) {
    KmcParameters kmc;
    kmc.rates = rule;
    kmc.t_end = to_the_end;
    kmc.stop_at_composition = 0.0;
    Ensemble ensemble = support::simulate(support::make_hamiltonian(crystal, model), kmc, times, runs, 2021);
    for (const Trajectory& trajectory : ensemble.trajectories)
        EXPECT_EQ(trajectory.stop(), Stop::composition) << "trajectory " << trajectory.unit;
    return ensemble;
}

/// One column of values at the ensemble's times.
void compare(support::Comparison& comparison, const Ensemble& ensemble, const std::string& column,
             const std::vector<Expected>& listed) {
    for (std::size_t k = 0; k < listed.size(); ++k)
        comparison.add(fmt::format("{} t={:g}", column, ensemble.times[k]), ensemble.mean(column, k),
                       listed[k]);
}

/// A mean that is listed without a standard error.
void compare_like_ours(support::Comparison& comparison, const std::string& name,
                       const support::MeanError& measured, double listed, double rounding) {
    comparison.add(name, measured, {listed, measured.standard_error, rounding});
}

// False alarms: 15 x 7e-6.
TEST(exchange, of_271_sites_runs_to_completion_as_listed) {
    const Ensemble ensemble = complete(support::hexagon(10), paper_2d, RateRule::exact,
                                       {1e-23, 1e-20, 1e-10, 1e-4, 0.1, 1.0, 3.0, 10.0, 25.0, 50.0}, 1000);
    support::Comparison comparison(limit, "validation_271_exact.csv");
    compare(comparison, ensemble, "composition",
            {{.99892, .00006},
             {.95068, .00012},
             {.82595, .00011},
             {.61775, .00016},
             {.43273, .00031},
             {.28863, .00036},
             {.19759, .00038},
             {.09980, .00041},
             {.03189, .00040},
             {.00039, .00005}});
    const std::size_t at_3 = 6;
    compare_like_ours(comparison, "f_U1 t=3", ensemble.mean("f_U1", at_3), .003, .0005);
    compare_like_ours(comparison, "f_S1 t=3", ensemble.mean("f_S1", at_3), .079, .0005);
    compare_like_ours(comparison, "f_S2 t=3", ensemble.mean("f_S2", at_3), .149, .0005);
    compare_like_ours(comparison, "f_U2 t=3", ensemble.mean("f_U2", at_3), .335, .0005);
    compare_like_ours(comparison, "mean time to all B", ensemble.end_time(), 39.7, .05);
}

// False alarms: 5 x 7e-6.
TEST(exchange, of_271_sites_with_published_rates_runs_to_completion_as_listed) {
    const Ensemble ensemble =
        complete(support::hexagon(10), paper_2d, RateRule::published, {1.0, 3.0, 10.0, 25.0}, 1000);
    support::Comparison comparison(limit, "validation_271_published.csv");
    compare(comparison, ensemble, "composition",
            {{.27059, .00039}, {.17420, .00038}, {.07659, .00039}, {.01409, .00033}});
    compare_like_ours(comparison, "mean time to all B", ensemble.end_time(), 30.4, .05);
}

// False alarms: 22 x 7e-6.
TEST(exchange, of_721_sites_runs_to_completion_as_listed) {
    const Ensemble ensemble =
        complete(support::hexagon(16), paper_2d, RateRule::exact, {0.1, 3.0, 25.6, 74.8, 150.0}, 200);
    support::Comparison comparison(limit, "validation_721_exact.csv");
    compare(comparison, ensemble, "composition",
            {{.61879, .00037}, {.40040, .00056}, {.19322, .00065}, {.08058, .00072}, {.01323, .00054}});
    const std::vector<std::string> phases = {"f_U1", "f_S1", "f_S2", "f_U2"};
    const std::vector<std::vector<double>> listed = {{.498, .023, .014, .072},
                                                     {.177, .088, .091, .229},
                                                     {.002, .097, .196, .424},
                                                     {0.0, .002, .191, .651}};
    for (std::size_t k = 0; k < listed.size(); ++k)
        for (std::size_t phase = 0; phase < phases.size(); ++phase)
            compare_like_ours(comparison, fmt::format("{} t={:g}", phases[phase], ensemble.times[k]),
                              ensemble.mean(phases[phase], k), listed[k][phase], .0005);
    compare_like_ours(comparison, "mean time to all B", ensemble.end_time(), 190.0, .5);
}

// False alarms: 1 x 7e-6.
TEST(exchange, of_721_sites_with_published_rates_ends_as_listed) {
    const Ensemble ensemble = complete(support::hexagon(16), paper_2d, RateRule::published, {0.1}, 200);
    support::Comparison comparison(limit, "validation_721_published.csv");
    compare_like_ours(comparison, "mean time to all B", ensemble.end_time(), 167.0, .5);
}

// False alarms: 4 x 7e-6.
TEST(exchange, of_an_ising_crystal_of_271_sites_runs_to_completion_as_listed) {
    const Ensemble ensemble =
        complete(support::hexagon(10), ising, RateRule::exact, {10.0, 100.0, 500.0}, 100);
    support::Comparison comparison(limit, "validation_271_ising.csv");
    compare(comparison, ensemble, "composition", {{.5877, .0012}, {.3773, .0016}, {.1548, .0022}});
    compare_like_ours(comparison, "mean time to all B", ensemble.end_time(), 975.0, .5);
}

// False alarms: 7 x 7e-6.
TEST(exchange, of_a_12_box_runs_to_completion_as_listed) {
    const std::vector<double> times = {3.1623e-27, 1e-23, 1e-16, 1e-9, 1e-4, 0.01, 0.1, 1.0};
    const Ensemble ensemble = complete(support::box(12, 12, 12), paper_3d, RateRule::exact, times, 30);
    support::Comparison comparison(limit, "validation_12_box_exact.csv");
    // On the plateau every surface site has exchanged and nothing else has moved.
    for (const std::size_t k : {1U, 2U, 3U})
        EXPECT_NEAR(ensemble.mean("composition", k).mean, 1000.0 / 1728.0, 0.0005) << "t = " << times[k];
    compare_like_ours(comparison, "composition t=1e-16", ensemble.mean("composition", 2), 1000.0 / 1728.0,
                      0.0005);
    comparison.add("composition t=3.1623e-27", ensemble.mean("composition", 0), {.7153, .0007});
    comparison.add("composition t=1e-4", ensemble.mean("composition", 4), {.4279, .0011});
    comparison.add("composition t=0.01", ensemble.mean("composition", 5), {.2475, .0007});
    comparison.add("composition t=0.1", ensemble.mean("composition", 6), {.1390, .0005});
    comparison.add("composition t=1", ensemble.mean("composition", 7), {.0236, .0005});
    compare_like_ours(comparison, "mean time to all B", ensemble.end_time(), 3.3, .05);
}

// False alarms: 1 x 7e-6.
TEST(exchange, of_a_12_box_with_published_rates_ends_as_listed) {
    const Ensemble ensemble = complete(support::box(12, 12, 12), paper_3d, RateRule::published, {1.0}, 30);
    support::Comparison comparison(limit, "validation_12_box_published.csv");
    compare_like_ours(comparison, "mean time to all B", ensemble.end_time(), 2.9, .05);
}

}  // namespace
}  // namespace misfit
