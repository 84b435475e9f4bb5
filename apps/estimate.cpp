#include "estimate.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "misfit/base/error.hpp"

namespace misfit::cli {
namespace {

constexpr double state_bytes_per_site = 9.0;  // species and phi at the end of each trajectory or chain
/// Multiplications and additions a second of one core in products of matrices.
constexpr double matrix_speed = 1e10;

/// Exchanges run to completion took 1,600 events at N = 271 and 12,000 at 721 (2D), 290 at 216, 4,300 at 1728
/// and 13,000 at 5000 (3D): powers of N that go through these.
double completion_events(const Crystal& crystal) {
    const double n = crystal.size();
    return crystal.dimension() == 2 ? 1600.0 * std::pow(n / 271.0, 2.05)
                                    : 4300.0 * std::pow(n / 1728.0, 1.25);
}

}  // namespace

double Estimate::run_seconds(const RunSpec& spec, int threads) const {
    const double workers = std::min<double>(threads, spec.ensemble.trajectories);
    return potential_seconds +
           spec.ensemble.trajectories * events_per_trajectory * seconds_per_event / std::max(workers, 1.0);
}

Estimate estimate(const RunSpec& spec, const Crystal& crystal, int threads) {
    const double n = crystal.size();
    Estimate rough;
    if (is_elastic(spec) && spec.potential_file.empty())
        rough.potential_seconds = crystal.dimension() * n * n * n / 3.0 / matrix_speed / std::max(threads, 1);
    rough.events_per_trajectory =
        std::min(completion_events(crystal), static_cast<double>(spec.kmc.max_events));
    rough.seconds_per_event = 0.3e-6 + 2.4e-9 * n;  // docs/performance.md
    const DueTimes due = due_times(spec);
    rough.scalar_times = due.scalars.size();
    rough.sigma_times = due.sigma.size();
    // Species take a byte before compression, which shrinks them about fourfold; scalars are doubles.
    constexpr double columns = 9.0;
    rough.record_bytes = spec.ensemble.trajectories *
                         (static_cast<double>(rough.sigma_times) * n / 4.0 +
                          static_cast<double>(rough.scalar_times) * columns * 8.0 + state_bytes_per_site * n);
    return rough;
}

double EquilibriumEstimate::run_seconds(int threads) const {
    const double workers = std::max(1.0, std::min<double>(threads, units));
    return potential_seconds + attempts * seconds_per_attempt / workers;
}

EquilibriumEstimate estimate_equilibrium(const RunSpec& spec, int threads) {
    EquilibriumEstimate rough;
    rough.seconds_per_attempt = 1e-8;  // docs/performance.md; more where much is accepted
    const double chains_a_point =
        static_cast<double>(spec.monte_carlo.start.size()) * spec.monte_carlo.chains;
    double rungs = 0.0;
    for (const SweepAxis& axis : spec.sweep)
        if (axis.key == spec.replica_exchange.over) rungs = static_cast<double>(axis.values.size());
    constexpr double columns = 12.0;
    const std::vector<RunSpec> points = sweep_points(spec);
    std::vector<const RunSpec*> built;  // one a crystal
    for (const RunSpec& point : points) {
        const auto n = static_cast<double>(site_count(point));
        const MonteCarloParameters& monte_carlo = point.monte_carlo;
        const auto sweeps = static_cast<double>(monte_carlo.equilibration + monte_carlo.sweeps);
        const auto samples = static_cast<double>(monte_carlo.samples());
        rough.attempts += chains_a_point * sweeps * static_cast<double>(site_count(point.crystal));
        rough.chains += chains_a_point;
        rough.record_bytes += chains_a_point * (samples * (columns + rungs) * sizeof(double) +
                                                monte_carlo.frames * n / 4.0 + state_bytes_per_site * n);
        const bool is_new = std::ranges::none_of(built, [&](const RunSpec* other) {
            return other->crystal == point.crystal && other->shell == point.shell;
        });
        if (!is_elastic(point) || !point.potential_file.empty() || !is_new) continue;
        built.push_back(&point);
        rough.potential_seconds += n * n * n / matrix_speed / std::max(threads, 1);
    }
    rough.chains /= static_cast<double>(stage_specs(spec).size());  // each goes through all of them
    rough.units = rough.chains;
    return rough;
}

double record_bytes(const RunSpec& spec) {
    if (spec.method == Method::equilibrium) return estimate_equilibrium(spec, 1).record_bytes;
    return estimate(spec, build_crystal(spec), 1).record_bytes;
}

std::string disk_warning(double record_bytes, const std::filesystem::path& folder) {
    std::error_code failure;
    std::filesystem::path there = std::filesystem::absolute(folder, failure);
    while (there.has_relative_path() && !std::filesystem::exists(there, failure)) there = there.parent_path();
    const std::filesystem::space_info space = std::filesystem::space(there, failure);
    if (failure || record_bytes <= static_cast<double>(space.available)) return {};
    return fmt::format("the record may take {}; {} are free", format_bytes(record_bytes),
                       format_bytes(static_cast<double>(space.available)));
}

}  // namespace misfit::cli
