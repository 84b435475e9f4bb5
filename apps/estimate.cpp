#include "estimate.hpp"

#include <fmt/format.h>
#include <set>

#include "misfit/base/error.hpp"
#include "misfit/elastic/build_time.hpp"
#include "misfit/elastic/potential_cache.hpp"

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

double exchange_bytes(const Plan& plan) {
    constexpr double columns = 9.0;
    constexpr double scalar_bytes = 4.0;  // doubles, half of which are like those before
    double bytes = bare_record_bytes;
    std::set<std::size_t> recorded;  // numbers of crystals
    for (std::size_t k = 0; k < plan.combinations(); ++k) {
        const Settings point = plan.settings(k, 0);
        const auto n = static_cast<double>(site_count(point));
        if (recorded.insert(plan.crystal_of(k)).second) bytes += crystal_record_bytes(point, n);
        double scalars = 0.0;
        double frames = 0.0;
        for (std::size_t stage = 0; stage < plan.stages(); ++stage) {
            const Exchange here = plan.settings(k, stage).exchange();
            scalars += due_time_count(here.record.scalars, here.kmc.t_end);
            frames += due_time_count(here.record.sigma, here.kmc.t_end);
        }
        bytes += point.exchange().ensemble.trajectories *
                 (frames * frame_bytes * n + scalars * columns * scalar_bytes + state_bytes * n);
        if (k == 0) bytes += frames * positions_bytes * n;
    }
    return bytes;
}

double equilibrium_bytes(const Plan& plan) {
    constexpr double columns = 12.0;
    const Equilibrium& equilibrium = plan.spec().equilibrium();
    const double chains =
        static_cast<double>(equilibrium.monte_carlo.start.size()) * equilibrium.monte_carlo.chains;
    double rungs = 0.0;
    for (const SweepAxis& axis : plan.spec().sweep)
        if (axis.key == equilibrium.replica_exchange.over) rungs = static_cast<double>(axis.values.size());
    double bytes = bare_record_bytes;
    std::set<std::size_t> recorded;
    for (std::size_t k = 0; k < plan.points(); ++k) {
        const Settings point = plan.point(k);
        const auto n = static_cast<double>(site_count(point));
        const MonteCarloParameters& monte_carlo = point.equilibrium().monte_carlo;
        bytes += chains * (static_cast<double>(monte_carlo.samples()) * (columns + rungs) * sizeof(double) +
                           monte_carlo.frames * frame_bytes * n + state_bytes * n);
        if (k == 0) bytes += monte_carlo.frames * positions_bytes * n;
        if (recorded.insert(plan.crystal_of(k / plan.stages())).second)
            bytes += crystal_record_bytes(point, n);
    }
    return bytes;
}

}  // namespace

double potential_seconds(const Plan& plan, int threads) {
    if (plan.spec().elastic == ElasticKind::blocks || !plan.spec().potential_file.empty()) return 0.0;
    double seconds = 0.0;
    std::set<std::size_t> built;
    for (std::size_t k = 0; k < plan.combinations(); ++k)
        if (plan.is_elastic(k) && built.insert(plan.crystal_of(k)).second)
            if (const Settings point = plan.settings(k, 0);
                !PotentialCache::standard().contains(build_crystal(point)))
                seconds += build_seconds(point.crystal, point.shell, point.boundary, threads);
    return seconds;
}

double record_bytes(const Plan& plan) {
    return plan.kind() == Method::equilibrium ? equilibrium_bytes(plan) : exchange_bytes(plan);
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
