// init, keys, check: what comes before a run.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands.hpp"
#include "estimate.hpp"
#include "misfit/base/error.hpp"
#include "misfit/base/parallel.hpp"
#include "misfit/elastic/potential_cache.hpp"
#include "misfit/elastic/spring_system.hpp"
#include "misfit/formats/potential_file.hpp"
#include "misfit/input/spec.hpp"
#include "misfit/run/run.hpp"
#include "misfit/run/start_state.hpp"
#include "misfit/unit/start_species.hpp"
#include "text.hpp"

namespace misfit::cli {
namespace {

void line(const std::string& name, const std::string& text) { fmt::print("{:<12}{}\n", name, text); }

void print_crystal(const Crystal& crystal) {
    Site surface = 0;
    for (Site site = 0; site < crystal.size(); ++site) surface += crystal.is_surface(site) ? 1 : 0;
    std::size_t nearest = 0;
    for (const Bond& bond : crystal.bonds())
        nearest += crystal.lattice().directions[static_cast<std::size_t>(bond.direction)].nearest ? 1U : 0U;
    line("crystal", fmt::format("{} ({} lattice)", crystal.shape(), crystal.lattice().name));
    line("sites", fmt::format("{}, of which {} at the surface", crystal.size(), surface));
    const std::size_t others = crystal.bonds().size() - nearest;
    line("bonds", others == 0
                      ? fmt::format("{}", nearest)
                      : fmt::format("{}: {} nearest, {} next-nearest", nearest + others, nearest, others));
}

std::string potential_text(const RunSpec& spec, const Crystal& crystal, const MemoryEstimate& memory,
                           double build_seconds) {
    if (!is_elastic(spec)) return "none: epsilon = 0";
    if (!spec.potential_file.empty())
        return fmt::format("{}, from {}", format_bytes(memory.potential_bytes), spec.potential_file);
    const bool cached = PotentialCache::standard().contains(crystal);
    return fmt::format(
        "{}, {}", format_bytes(memory.potential_bytes),
        cached ? "in the cache" : fmt::format("to be built in about {}", duration(build_seconds)));
}

std::string end_text(const KmcParameters& kmc) {
    std::string text = fmt::format("at t = {}", kmc.t_end);
    if (kmc.stop_at_composition >= 0.0)
        text += fmt::format(", or at composition {}", kmc.stop_at_composition);
    if (kmc.max_events != KmcParameters{}.max_events)
        text += fmt::format(", or after {} events", kmc.max_events);
    return text + ", or when nothing can happen";
}

/// What sets a stage apart from the run's tables, and its end.
std::string stage_text(const RunSpec& spec, const RunSpec& stage) {
    std::string text;
    if (!spec.stages.empty())
        text = fmt::format("kT = {}, delta_mu = {}, exchange {}; ends ", stage.model.kT, stage.model.delta_mu,
                           stage.kmc.exchange_rate > 0.0 ? "on" : "off");
    return text + end_text(stage.kmc);
}

void print_memory(const MemoryEstimate& memory, int threads) {
    line("memory", fmt::format("{} at the most on {} threads; {} available", format_bytes(memory.total_bytes),
                               threads, format_bytes(memory.available_bytes)));
}

void print_exchange(const RunSpec& spec, const Crystal& crystal, const MemoryEstimate& memory, int threads) {
    const Estimate rough = estimate(spec, crystal, threads);
    line("potential", potential_text(spec, crystal, memory, rough.potential_seconds));
    line("ensemble", fmt::format("{} trajectories from number {}, seed {}", spec.ensemble.trajectories,
                                 spec.ensemble.first, spec.ensemble.seed));
    if (spec.exchange_start.start != ExchangeStart::all_A)
        line("starts",
             "from " + (spec.exchange_start.start == ExchangeStart::record ? spec.exchange_start.record
                                                                           : spec.exchange_start.xyz));
    const std::vector<RunSpec> stages = stage_specs(spec);
    for (std::size_t k = 0; k < stages.size(); ++k)
        line(spec.stages.empty() ? "ends" : fmt::format("stage {}", k), stage_text(spec, stages[k]));
    line("due times", fmt::format("{} of the scalars, {} of sigma", rough.scalar_times, rough.sigma_times));
    print_memory(memory, threads);
    line("record", fmt::format("about {}", format_bytes(rough.record_bytes)));
    line("time", fmt::format("about {} on {} threads; a rough guess: {} events a trajectory, {:.2g} us each",
                             duration(rough.run_seconds(spec, threads)), threads,
                             count_text(rough.events_per_trajectory), 1e6 * rough.seconds_per_event));
}

std::string sweep_text(const RunSpec& spec) {
    std::string text;
    for (const SweepAxis& axis : spec.sweep)
        text += fmt::format("{}{} values of {}", text.empty() ? "" : " x ", axis.values.size(), axis.key);
    return text.empty() ? "none: one point" : text;
}

/// A stage of chains: its temperature, and how long it is.
std::string chain_stage_text(const RunSpec& stage) {
    const MonteCarloParameters& monte_carlo = stage.monte_carlo;
    std::string text = fmt::format("kT = {}", stage.model.kT);
    if (monte_carlo.moves == Moves::flip) text += fmt::format(", delta_mu = {}", stage.model.delta_mu);
    return text + fmt::format("; {} + {} sweeps, {} samples", monte_carlo.equilibration, monte_carlo.sweeps,
                              monte_carlo.samples());
}

void print_equilibrium(const RunSpec& spec, const Crystal& crystal, const MemoryEstimate& memory,
                       int threads) {
    const EquilibriumEstimate rough = estimate_equilibrium(spec, threads);
    const MonteCarloParameters& monte_carlo = spec.monte_carlo;
    const auto core = static_cast<Site>(core_sites(crystal).size());
    line("core",
         fmt::format("{} sites, {} of them A at the start; {} shell layers", core,
                     monte_carlo.starts_from_file() ? "as many as in the file"
                                                    : fmt::format("{}", core_count_A(monte_carlo, core)),
                     spec.shell.layers));
    line("sweep", sweep_text(spec));
    line("potential", potential_text(spec, crystal, memory, rough.potential_seconds));
    if (spec.stages.empty()) {
        line("chains", fmt::format("{} in all, {} + {} sweeps each, {} samples, seed {}", rough.chains,
                                   monte_carlo.equilibration, monte_carlo.sweeps, monte_carlo.samples(),
                                   monte_carlo.seed));
    } else {
        line("chains", fmt::format("{} in all, each through {} stage{}, seed {}", rough.chains,
                                   spec.stages.size(), spec.stages.size() == 1 ? "" : "s", monte_carlo.seed));
        const std::vector<RunSpec> stages = stage_specs(spec);
        for (std::size_t k = 0; k < stages.size(); ++k)
            line(fmt::format("stage {}", k), chain_stage_text(stages[k]));
    }
    if (!spec.replica_exchange.over.empty())
        line("replicas", fmt::format("exchange over {} every {} sweeps", spec.replica_exchange.over,
                                     spec.replica_exchange.interval));
    print_memory(memory, threads);
    line("record", fmt::format("about {}", format_bytes(rough.record_bytes)));
    line("time", fmt::format("about {} on {} threads; a rough guess: {} attempts, {:.2g} ns each",
                             duration(rough.run_seconds(threads)), threads, count_text(rough.attempts),
                             1e9 * rough.seconds_per_attempt));
}

}  // namespace

int execute(const Message& command) {
    fmt::print("{}", command.text);
    return exit_fine;
}

int execute(const Init& command) {
    if (!command.name.empty()) {
        fmt::print("{}", template_input(command.name));
        return exit_fine;
    }
    fmt::print("misfit init NAME prints a commented input file. The names:\n");
    for (const std::string& name : template_names()) {
        const std::string text = template_input(name);
        fmt::print("  {:<18}{}\n", name, text.substr(2, text.find_first_of(":\n") - 2));
    }
    return exit_fine;
}

int execute(const Keys&) {
    fmt::print("{}", key_reference());
    return exit_fine;
}

int execute(const Check& command) {
    const RunSpec spec = read_spec(command.input.file, command.input.settings);
    const int threads = command.threads > 0 ? command.threads : hardware_threads();
    require_memory(spec, threads);
    const MemoryEstimate memory = estimate_memory(spec, threads);
    const Crystal crystal = build_crystal(spec);
    // These throw if they cannot.
    if (spec.method == Method::exchange) read_exchange_start(spec, crystal);
    if (spec.monte_carlo.starts_from_file()) read_start(spec);
    if (is_elastic(spec) && !spec.potential_file.empty()) read_potential(spec.potential_file, crystal);
    if (is_elastic(spec) || spec.observables.strain) require_held(crystal);

    print_crystal(crystal);
    spec.method == Method::exchange ? print_exchange(spec, crystal, memory, threads)
                                    : print_equilibrium(spec, crystal, memory, threads);
    if (const std::string warning = disk_warning(record_bytes(spec), "."); !warning.empty())
        fmt::print(stderr, "misfit: warning: {}\n", warning);
    fmt::print("\nEvery key, resolved:\n\n{}", to_toml(spec));
    return exit_fine;
}

}  // namespace misfit::cli
