#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

#include "misfit/base/error.hpp"
#include "misfit/base/parallel.hpp"
#include "misfit/elastic/potential.hpp"
#include "misfit/observe/schedule.hpp"
#include "misfit/run/run.hpp"

namespace misfit {
namespace {

// Rough numbers, per site, of what grows with N alone.
constexpr double crystal_bytes_per_site = 500.0;     // positions, neighbours, bonds, tables of the rates
constexpr double builder_bytes_per_site = 12'000.0;  // entries of D and C
constexpr double worker_bytes_per_site = 200.0;      // state, rates, and a copy for the end's check
constexpr double scalar_columns = 10.0;
constexpr double program_bytes = 64.0 * 1024.0 * 1024.0;

/// A number in a file of the system, in units of bytes; infinite if it is not there or says "max".
double bytes_in_file(const std::string& path) {
    std::ifstream file(path);
    double bytes = 0.0;
    return file >> bytes ? bytes : std::numeric_limits<double>::infinity();
}

double system_available_bytes() {
    std::ifstream file("/proc/meminfo");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("MemAvailable:")) {
            std::istringstream words(line.substr(line.find(':') + 1));
            double kibibytes = 0.0;
            if (words >> kibibytes) return kibibytes * 1024.0;
        }
    return std::numeric_limits<double>::infinity();
}

/// The limit of the control group of a container or a batch job (versions 2 and 1).
double group_limit_bytes() {
    return std::min(bytes_in_file("/sys/fs/cgroup/memory.max"),
                    bytes_in_file("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
}

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

/// The same shape, its extents times `factor`, each at least 2.
Hexagon scaled(const Hexagon& hexagon, double factor) {
    return {std::max(2, static_cast<int>(hexagon.side * factor))};
}

Box scaled(const Box& box, double factor) {
    Box smaller = box;
    for (int& extent : smaller.size) extent = std::max(2, static_cast<int>(extent * factor));
    return smaller;
}

Parallelogram scaled(const Parallelogram& parallelogram, double factor) {
    Parallelogram smaller = parallelogram;
    for (int& extent : smaller.size) extent = std::max(2, static_cast<int>(extent * factor));
    return smaller;
}

/// Unknowns in a block of the block-tridiagonal D, or of G.
double block_rows(const Hexagon& hexagon) { return 2.0 * (2.0 * hexagon.side - 1.0); }
double block_rows(const Box& box) { return 3.0 * box.size[0] * box.size[1]; }
double block_rows(const Parallelogram& parallelogram) { return 2.0 * parallelogram.size[0]; }

/// What building V takes beside V: two blocks of rows over all sites, a few square blocks, the entries.
double builder_bytes(const CrystalParameters& crystal) {
    const double rows = std::visit([](const auto& shape) { return block_rows(shape); }, crystal);
    const auto sites = static_cast<double>(site_count(crystal));
    return sizeof(double) * rows * (2.0 * sites + 5.0 * rows) + builder_bytes_per_site * sites;
}

bool fits(const RunSpec& spec, int threads) {
    const MemoryEstimate estimate = estimate_memory(spec, threads);
    return site_count(spec.crystal) <= std::numeric_limits<Site>::max() &&
           estimate.total_bytes <= estimate.available_bytes;
}

/// The largest crystal of the same shape that fits, by halving the interval of scale factors.
CrystalParameters largest_that_fits(RunSpec spec, int threads) {
    const CrystalParameters asked = spec.crystal;
    double low = 0.0;
    double high = 1.0;
    for (int halving = 0; halving < 40; ++halving) {
        const double middle = 0.5 * (low + high);
        spec.crystal =
            std::visit([&](const auto& shape) { return CrystalParameters(scaled(shape, middle)); }, asked);
        (fits(spec, threads) ? low : high) = middle;
    }
    return std::visit([&](const auto& shape) { return CrystalParameters(scaled(shape, low)); }, asked);
}

}  // namespace

MemoryEstimate estimate_memory(const RunSpec& spec, int threads) {
    const std::int64_t count = site_count(spec.crystal);
    const auto sites = static_cast<double>(count);
    const auto workers =
        static_cast<double>(std::min(static_cast<std::uint32_t>(threads > 0 ? threads : hardware_threads()),
                                     std::max(1U, spec.ensemble.trajectories)));
    const auto samples = static_cast<double>(due_times(spec.record.scalars, spec.kmc.t_end).size());
    const auto frames = static_cast<double>(due_times(spec.record.sigma, spec.kmc.t_end).size());

    // A finished trajectory is there twice while it is written.
    const double trajectory_bytes = 2.0 * (samples * scalar_columns * sizeof(double) + frames * sites / 8.0);
    const double running_bytes = workers * (worker_bytes_per_site * sites + trajectory_bytes);

    MemoryEstimate estimate = {};
    double building_bytes = 0.0;
    if (spec.model.epsilon != 0.0) {
        estimate.potential_bytes = potential_bytes(count);
        building_bytes = builder_bytes(spec.crystal);
    }
    estimate.total_bytes = program_bytes + crystal_bytes_per_site * sites + estimate.potential_bytes +
                           std::max(building_bytes, running_bytes);
    estimate.available_bytes = std::min(system_available_bytes(), group_limit_bytes());
    return estimate;
}

void require_memory(const RunSpec& spec, int threads) {
    if (fits(spec, threads)) return;
    const MemoryEstimate estimate = estimate_memory(spec, threads);
    const auto words = [](const CrystalParameters& shape) {
        return std::visit([](const auto& s) { return wording(s); }, shape);
    };
    const Wording asked = words(spec.crystal);
    const Wording largest = words(largest_that_fits(spec, threads));
    const std::string needed = estimate.potential_bytes > 0.5 * estimate.total_bytes
                                   ? fmt::format("{} for V", format_bytes(estimate.potential_bytes))
                                   : format_bytes(estimate.total_bytes);
    throw Error(fmt::format("{}: N = {} sites need {}; {} are available; the largest {} that fits has {}",
                            asked.key, site_count(spec.crystal), needed,
                            format_bytes(estimate.available_bytes), largest.shape, largest.extent));
}

}  // namespace misfit
