#include "estimate.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>

#include "misfit/base/error.hpp"

namespace misfit::cli {
namespace {

// Of a record, per site. Measured from 30 sites to 270,000, records are 0.6 to 1.7 times what these give;
// numbers that repeat, of a crystal of a few sites or one in which nothing happens any more, are compressed
// further.
constexpr double state_bytes = 9.0;          // species and phi at the end of each trajectory or chain
constexpr double frame_bytes = 3.0 / 16.0;   // a bit of the commoner species, two of the other
constexpr double positions_bytes = 1.0;      // in every frame of the first trajectory or chain
constexpr double bare_record_bytes = 100e3;  // names, units and input

/// A crystal: positions as they are; bonds, neighbours and rings compressed.
double crystal_record_bytes(const Settings& settings, double sites) {
    return sites * (8.0 * dimension_of(settings.crystal) + 40.0);
}

/// Multiplications and additions a second of one core in products of matrices.
constexpr double matrix_speed = 1e10;

/// Exchanges run to completion took 1,600 events at N = 271 and 12,000 at 721 (2D), 290 at 216, 4,300 at 1728
/// and 13,000 at 5000 (3D): powers of N that go through these.
double completion_events(double sites, int dimension) {
    return dimension == 2 ? 1600.0 * std::pow(sites / 271.0, 2.05) : 4300.0 * std::pow(sites / 1728.0, 1.25);
}

}  // namespace

double Estimate::run_seconds(int threads) const {
    return potential_seconds + event_seconds / std::max(1.0, std::min<double>(threads, trajectories));
}

Estimate estimate_exchange(const Plan& plan, int threads) {
    Estimate rough;
    std::map<std::size_t, double> sites_of_crystal;
    for (std::size_t k = 0; k < plan.combinations(); ++k) {
        const Settings point = plan.settings(k, 0);
        const auto [found, is_new] = sites_of_crystal.try_emplace(plan.crystal_of(k), 0.0);
        if (is_new) found->second = static_cast<double>(site_count(point));
        const double n = found->second;
        if (is_new) rough.record_bytes += crystal_record_bytes(point, n);
        const int dimension = dimension_of(point.crystal);
        const bool is_built = point.potential_file.empty() && point.elastic == ElasticKind::dense;
        if (is_new && plan.is_elastic(k) && is_built)
            rough.potential_seconds += dimension * n * n * n / 3.0 / matrix_speed / std::max(threads, 1);
        const double trajectories = point.exchange().ensemble.trajectories;
        const double events =
            std::min(completion_events(n, dimension), static_cast<double>(point.exchange().kmc.max_events));
        rough.trajectories += trajectories;
        rough.events += trajectories * events;
        // docs/performance.md; blocks are solved through, 3.6 ms at N = 5000.
        const double by_blocks =
            point.elastic == ElasticKind::blocks ? 3.6e-3 * std::pow(n / 5000.0, 5.0 / 3.0) : 0.0;
        rough.event_seconds += trajectories * events * (0.3e-6 + 2.4e-9 * n + by_blocks);
        double scalars = 0.0;
        double frames = 0.0;
        for (std::size_t stage = 0; stage < plan.stages(); ++stage) {
            const Exchange here = plan.settings(k, stage).exchange();
            scalars += due_time_count(here.record.scalars, here.kmc.t_end);
            frames += due_time_count(here.record.sigma, here.kmc.t_end);
        }
        // Scalars are doubles, half of which are like those before.
        constexpr double columns = 9.0;
        rough.record_bytes +=
            trajectories * (frames * frame_bytes * n + scalars * columns * 4.0 + state_bytes * n);
        if (k == 0) rough.record_bytes += bare_record_bytes + frames * positions_bytes * n;
    }
    return rough;
}

double EquilibriumEstimate::run_seconds(int threads) const {
    const double workers = std::max(1.0, std::min<double>(threads, units));
    return potential_seconds + attempts * seconds_per_attempt / workers;
}

EquilibriumEstimate estimate_equilibrium(const RunSpec& spec, int threads) {
    EquilibriumEstimate rough;
    rough.seconds_per_attempt = 1e-8;  // docs/performance.md; more where much is accepted
    const double chains_a_point = static_cast<double>(spec.equilibrium().monte_carlo.start.size()) *
                                  spec.equilibrium().monte_carlo.chains;
    double rungs = 0.0;
    for (const SweepAxis& axis : spec.sweep)
        if (axis.key == spec.equilibrium().replica_exchange.over)
            rungs = static_cast<double>(axis.values.size());
    constexpr double columns = 12.0;
    const Plan plan(spec);
    std::set<std::size_t> recorded;  // numbers of crystals
    std::set<std::size_t> built;
    for (std::size_t k = 0; k < plan.points(); ++k) {
        const Settings point = plan.point(k);
        const auto n = static_cast<double>(site_count(point));
        const MonteCarloParameters& monte_carlo = point.equilibrium().monte_carlo;
        const auto sweeps = static_cast<double>(monte_carlo.equilibration + monte_carlo.sweeps);
        const auto samples = static_cast<double>(monte_carlo.samples());
        rough.attempts += chains_a_point * sweeps * static_cast<double>(site_count(point.crystal));
        rough.chains += chains_a_point;
        rough.record_bytes += chains_a_point * (samples * (columns + rungs) * sizeof(double) +
                                                monte_carlo.frames * frame_bytes * n + state_bytes * n);
        if (k == 0) rough.record_bytes += bare_record_bytes + monte_carlo.frames * positions_bytes * n;
        if (recorded.insert(plan.crystal_of(k / plan.stages())).second)
            rough.record_bytes += crystal_record_bytes(point, n);
        if (point.model.epsilon == 0.0 || !point.potential_file.empty()) continue;
        if (!built.insert(plan.crystal_of(k / plan.stages())).second) continue;
        rough.potential_seconds += n * n * n / matrix_speed / std::max(threads, 1);
    }
    rough.chains /= static_cast<double>(plan.stages());  // each goes through all of them
    rough.units = rough.chains;
    return rough;
}

double record_bytes(const RunSpec& spec) {
    if (spec.kind() == Method::equilibrium) return estimate_equilibrium(spec, 1).record_bytes;
    return estimate_exchange(Plan(spec), 1).record_bytes;
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
