#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <limits>
#include <map>
#include <numbers>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

#include "misfit/base/error.hpp"
#include "misfit/base/parallel.hpp"
#include "misfit/elastic/potential.hpp"
#include "misfit/input/plan.hpp"
#include "misfit/measure/observable.hpp"
#include "misfit/measure/schedule.hpp"
#include "misfit/run/run.hpp"

namespace misfit {
namespace {

// Rough numbers, per site, of what grows with N alone.
constexpr double crystal_bytes_per_site = 500.0;     // positions, neighbours, bonds, tables of the rates
constexpr double builder_bytes_per_site = 12'000.0;  // entries of D and C
constexpr double plain_columns = 10.0;               // of scalars, without [observables]
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

/// What is left of the limit on this process's addresses (`ulimit -v`, batch queues), once every thread has
/// its stack, its heap and its buffer of OpenBLAS. That library waits for ever for memory it does not get.
double address_limit_bytes(int threads) {
    constexpr double bytes_per_thread = 200.0 * 1024.0 * 1024.0;
    struct rlimit limit = {};
    if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return std::numeric_limits<double>::infinity();
    const double taken = bytes_in_file("/proc/self/statm") * static_cast<double>(::sysconf(_SC_PAGESIZE));
    return std::max(0.0, static_cast<double>(limit.rlim_cur) - taken - threads * bytes_per_thread);
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

Disc scaled(const Disc& disc, double factor) { return {std::max(1.0, disc.radius * factor)}; }

Sphere scaled(const Sphere& sphere, double factor) {
    return {std::max(1.0, sphere.radius * factor), sphere.of};
}

SiteList scaled(const SiteList& list, double factor) {
    SiteList shorter = list;
    shorter.points.resize(
        std::max<std::size_t>(2, static_cast<std::size_t>(static_cast<double>(list.points.size()) * factor)));
    return shorter;
}

/// Unknowns in a block of the block-tridiagonal D, or of G.
double block_rows(const Hexagon& hexagon) { return 2.0 * (2.0 * hexagon.side - 1.0); }
double block_rows(const Box& box) { return 3.0 * box.size[0] * box.size[1]; }
double block_rows(const Parallelogram& parallelogram) { return 2.0 * parallelogram.size[0]; }

double block_rows(const Disc& disc) { return 2.0 * (2.0 * disc.radius + 1.0); }
double block_rows(const Sphere& sphere) { return 3.0 * std::numbers::pi * sphere.radius * sphere.radius; }

double block_rows(const SiteList& list) {
    std::map<int, double> sites_of_plane;
    for (const LatticePoint& point : list.points)
        ++sites_of_plane[point[static_cast<std::size_t>(list.of.lattice->dimension - 1)]];
    double most = 0.0;
    for (const auto& [plane, sites] : sites_of_plane) most = std::max(most, sites);
    return list.of.lattice->dimension * most;
}

/// What building V takes beside V: two blocks of rows over all sites, a few square blocks, the entries.
double builder_bytes(const Settings& spec, double sites) {
    const double core_rows = std::visit([](const auto& shape) { return block_rows(shape); }, spec.crystal);
    double rows = core_rows;
    // A block grows with the shell like the crystal's cross section.
    if (spec.shell.layers > 0) rows *= std::pow(sites / static_cast<double>(site_count(spec.crystal)), 0.67);
    return sizeof(double) * rows * (2.0 * sites + 5.0 * rows) + builder_bytes_per_site * sites;
}

/// Sites along the longest edge, which are the layers of the longest profile.
double longest_extent(const Hexagon& hexagon) { return 2.0 * hexagon.side - 1.0; }
double longest_extent(const Box& box) { return std::ranges::max(box.size); }
double longest_extent(const Parallelogram& parallelogram) { return std::ranges::max(parallelogram.size); }
double longest_extent(const Disc& disc) { return 2.0 * disc.radius + 1.0; }
double longest_extent(const Sphere& sphere) { return 2.0 * sphere.radius + 1.0; }

double longest_extent(const SiteList& list) {
    LatticePoint low = list.points.front();
    LatticePoint high = low;
    for (const LatticePoint& point : list.points)
        for (std::size_t axis = 0; axis < 3; ++axis) {
            low[axis] = std::min(low[axis], point[axis]);
            high[axis] = std::max(high[axis], point[axis]);
        }
    int longest = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) longest = std::max(longest, high[axis] - low[axis]);
    return longest + 1.0;
}

double layers_along(const Settings& spec) {
    return std::visit([](const auto& shape) { return longest_extent(shape); }, spec.crystal) +
           2.0 * spec.shell.layers;
}

/// What displacements, and V by blocks, take: for each row or plane across the longest edge half a square
/// block of the inverse of D, or half as many twice as wide in a periodic crystal; and building it.
double blocks_bytes(const Settings& spec, double sites) {
    const double unknowns = dimension_of(spec.crystal) * sites;
    const double folds = spec.boundary == Boundary::periodic ? 2.0 : 1.0;
    const double rows = folds * unknowns / layers_along(spec);
    return sizeof(double) * (0.5 * rows * unknowns + 5.0 * rows * rows) + builder_bytes_per_site * sites;
}

double displacements_bytes(const Settings& spec, double sites) {
    return spec.observables.strain ? blocks_bytes(spec, sites) : 0.0;
}

/// What V takes, and what building it takes beside.
std::array<double, 2> elastic_bytes(const Settings& spec, double sites) {
    if (spec.elastic == ElasticKind::blocks) return {blocks_bytes(spec, sites), 0.0};
    return {potential_bytes(static_cast<std::int64_t>(sites)), builder_bytes(spec, sites)};
}

/// Columns of the scalars at a due time.
double scalar_columns(const Settings& spec) {
    const ObservableParameters& observables = spec.observables;
    return plain_columns + (observables.strain ? 2.0 : 0.0) +
           (observables.profile == ProfileAxis::none ? 0.0 : layers_along(spec));
}

/// Per thread and site: state, rates, and a copy for the end's check; the springs' loads and displacements.
double worker_bytes_per_site(const Settings& spec) { return spec.observables.strain ? 400.0 : 200.0; }

bool fits(const RunSpec& spec, int threads) {
    const MemoryEstimate estimate = estimate_memory(spec, threads);
    return estimate.sites <= std::numeric_limits<Site>::max() &&
           estimate.total_bytes <= estimate.available_bytes;
}

int thread_count(int threads) { return threads > 0 ? threads : hardware_threads(); }

/// What the trajectories of a combination take while they are under way, on one thread; a finished one is
/// there twice while it is written.
double trajectory_bytes(const Plan& plan, std::size_t combination, double sites) {
    // The times are counted, not listed: there may be too many for a list.
    double samples = 0.0;
    double frames = 0.0;
    for (std::size_t stage = 0; stage < plan.stages(); ++stage) {
        const Settings here = plan.settings(combination, stage);
        const double t_end = here.exchange().kmc.t_end;
        samples += due_time_count(here.exchange().record.scalars, t_end);
        frames += due_time_count(here.exchange().record.sigma, t_end);
    }
    const Settings& spec = plan.spec();
    return worker_bytes_per_site(spec) * static_cast<double>(plan.stages()) * sites +
           2.0 * (samples * scalar_columns(spec) * sizeof(double) + frames * sites / 8.0);
}

/// The record's writer holds the last state of every trajectory, once as parts give it and once in a row.
double end_bytes(const Settings& settings, double sites) {
    return 2.0 * settings.exchange().ensemble.trajectories * sites * (sizeof(Spin) + sizeof(double));
}

/// What the samples at a point of an equilibrium run take: all are in memory together when the record is
/// assembled.
double samples_bytes(const Settings& spec, double sites, double rungs) {
    const MonteCarloParameters& monte_carlo = spec.equilibrium().monte_carlo;
    const auto samples = static_cast<double>(monte_carlo.samples());
    const double energies = rungs > 1.0 ? rungs : 0.0;
    const double frame_bytes = monte_carlo.frames * sites;
    const auto chains = static_cast<double>(monte_carlo.start.size()) * monte_carlo.chains;
    return chains *
           (3.0 * samples * (scalar_columns(spec) + 3.0 + energies) * sizeof(double) + 2.0 * frame_bytes);
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
        return thread_count(threads) > 1 && fits(spec, 1)
                   ? "on one thread (--threads 1) it fits"
                   : "a single point of the sweep fits: take fewer points along replica_exchange.over";
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
            smaller.crystal = std::visit(
                [&](const auto& shape) { return CrystalParameters(scaled(shape, scale)); }, bare.crystal);
            return smaller;
        },
        threads);
    const Wording words = std::visit([](const auto& s) { return wording(s); }, fitting.crystal);
    return fmt::format("the largest {} that fits has {}{}", words.shape, words.extent,
                       largest.shell.layers > 0 ? ", without a shell" : "");
}

}  // namespace

MemoryEstimate estimate_memory(const RunSpec& spec, int threads) {
    const Plan plan(spec);
    const bool is_exchange = plan.kind() == Method::exchange;
    double rungs = 1.0;
    for (const SweepAxis& axis : spec.sweep)
        if (!is_exchange && axis.key == spec.equilibrium().replica_exchange.over)
            rungs = static_cast<double>(axis.values.size());
    MemoryEstimate estimate = {};
    double building_bytes = 0.0;
    double strain_bytes = 0.0;
    double under_way = 0.0;                                // of the largest trajectory
    double kept = 0.0;                                     // until the record is written
    std::map<std::size_t, std::int64_t> sites_of_crystal;  // counting takes a while for a large sphere
    for (std::size_t k = 0; k < plan.points(); ++k) {
        const std::size_t combination = is_exchange ? k : k / plan.stages();
        const Settings point = plan.point(k);
        const auto [found, is_new] = sites_of_crystal.try_emplace(plan.crystal_of(combination), 0);
        if (is_new) found->second = site_count(point);
        const std::int64_t count = found->second;
        const auto sites = static_cast<double>(count);
        if (is_exchange) {
            under_way = std::max(under_way, trajectory_bytes(plan, k, sites));
            kept += end_bytes(point, sites);
        } else {
            kept += samples_bytes(point, sites, rungs);
        }
        estimate.sites = std::max(estimate.sites, count);
        strain_bytes = std::max(strain_bytes, displacements_bytes(point, sites));
        if (is_exchange ? !plan.is_elastic(k) : point.model.epsilon == 0.0) continue;
        const auto [held, beside] = elastic_bytes(point, sites);
        estimate.potential_bytes = std::max(estimate.potential_bytes, held);
        building_bytes = std::max(building_bytes, beside);
    }
    const auto sites = static_cast<double>(estimate.sites);
    const auto combinations = static_cast<double>(plan.combinations());
    double potentials = 1.0;
    double running_bytes = kept;
    if (is_exchange) {
        const double trajectories = spec.exchange().ensemble.trajectories * combinations;
        const double workers = std::min<double>(thread_count(threads), std::max(1.0, trajectories));
        running_bytes += workers * under_way;
        // Workers go through the points one after the other, and meet at two of them at the most.
        potentials = plan.crystals() > 1 ? std::min(workers, 2.0) : 1.0;
    } else {
        const bool shares_one = spec.equilibrium().replica_exchange.over.starts_with("model.");
        potentials = shares_one ? 1.0 : rungs;
        potentials *= std::min(static_cast<double>(thread_count(threads)), combinations / rungs);
    }
    estimate.total_bytes = program_bytes + crystal_bytes_per_site * sites +
                           potentials * (estimate.potential_bytes + strain_bytes) +
                           std::max(building_bytes, running_bytes);
    estimate.available_bytes =
        std::min({system_available_bytes(), group_limit_bytes(), address_limit_bytes(thread_count(threads))});
    return estimate;
}

void require_memory(const RunSpec& spec, int threads) {
    if (fits(spec, threads)) return;
    const MemoryEstimate estimate = estimate_memory(spec, threads);
    RunSpec largest = spec;  // the largest point of the sweep, by itself
    largest.sweep.clear();
    const Plan plan(spec);
    for (std::size_t k = 0; k < plan.combinations(); ++k)
        if (const Settings point = plan.settings(k, 0); site_count(point) == estimate.sites)
            static_cast<Settings&>(largest) = point;
    if (spec.kind() == Method::equilibrium) largest.equilibrium().replica_exchange.over.clear();
    std::string asked = std::visit([](const auto& s) { return wording(s).key; }, largest.crystal);
    if (largest.shell.layers > 0) asked += fmt::format(", crystal.shell.layers = {}", largest.shell.layers);
    const std::string needed = estimate.potential_bytes > 0.5 * estimate.total_bytes
                                   ? fmt::format("{} for V", format_bytes(estimate.potential_bytes))
                                   : format_bytes(estimate.total_bytes);
    throw Error(fmt::format("{}: N = {} sites need {}; {} are available; {}", asked, estimate.sites, needed,
                            format_bytes(estimate.available_bytes), advice(spec, largest, threads)));
}

}  // namespace misfit
