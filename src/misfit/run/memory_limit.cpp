#include "misfit/run/memory_limit.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <string>
#include <variant>

#include "misfit/base/error.hpp"
#include "misfit/run/memory.hpp"

namespace misfit {
namespace {

/// What a person writes to ask for a shape of this extent, "hexagon" and "side 130".
struct Wording {
    std::string key;
    std::string shape;
    std::string extent;
};

Wording wording(const Hexagon& hexagon) {
    return {fmt::format("crystal.side = {}", hexagon.side), "hexagon", fmt::format("side {}", hexagon.side)};
}

Wording wording(const Box& box) {
    const std::string size = fmt::format("[{}, {}, {}]", box.size[0], box.size[1], box.size[2]);
    return {"crystal.size = " + size, "box of these proportions", "size " + size};
}

Wording wording(const Parallelogram& parallelogram) {
    const std::string size = fmt::format("[{}, {}]", parallelogram.size[0], parallelogram.size[1]);
    return {"crystal.size = " + size, "parallelogram of these proportions", "size " + size};
}

Wording wording(const Disc& disc) {
    return {fmt::format("crystal.radius = {:.4g}", disc.radius), "disc",
            fmt::format("radius {:.4g}", disc.radius)};
}

Wording wording(const Sphere& sphere) {
    return {fmt::format("crystal.radius = {:.4g}", sphere.radius), "sphere",
            fmt::format("radius {:.4g}", sphere.radius)};
}

Wording wording(const SiteList& list) {
    return {"crystal.points", "list", fmt::format("{} sites", list.points.size())};
}

bool fits(const RunSpec& spec, int threads) {
    const MemoryEstimate estimate = estimate_memory(spec, threads);
    return estimate.sites <= std::numeric_limits<Site>::max() &&
           estimate.total_bytes <= estimate.available_bytes;
}

/// True if what fits but for the building of V needs none of it: every V is in the cache.
bool fits_from_cache(const RunSpec& spec, int threads) {
    const MemoryEstimate estimate = estimate_memory(spec, threads);
    return estimate.sites <= std::numeric_limits<Site>::max() &&
           estimate.cached_bytes <= estimate.available_bytes && potentials_are_cached(Plan(spec));
}

/// What `make(scale)` gives for the largest scale from 0 to 1 with which the run fits, by halving the
/// interval.
template <class Make>
RunSpec largest_that_fits(const Make& make, int threads) {
    double low = 0.0;
    double high = 1.0;
    for (int halving = 0; halving < 40; ++halving) {
        const double middle = 0.5 * (low + high);
        (fits(make(middle), threads) ? low : high) = middle;
    }
    return make(low);
}

/// Of what a sweep that does not fit has too much, besides points: all last states are in memory at the end.
std::string_view fewer(const RunSpec& spec) {
    if (spec.kind() == Method::exchange) return ", or fewer ensemble.trajectories";
    return spec.equilibrium().replica_exchange.over.empty() ? "" : " along replica_exchange.over";
}

/// What would fit, and of what there is too much. `largest` is the largest point of the sweep by itself.
std::string advice(const RunSpec& spec, const RunSpec& largest, int threads) {
    RunSpec without_samples = spec;
    without_samples.stages.clear();
    if (spec.kind() == Method::equilibrium) {
        without_samples.equilibrium().monte_carlo.frames = 0;
        without_samples.equilibrium().monte_carlo.sample_interval = spec.equilibrium().monte_carlo.sweeps;
    }
    if (spec.kind() == Method::equilibrium && fits(without_samples, threads))
        return fmt::format(
            "most of it for samples and frames: take a larger monte_carlo.sample_interval than {} or fewer "
            "monte_carlo.frames than {}",
            spec.equilibrium().monte_carlo.sample_interval, spec.equilibrium().monte_carlo.frames);
    if (fits(largest, threads))
        return threads != 1 && fits(spec, 1)
                   ? "on one thread (--threads 1) it fits"
                   : fmt::format("a single point of the sweep fits: take fewer points{}", fewer(spec));
    RunSpec bare = largest;
    bare.shell.layers = 0;
    if (largest.shell.layers > 0 && fits(bare, threads)) {
        const RunSpec fitting = largest_that_fits(
            [&](double scale) {
                RunSpec thinner = largest;
                thinner.shell.layers = static_cast<int>(largest.shell.layers * scale);
                return thinner;
            },
            threads);
        return fmt::format("at most {} shell layers fit", fitting.shell.layers);
    }
    const RunSpec fitting = largest_that_fits(
        [&](double scale) {
            RunSpec smaller = bare;
            smaller.crystal = scaled(bare.crystal, scale);
            return smaller;
        },
        threads);
    const Wording words = std::visit([](const auto& s) { return wording(s); }, fitting.crystal);
    return fmt::format("the largest {} that fits has {}{}", words.shape, words.extent,
                       largest.shell.layers > 0 ? ", without a shell" : "");
}

}  // namespace

void require_memory(const RunSpec& spec, int threads) {
    if (fits(spec, threads) || fits_from_cache(spec, threads)) return;
    const MemoryEstimate estimate = estimate_memory(spec, threads);
    RunSpec largest = spec;  // the largest point of the sweep, by itself
    const Plan plan(spec);
    for (std::size_t k = 0; k < plan.combinations(); ++k)
        if (site_count(plan.settings(k, 0)) == estimate.sites) {
            largest = plan.alone(k);
            break;
        }
    std::string asked = std::visit([](const auto& s) { return wording(s).key; }, largest.crystal);
    if (largest.shell.layers > 0) asked += fmt::format(", crystal.shell.layers = {}", largest.shell.layers);
    std::string needed = format_bytes(estimate.total_bytes);
    if (estimate.cached_bytes < estimate.total_bytes) needed += " to build V";
    throw Error(fmt::format("{}: N = {} sites need {}; {} are available; {}", asked, estimate.sites, needed,
                            format_bytes(estimate.available_bytes), advice(spec, largest, threads)));
}

}  // namespace misfit
