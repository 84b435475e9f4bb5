#include "misfit/run/memory.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

#include "misfit/base/parallel.hpp"
#include "misfit/elastic/elastic_bytes.hpp"
#include "misfit/elastic/potential_cache.hpp"
#include "misfit/measure/observable.hpp"
#include "misfit/measure/schedule.hpp"

namespace misfit {
namespace {

constexpr double program_bytes = 24e6;  // measured: a run of 19 sites takes 23.5 MB, on any number of threads
/// A due time in the plan, in the stage and in the record's clocks.
constexpr double due_bytes = 40.0;
/// Copies of a unit that are there while a worker hands it over: itself, its bytes, those framed, and a copy
/// of these.
constexpr double handing_over = 4.0;
/// Of a unit, what the heap keeps of arrays that samples have outgrown, on any number of threads. Measured in
/// all: 4.3 to 5.6 units on one thread, 7.7 to 9.5 on two.
constexpr double outgrown = 0.5;

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

/// Neighbours that a site can have.
double neighbors(const Settings& spec) { return bonded_lattice(spec.crystal).coordination(); }

/// Layers of the longest profile: each plane of an oblique lattice may be one of its own.
double layers_along(const Settings& spec) {
    double longest = 0.0;
    double all = 0.0;
    for (int axis = 0; axis < dimension_of(spec.crystal); ++axis) {
        const auto planes = static_cast<double>(plane_sizes(spec.crystal, spec.shell, axis).size());
        longest = std::max(longest, planes);
        all += planes;
    }
    const std::string_view lattice = lattice_of(spec.crystal).name;
    const bool is_oblique = lattice == fcc_lattice().name || lattice == bcc_lattice().name;
    return is_oblique && std::holds_alternative<Box>(spec.crystal) ? all : longest;
}

/// Columns of the scalars at a due time.
double scalar_columns(const Settings& spec) {
    const ObservableParameters& observables = spec.observables;
    const double phases = lattice_of(spec.crystal).ring.empty() ? 3.0 : 5.0;
    return 4.0 + phases + (spec.kind() == Method::equilibrium ? 3.0 : 0.0) +
           (observables.strain ? 2.0 : 0.0) +
           (observables.profile == ProfileAxis::none ? 0.0 : layers_along(spec));
}

/// Bytes a site of the tables that all chains of a model share, of what each chain has of its own, and of a
/// state.
struct EngineBytes {
    double shared;
    double own;
    double state;
};

EngineBytes engine_bytes(const Settings& spec) {
    constexpr double number = sizeof(double);
    const bool is_exchange = spec.kind() == Method::exchange;
    // Sites that are classified, with their neighbours; f_U has its own.
    const double classified = (is_exchange ? 1.0 : 2.0) * sizeof(Site) * (neighbors(spec) + 1.0);
    const double observed =
        classified + (spec.observables.profile == ProfileAxis::none ? 0.0 : sizeof(std::size_t));
    // KmcTables: a factor of a swap a forward bond, four numbers and where a site stands; MonteCarloTables:
    // the core's sites and two numbers each.
    const double tables = is_exchange ? number * 0.5 * neighbors(spec) + 5.0 * number + sizeof(Site)
                                      : 2.0 * sizeof(Site) + 2.0 * number;
    const double state = sizeof(Spin) + (is_exchange ? 2.0 : 1.0) * number;  // species, phi, rated_phi
    // Rates of six numbers with their sums and a state, or scores of three; the state itself, and phi afresh
    // with its sizes.
    double own = (is_exchange ? 6.0 * number + state : 3.0 * number) + state + 2.0 * number;
    // A solution has three vectors of unknowns, and of every site a displacement and five numbers.
    if (spec.observables.strain || spec.elastic == ElasticKind::blocks)
        own += 3.0 * number * dimension_of(spec.crystal) + sizeof(Vector3) + 5.0 * number;
    return {tables + observed, own + observed, state};
}

/// What the record's writer takes for a crystal beside the crystal: of a bond its ends, kind and two numbers,
/// of a site its neighbours in the ring, once more in HDF5.
double written_bytes(const Settings& spec) {
    const double bond = 2.0 * sizeof(std::int32_t) + 1.0 + 2.0 * sizeof(double);
    return 0.5 * neighbors(spec) * bond + 2.0 * sizeof(Site) * (neighbors(spec) + 1.0);
}

/// How much is sampled at a combination, in all stages of a chain; `rungs` of a ladder, or 0.
struct Samples {
    double samples = 0.0;
    double scalar_bytes = 0.0;
    double energy_bytes = 0.0;  ///< reduced energies
    double frame_bytes = 0.0;

    double bytes() const { return scalar_bytes + energy_bytes + frame_bytes; }
};

Samples samples_of(const Plan& plan, std::size_t combination, double sites, double rungs) {
    Samples all;
    for (std::size_t stage = 0; stage < plan.stages(); ++stage) {
        const Settings here = plan.settings(combination, stage);
        double samples = 0.0;
        double frames = 0.0;
        if (here.kind() == Method::exchange) {
            // The times are counted, not listed: there may be too many for a list.
            const double t_end = here.exchange().kmc.t_end;
            samples = due_time_count(here.exchange().record.scalars, t_end);
            frames = due_time_count(here.exchange().record.sigma, t_end);
        } else {
            samples = static_cast<double>(here.equilibrium().monte_carlo.samples());
            frames = here.equilibrium().monte_carlo.frames;
        }
        all.samples += samples;
        all.scalar_bytes += samples * scalar_columns(here) * sizeof(double);
        all.energy_bytes += samples * rungs * sizeof(double);
        all.frame_bytes += frames * std::ceil(sites / 8.0);
    }
    return all;
}

/// V as the spec has it held.
ElasticBytes elastic_bytes(const Settings& spec) {
    if (spec.elastic == ElasticKind::blocks) return block_bytes(spec.crystal, spec.shell, spec.boundary);
    if (spec.elastic_kind() == ElasticKind::single)
        return single_bytes(spec.crystal, spec.shell, spec.boundary);
    const ElasticBytes built = dense_bytes(spec.crystal, spec.shell, spec.boundary);
    return spec.potential_file.empty() ? built : ElasticBytes{built.held, 0.0};
}

ElasticBytes larger(const ElasticBytes& a, const ElasticBytes& b) {
    return {std::max(a.held, b.held), std::max(a.making, b.making)};
}

/// What the analysis of a ladder takes: of each sample that is reweighted its energy at every rung, once more
/// as exponentials, a weight for each of 20 blocks of the jackknife and one for all, and the columns.
double reweighting_bytes(double samples, double rungs) {
    constexpr double most_samples = 200'000.0;
    constexpr double weights_and_columns = 21.0 + 14.0;
    return sizeof(double) * std::min(samples, most_samples) * (2.0 * rungs + weights_and_columns);
}

int thread_count(int threads) { return threads > 0 ? threads : hardware_threads(); }

/// What a run holds, gathered from one combination of its sweep after the other.
class Account {
public:
    explicit Account(const Plan& plan);
    void add(std::size_t combination);
    /// All but what is available.
    MemoryEstimate estimate(int threads) const;

private:
    void add_crystal(std::size_t combination, const Settings& settings);
    void add_samples(const Settings& settings, const Samples& samples);
    double potentials_held(double workers) const;

    const Plan& plan_;
    bool is_exchange_;
    double rungs_ = 1.0;                         ///< of a ladder
    double chains_ = 0.0;                        ///< at a point
    std::map<std::size_t, std::int64_t> sites_;  ///< by crystal; counting takes a while for a large sphere
    std::map<std::size_t, ElasticBytes> potential_;  ///< by crystal, where there is an elastic term
    double crystals_ = 0.0;                          ///< all
    ElasticBytes strain_;
    ElasticBytes modes_;
    double engines_ = 0.0;  ///< of the largest unit, without its samples
    double own_ = 0.0;      ///< of that, what a chain has by itself
    double unit_ = 0.0;     ///< samples of the largest unit
    double written_ = 0.0;  ///< while a crystal is written
    double writing_ = 0.0;  ///< while the samples of a unit, chain or ladder are
    double kept_ = 0.0;     ///< until the record is written
};

Account::Account(const Plan& plan) : plan_(plan), is_exchange_(plan.kind() == Method::exchange) {
    const RunSpec& spec = plan.spec();
    if (is_exchange_) {
        chains_ = spec.exchange().ensemble.trajectories;
        return;
    }
    const MonteCarloParameters& monte_carlo = spec.equilibrium().monte_carlo;
    chains_ = static_cast<double>(monte_carlo.start.size()) * monte_carlo.chains;
    for (const SweepAxis& axis : spec.sweep)
        if (axis.key == spec.equilibrium().replica_exchange.over)
            rungs_ = static_cast<double>(axis.values.size());
}

void Account::add(std::size_t combination) {
    const Settings settings = plan_.settings(combination, 0);
    const std::size_t crystal = plan_.crystal_of(combination);
    if (!sites_.contains(crystal)) add_crystal(crystal, settings);
    if (plan_.is_elastic(combination) && !potential_.contains(crystal))
        potential_[crystal] = elastic_bytes(settings);
    const auto sites = static_cast<double>(sites_.at(crystal));
    const Samples samples = samples_of(plan_, combination, sites, rungs_ > 1.0 ? rungs_ : 0.0);
    const EngineBytes engine = engine_bytes(settings);
    engines_ =
        std::max(engines_, rungs_ * (engine.own + engine.shared) * sites + due_bytes * samples.samples);
    own_ = std::max(own_, engine.own * sites);
    unit_ = std::max(unit_, rungs_ * samples.bytes());
    kept_ += 2.0 * chains_ * engine.state * sites;  // the last states, once by chain and once in a row
    add_samples(settings, samples);
}

void Account::add_crystal(std::size_t crystal, const Settings& settings) {
    sites_[crystal] = site_count(settings);
    const auto sites = static_cast<double>(sites_[crystal]);
    crystals_ += crystal_bytes(settings.crystal, sites);
    written_ = std::max(written_, written_bytes(settings) * sites);
    if (settings.observables.strain)
        strain_ = larger(strain_, displacements_bytes(settings.crystal, settings.shell, settings.boundary));
    if (!is_exchange_ && settings.equilibrium().replica_exchange.over == "crystal.shell.stiffness")
        modes_ = larger(modes_, stiffness_modes_bytes(settings.crystal, settings.shell));
}

void Account::add_samples(const Settings& settings, const Samples& samples) {
    // HDF5 keeps up to a megabyte of chunks of each column.
    const double chunks =
        scalar_columns(settings) * std::min(1024.0 * 1024.0, chains_ * samples.samples * sizeof(double));
    const double clocks = due_bytes * samples.samples;
    if (is_exchange_) {
        // A unit as it was read, as a trajectory of all stages, and its scalars until a chunk is full.
        writing_ = std::max(writing_, 3.0 * samples.bytes() + clocks + chunks);
        return;
    }
    kept_ += chains_ * samples.bytes();
    writing_ = std::max({writing_, rungs_ * samples.bytes(), samples.scalar_bytes + clocks + chunks});
    if (rungs_ > 1.0)
        // All energies in a row, which takes half as much again while it grows.
        writing_ = std::max({writing_, 1.5 * chains_ * rungs_ * samples.energy_bytes,
                             reweighting_bytes(chains_ * rungs_ * samples.samples, rungs_)});
}

/// Those that are in memory at once, the largest.
double Account::potentials_held(double workers) const {
    // Workers go through the points of an exchange one after the other, and meet at two of them at the most.
    double most = std::min(workers, 2.0);
    if (!is_exchange_) {
        const bool rungs_share = plan_.spec().equilibrium().replica_exchange.over.starts_with("model.");
        const double ladders = static_cast<double>(plan_.combinations()) / rungs_;
        most = std::min(workers, ladders) * (rungs_share ? 1.0 : rungs_);
    }
    std::vector<double> held;
    for (const auto& [crystal, bytes] : potential_) held.push_back(bytes.held);
    std::ranges::sort(held, std::ranges::greater{});
    held.resize(std::min(held.size(), static_cast<std::size_t>(most)));
    return std::accumulate(held.begin(), held.end(), 0.0);
}

MemoryEstimate Account::estimate(int threads) const {
    MemoryEstimate estimate = {};
    for (const auto& [crystal, sites] : sites_) estimate.sites = std::max(estimate.sites, sites);
    double building = 0.0;
    for (const auto& [crystal, bytes] : potential_) {
        estimate.potential_bytes = std::max(estimate.potential_bytes, bytes.held);
        building = std::max(building, bytes.held + bytes.making);
    }
    const double units = static_cast<double>(plan_.combinations()) / rungs_ * chains_;
    const double workers = std::min<double>(threads, std::max(1.0, units));
    const double crystals_at_work = std::min(workers, static_cast<double>(sites_.size()));

    const double preparing = estimate.potential_bytes + strain_.held + strain_.making;
    const double running =
        potentials_held(workers) + crystals_at_work * strain_.held +
        std::max(modes_.making, modes_.held + workers * (engines_ + handing_over * unit_) + outgrown * unit_);
    // A single V stays. What a chain had, the heap has not given back; the crystals are made once more.
    const double recording = (sites_.size() == 1 ? estimate.potential_bytes : 0.0) + own_ + crystals_ +
                             written_ + kept_ + writing_;
    estimate.cached_bytes = program_bytes + crystals_ + std::max({preparing, running, recording});
    estimate.total_bytes = std::max(estimate.cached_bytes, program_bytes + crystals_ + building);
    return estimate;
}

}  // namespace

double available_memory(int threads) {
    return std::min(
        {system_available_bytes(), group_limit_bytes(), address_limit_bytes(thread_count(threads))});
}

MemoryEstimate estimate_memory(const RunSpec& spec, int threads) {
    const Plan plan(spec);
    Account account(plan);
    for (std::size_t k = 0; k < plan.combinations(); ++k) account.add(k);
    MemoryEstimate estimate = account.estimate(thread_count(threads));
    estimate.available_bytes = available_memory(threads);
    return estimate;
}

bool potentials_are_cached(const Plan& plan) {
    if (plan.spec().elastic == ElasticKind::blocks || !plan.spec().potential_file.empty()) return false;
    const PotentialCache cache = PotentialCache::standard();
    std::set<std::size_t> seen;
    for (std::size_t k = 0; k < plan.combinations(); ++k)
        if (plan.is_elastic(k) && seen.insert(plan.crystal_of(k)).second &&
            !cache.contains(build_crystal(plan.settings(k, 0))))
            return false;
    return true;
}

}  // namespace misfit
