// init, keys, check: what comes before a run.

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands.hpp"
#include "estimate.hpp"
#include "misfit/base/error.hpp"
#include "misfit/base/parallel.hpp"
#include "misfit/elastic/potential_cache.hpp"
#include "misfit/elastic/spring_system.hpp"
#include "misfit/formats/potential_file.hpp"
#include "misfit/input/plan.hpp"
#include "misfit/input/spec_reader.hpp"
#include "misfit/input/spec_template.hpp"
#include "misfit/input/spec_text.hpp"
#include "misfit/input/table_json.hpp"
#include "misfit/run/memory.hpp"
#include "misfit/run/memory_limit.hpp"
#include "misfit/run/start_state.hpp"
#include "misfit/run/trial.hpp"
#include "misfit/unit/start_species.hpp"
#include "misfit/unit/units.hpp"
#include "text.hpp"

namespace misfit::cli {
namespace {

void line(const std::string& name, const std::string& text) { fmt::print("{:<12}{}\n", name, text); }

/// True if some point needs V.
bool is_elastic(const Plan& plan) {
    for (std::size_t k = 0; k < plan.combinations(); ++k)
        if (plan.is_elastic(k)) return true;
    return false;
}

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

/// A trial is over before one waits for it.
constexpr double trial_seconds = 0.8;

std::string potential_text(const Plan& plan, const MemoryEstimate& memory, double build_seconds) {
    if (!is_elastic(plan)) return "none: epsilon = 0";
    if (const std::string& file = plan.spec().potential_file; !file.empty())
        return fmt::format("{}, from {}", format_bytes(memory.potential_bytes), file);
    if (plan.spec().elastic == ElasticKind::blocks)
        return fmt::format("{} in blocks", format_bytes(memory.potential_bytes));
    const std::string folder = PotentialCache::standard().folder().string();
    if (build_seconds == 0.0)
        return fmt::format("{}, in the cache: {}", format_bytes(memory.potential_bytes), folder);
    return fmt::format("{}, to be built in {} and kept in {}", format_bytes(memory.potential_bytes),
                       about(build_seconds), folder);
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
std::string stage_text(const Settings& stage, bool is_one_of_several) {
    std::string text;
    if (is_one_of_several)
        text = fmt::format("kT = {}, delta_mu = {}, exchange {}; ends ", stage.model.kT, stage.model.delta_mu,
                           stage.exchange().kmc.exchange_rate > 0.0 ? "on" : "off");
    return text + end_text(stage.exchange().kmc);
}

void print_memory(const Plan& plan, const MemoryEstimate& memory, int threads) {
    const double bytes = potentials_are_cached(plan) ? memory.cached_bytes : memory.total_bytes;
    line("memory", fmt::format("{} at the most on {}; {} available", format_bytes(bytes),
                               counted(static_cast<std::uint64_t>(threads), "thread"),
                               format_bytes(memory.available_bytes)));
}

std::string sweep_text(const RunSpec& spec) {
    std::string text;
    for (const SweepAxis& axis : spec.sweep)
        text += fmt::format("{}{} values of {}", text.empty() ? "" : " x ", axis.values.size(), axis.key);
    return text.empty() ? "none: one point" : text;
}

/// `units` are what runs at the same time: trajectories or chains.
void print_time(const Plan& plan, int threads, double units, const std::string& unit) {
    const double building = potential_seconds(plan, threads);
    const Trial trial = try_run(plan, threads, trial_seconds);
    const bool is_exchange = plan.kind() == Method::exchange;
    const std::string events = is_exchange ? "events" : "attempts";
    line("time", fmt::format("{} on {}", about(building + trial.seconds / std::min<double>(threads, units)),
                             counted(static_cast<std::uint64_t>(threads), "thread")));
    line(events,
         fmt::format(
             "about {} a {}{}, by {} trial", count_text(trial.events / units), unit,
             trial.events > 0.0 ? fmt::format(", {:.2g} us each", 1e6 * trial.seconds / trial.events) : "",
             trial.is_whole ? "a whole" : "a short"));
    if (trial.events == 0.0) fmt::print(stderr, "misfit: warning: {}\n", nothing_happens(plan.spec()));
}

void print_exchange(const Plan& plan, const MemoryEstimate& memory, int threads) {
    const RunSpec& spec = plan.spec();
    if (!spec.sweep.empty()) line("sweep", sweep_text(spec));
    line("potential", potential_text(plan, memory, potential_seconds(plan, threads)));
    line("ensemble", fmt::format("{}{} from number {}, seed {}",
                                 counted(spec.exchange().ensemble.trajectories, "trajectory"),
                                 spec.sweep.empty() ? "" : " at each point", spec.exchange().ensemble.first,
                                 spec.exchange().ensemble.seed));
    if (spec.exchange().start.start != ExchangeStart::all_A)
        line("starts",
             "from " + (spec.exchange().start.start == ExchangeStart::record ? spec.exchange().start.record
                                                                             : spec.exchange().start.xyz));
    const bool has_stages = !spec.stages.empty();
    for (std::size_t k = 0; k < plan.stages(); ++k)
        line(has_stages ? fmt::format("stage {}", k + 1) : "ends",
             stage_text(plan.settings(0, k), has_stages));
    const DueTimes due = plan.due_times(0);
    line("due times", fmt::format("{} of the scalars, {} of sigma{}", due.scalars.size(), due.sigma.size(),
                                  spec.sweep.empty() ? "" : " at the first point"));
    print_memory(plan, memory, threads);
    line("record", fmt::format("about {}", format_bytes(record_bytes(plan))));
    print_time(plan, threads,
               spec.exchange().ensemble.trajectories * static_cast<double>(plan.combinations()),
               "trajectory");
}

/// A stage of chains: its temperature, and how long it is.
std::string chain_stage_text(const Settings& stage) {
    const MonteCarloParameters& monte_carlo = stage.equilibrium().monte_carlo;
    std::string text = fmt::format("kT = {}", stage.model.kT);
    if (monte_carlo.moves == Moves::flip) text += fmt::format(", delta_mu = {}", stage.model.delta_mu);
    return text + fmt::format("; {} + {} sweeps, {} samples", monte_carlo.equilibration, monte_carlo.sweeps,
                              monte_carlo.samples());
}

void print_equilibrium(const Plan& plan, const Crystal& crystal, const MemoryEstimate& memory, int threads) {
    const RunSpec& spec = plan.spec();
    const MonteCarloParameters& monte_carlo = spec.equilibrium().monte_carlo;
    const auto core = static_cast<Site>(core_sites(crystal).size());
    line("core",
         fmt::format("{} sites, {} of them A at the start; {}", core,
                     monte_carlo.starts_from_file() ? "as many as in the file"
                                                    : fmt::format("{}", core_count_A(monte_carlo, core)),
                     counted(static_cast<std::uint64_t>(spec.shell.layers), "shell layer")));
    line("sweep", sweep_text(spec));
    line("potential", potential_text(plan, memory, potential_seconds(plan, threads)));
    const double chains = static_cast<double>(plan.combinations()) * Units(plan).of_a_point();
    if (spec.stages.empty()) {
        line("chains", fmt::format("{} in all, {} + {} sweeps each, {} samples, seed {}", chains,
                                   monte_carlo.equilibration, monte_carlo.sweeps, monte_carlo.samples(),
                                   monte_carlo.seed));
    } else {
        line("chains", fmt::format("{} in all, each through {}, seed {}", chains,
                                   counted(spec.stages.size(), "stage"), monte_carlo.seed));
        for (std::size_t k = 0; k < plan.stages(); ++k)
            line(fmt::format("stage {}", k + 1), chain_stage_text(plan.settings(0, k)));
    }
    if (!spec.equilibrium().replica_exchange.over.empty())
        line("replicas",
             fmt::format("exchange over {} every {} sweeps", spec.equilibrium().replica_exchange.over,
                         spec.equilibrium().replica_exchange.interval));
    print_memory(plan, memory, threads);
    line("record", fmt::format("about {}", format_bytes(record_bytes(plan))));
    print_time(plan, threads, chains, "chain");
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

int execute(const Keys& command) {
    if (command.json)
        fmt::print("{}", table_json());
    else if (command.schema)
        fmt::print("{}", input_schema());
    else
        fmt::print("{}", command.name.empty() ? key_reference() : key_reference(command.name));
    return exit_fine;
}

int execute(const Check& command) {
    const Plan plan(read_spec(command.input.file, command.input.settings));
    const RunSpec& spec = plan.spec();
    const int threads = command.threads > 0 ? command.threads : hardware_threads();
    require_memory(spec, threads);
    const MemoryEstimate memory = estimate_memory(spec, threads);
    const Crystal crystal = build_crystal(spec);
    // These throw if they cannot.
    read_start(plan);
    if (is_elastic(plan) && !spec.potential_file.empty()) read_potential(spec.potential_file, crystal);
    if (is_elastic(plan) || spec.observables.strain) require_held(crystal);

    print_crystal(crystal);
    spec.kind() == Method::exchange ? print_exchange(plan, memory, threads)
                                    : print_equilibrium(plan, crystal, memory, threads);
    if (const std::string warning = disk_warning(record_bytes(plan), "."); !warning.empty())
        fmt::print(stderr, "misfit: warning: {}\n", warning);
    fmt::print("\nEvery key, resolved:\n\n{}", to_toml(spec));
    return exit_fine;
}

}  // namespace misfit::cli
