#include "support/ensemble.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <limits>
#include <utility>

#include "misfit/base/parallel.hpp"
#include "misfit/measure/observables.hpp"

namespace misfit::support {

MeanError Ensemble::mean(const std::string& column, std::size_t k) const {
    const auto found = std::ranges::find(columns, column, &Observable::Column::name);
    if (found == columns.end()) throw std::invalid_argument("no column " + column);
    const std::size_t offset = k * columns.size() + static_cast<std::size_t>(found - columns.begin());
    std::vector<double> values;
    for (const Trajectory& trajectory : trajectories) values.push_back(trajectory.scalars.at(offset));
    return mean_error(values);
}

MeanError Ensemble::end_time() const {
    std::vector<double> values;
    for (const Trajectory& trajectory : trajectories) values.push_back(trajectory.end_time());
    return mean_error(values);
}

Unit run_through(std::span<StageModel> stages, State start, std::uint64_t events) {
    const UnitPlan plan = {.combinations = {0}, .number = start.random.unit};
    Unit unit;
    open_ladder(plan, unit);
    unit.states = {std::move(start)};
    for (std::size_t k = 0; k < stages.size(); ++k) {
        if (k > 0) begin_stage(stages[k], plan, unit);
        auto& stage = std::get<KmcStage>(stages[k]);
        do stage.advance(0, events, unit);
        while (!stage.close_round(events, unit));
    }
    return unit;
}

Ensemble simulate(const Hamiltonian& hamiltonian, const KmcParameters& kmc, std::vector<double> times,
                  std::uint32_t runs, std::uint64_t seed) {
    const std::vector<Observable> observables = make_observables(hamiltonian);
    constexpr int threads = 2;
    std::vector<StageModel> engines;
    for (int thread = 0; thread < threads; ++thread)
        engines.emplace_back(KmcStage{Kmc(hamiltonian, kmc), observables, times, {}});
    Ensemble ensemble = {std::move(times), columns_of(observables), std::vector<Trajectory>(runs)};
    parallel_for(runs, threads, [&](std::size_t unit, int worker) {
        ensemble.trajectories[unit] =
            trajectory_of(run_through(std::span(engines).subspan(static_cast<std::size_t>(worker), 1),
                                      initial_state(hamiltonian, seed, static_cast<std::uint32_t>(unit)),
                                      std::numeric_limits<std::uint64_t>::max()));
    });
    return ensemble;
}

Comparison::Comparison(double limit, std::string csv) : limit_(limit), csv_(std::move(csv)) {
    if (!csv_.empty()) std::ofstream(csv_) << "name,measured,se,expected,expected_se,z\n";
}

void Comparison::add(const std::string& name, const MeanError& measured, const Expected& expected) {
    const double error = std::hypot(measured.standard_error, expected.standard_error);
    const double difference = measured.mean - expected.value;
    const double beyond = std::max(0.0, std::abs(difference) - expected.rounding);
    const double z = beyond == 0.0 ? 0.0 : std::copysign(beyond / error, difference);
    std::cout << fmt::format("{:<32} {:>11.6g} ({:.2g})  expected {:>9.6g} ({:.2g})  z {:+.2f}\n", name,
                             measured.mean, measured.standard_error, expected.value, expected.standard_error,
                             z);
    if (!csv_.empty())
        std::ofstream(csv_, std::ios::app)
            << fmt::format("{},{},{},{},{},{}\n", name, measured.mean, measured.standard_error,
                           expected.value, expected.standard_error, z);
    EXPECT_LT(std::abs(z), limit_) << name;
}

}  // namespace misfit::support
