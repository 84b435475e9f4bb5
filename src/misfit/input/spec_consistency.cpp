#include "misfit/input/spec_consistency.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <utility>

#include "misfit/input/brief_text.hpp"
#include "misfit/input/plan.hpp"
#include "misfit/input/schema.hpp"
#include "misfit/measure/observable.hpp"
#include "misfit/measure/profile.hpp"

namespace misfit {
namespace {

/// True if crystals differ in their number of layers along the sweep of this key.
bool changes_layers(const std::string& key) {
    return key == "crystal.side" || key == "crystal.size" || key == "crystal.radius" ||
           key == "crystal.shell.layers";
}

/// Throws for a value that does not go with the others.
class Consistency {
public:
    Consistency(const Settings& settings, const std::vector<SweepAxis>& sweep, const PlaceOfKey& place)
        : spec_(settings), sweep_(sweep), place_(place) {}

    void require() const {
        require_crystal();
        require_observables();
        std::visit([this](const auto& method) { require_method(method); }, spec_.method);
    }

private:
    [[noreturn]] void refuse(const std::string& path, const std::string& allowed) const {
        const std::optional<Value> given = find_key(path)->value(spec_);
        throw InputError(place_(path), path, given ? brief_text(*given) : "none", allowed);
    }
    void require_crystal() const;
    void require_lattice() const;
    void require_exchange_start() const;
    void require_observables() const;
    void require_method(const Exchange& exchange) const;
    void require_units() const;
    int smallest_extent() const;
    void require_method(const Equilibrium& equilibrium) const;

    const Settings& spec_;
    const std::vector<SweepAxis>& sweep_;
    const PlaceOfKey& place_;
};

/// Sites along the shortest edge of the core.
int Consistency::smallest_extent() const {
    if (const auto* hexagon = std::get_if<Hexagon>(&spec_.crystal)) return hexagon->side;
    if (const auto* box = std::get_if<Box>(&spec_.crystal)) return std::ranges::min(box->size);
    if (const auto* cell = std::get_if<Parallelogram>(&spec_.crystal)) return std::ranges::min(cell->size);
    return std::numeric_limits<int>::max();  // the others have no edges
}

/// A lattice that the shape can be cut from, with bonds that hold it.
void Consistency::require_lattice() const {
    const auto* sphere = std::get_if<Sphere>(&spec_.crystal);
    const auto* list = std::get_if<SiteList>(&spec_.crystal);
    const auto* box = std::get_if<Box>(&spec_.crystal);
    if (sphere == nullptr && list == nullptr && box == nullptr) return;
    const LatticeChoice& choice = sphere != nullptr ? sphere->of : list != nullptr ? list->of : box->of;
    const Lattice& lattice = *choice.lattice;
    if (list == nullptr && lattice.dimension != 3)
        refuse("crystal.lattice",
               fmt::format("must be one of three dimensions for shape = \"{}\"", shape_word(spec_)));
    const int sites = static_cast<int>(lattice.sites.size());
    if (box != nullptr && spec_.boundary == Boundary::periodic && box->size[2] % sites != 0)
        refuse("crystal.size",
               fmt::format(
                   "must be a multiple of {} along the last edge of a periodic crystal: a cell of the {} "
                   "lattice has as many sites",
                   sites, lattice.name));
    const double stiffness = choice.stiffness().value_or(lattice.next_nearest_stiffness);
    if (!lattice.has_next_nearest() && choice.stiffness().value_or(0.0) != 0.0)
        refuse("crystal.next_nearest_stiffness",
               fmt::format("must be 0: a {} lattice has no next-nearest bonds", lattice.name));
    if (lattice.has_next_nearest() && lattice.nearest_only == nullptr && stiffness == 0.0)
        refuse(
            "crystal.next_nearest_stiffness",
            fmt::format("must be above 0: without next-nearest bonds a {} lattice is floppy", lattice.name));
}

void Consistency::require_crystal() const {
    require_lattice();
    if (!spec_.potential_file.empty() && spec_.elastic_kind() != ElasticKind::dense)
        refuse("model.elastic",
               spec_.elastic == ElasticKind::blocks
                   ? "must be \"dense\" with model.potential_file: the file has every pair"
                   : "must be \"dense\" with model.potential_file: single precision is known to do for V of "
                     "springs alone");
    const bool can_be_periodic =
        std::holds_alternative<Box>(spec_.crystal) || std::holds_alternative<Parallelogram>(spec_.crystal);
    if (spec_.shell.layers > 0 && !can_be_periodic && !std::holds_alternative<Hexagon>(spec_.crystal))
        refuse(
            "crystal.shell.layers",
            fmt::format("must be 0 for shape = \"{}\": hexagons, boxes and parallelograms can have a shell",
                        shape_word(spec_)));
    if (spec_.boundary == Boundary::free) return;
    if (!can_be_periodic)
        refuse("crystal.boundary",
               fmt::format("must be \"free\" for shape = \"{}\"; a parallelogram and a box may be periodic",
                           shape_word(spec_)));
    if (smallest_extent() < 3)
        refuse("crystal.size", "must be 3 or more along every edge of a periodic crystal");
    if (spec_.shell.layers > 0)
        refuse("crystal.shell.layers", "must be 0: a periodic crystal has no surface");
}

void Consistency::require_exchange_start() const {
    const ExchangeStartParameters& start = spec_.exchange().start;
    const bool from_record = start.start == ExchangeStart::record;
    if (from_record == start.record.empty())
        refuse("kmc.start_record",
               from_record ? "must name the record to start from" : "goes with start = \"record\" only");
    const bool from_xyz = start.start == ExchangeStart::xyz;
    if (from_xyz == start.xyz.empty())
        refuse("kmc.start_xyz",
               from_xyz ? "must name the file to start from" : "goes with start = \"xyz\" only");
}

void Consistency::require_observables() const {
    const ObservableParameters& observables = spec_.observables;
    if (observables.profile != ProfileAxis::none &&
        !has_layers(lattice_of(spec_.crystal), observables.profile)) {
        const Lattice& lattice = lattice_of(spec_.crystal);
        std::string allowed = "must be \"none\"";
        for (const char axis : lattice.layered) allowed += fmt::format(" or \"{}\"", axis);
        refuse("observables.profile",
               fmt::format("{} for the {} lattice: it has no whole layers of sites across other axes",
                           allowed, lattice.name));
    }
    const bool is_hollow = spec_.boundary == Boundary::free && smallest_extent() < 3;
    if (observables.strain && is_hollow && !std::holds_alternative<Hexagon>(spec_.crystal))
        refuse(
            "observables.strain",
            "must be false for a core of fewer than 3 sites along an edge: no site has all its neighbours");
    for (const SweepAxis& axis : sweep_)
        if (observables.profile != ProfileAxis::none && changes_layers(axis.key))
            refuse("observables.profile",
                   fmt::format("must be \"none\" with {} in [sweep]: the number of layers would change",
                               axis.key));
}

/// All trajectories of all points have numbers of 32 bits.
void Consistency::require_units() const {
    const EnsembleParameters& ensemble = spec_.exchange().ensemble;
    constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
    std::uint64_t combinations = 1;
    for (const SweepAxis& axis : sweep_) combinations *= axis.values.size();
    const std::uint64_t units = combinations * ensemble.trajectories;
    if (units > most)
        refuse("ensemble.trajectories",
               fmt::format("must be {} or less at {} points", most / combinations, combinations));
    if (ensemble.first + units > most)
        refuse("ensemble.first", fmt::format("must be {} or less with {} trajectories", most - units, units));
}

void Consistency::require_method(const Exchange& exchange) const {
    require_exchange_start();
    if (spec_.shell.layers > 0)
        refuse("crystal.shell.layers", "must be 0 with [kmc]: a shell goes with [monte_carlo]");
    if (spec_.boundary == Boundary::periodic)
        refuse("crystal.boundary", "must be \"free\" with [kmc]: exchange needs a surface");
    require_units();
    const double t_end = exchange.kmc.t_end;
    for (const auto& [table, schedule] : {std::pair{"record.scalars", &exchange.record.scalars},
                                          std::pair{"record.sigma", &exchange.record.sigma}}) {
        if (schedule->spread_to > t_end)
            refuse(fmt::format("{}.spread_to", table), fmt::format("must be at most kmc.t_end = {}", t_end));
        const bool is_spread = schedule->spread_to > 0.0;
        const double last = is_spread ? schedule->spread_to : t_end;
        if (schedule->logarithmic > 0 && schedule->log_start >= last)
            refuse(fmt::format("{}.log_start", table),
                   fmt::format("must be below {} = {}",
                               is_spread ? fmt::format("{}.spread_to", table) : "kmc.t_end", last));
        if (const double count = due_time_count(*schedule, t_end); is_spread && count > most_due_times)
            refuse(fmt::format("{}.spread_to", table),
                   fmt::format("must give at most {:.0f} times, not {:.3g}", most_due_times, count));
        const std::vector<double>& times = schedule->times;
        const auto late = std::ranges::find_if(times, [&](double time) { return time > t_end; });
        if (late != times.end())
            refuse(fmt::format("{}.times", table),
                   fmt::format("no time may lie beyond kmc.t_end = {}; number {} of the list is {}", t_end,
                               late - times.begin() + 1, *late));
    }
}

void Consistency::require_method(const Equilibrium& equilibrium) const {
    if (const ElasticKind elastic = spec_.elastic_kind(); elastic != ElasticKind::dense)
        refuse("model.elastic",
               elastic == ElasticKind::blocks
                   ? "must be \"dense\" with [monte_carlo]: an attempt looks at any pair of sites"
                   : "must be \"dense\" with [monte_carlo]: V of a stiff shell has elements too "
                     "large for single precision");
    const MonteCarloParameters& monte_carlo = equilibrium.monte_carlo;
    if (monte_carlo.sample_interval > monte_carlo.sweeps)
        refuse("monte_carlo.sample_interval",
               fmt::format("must be at most monte_carlo.sweeps = {}", monte_carlo.sweeps));
    if (const std::uint64_t samples = monte_carlo.samples(); monte_carlo.frames > samples)
        refuse("monte_carlo.frames", fmt::format("must be at most the number of samples, {}", samples));
    const std::uint64_t all_sweeps = monte_carlo.equilibration + monte_carlo.sweeps;
    // Neighbours try in turn, every other time.
    if (!equilibrium.replica_exchange.over.empty() && 2 * equilibrium.replica_exchange.interval >= all_sweeps)
        refuse("replica_exchange.interval",
               fmt::format("must be below half of monte_carlo.equilibration + monte_carlo.sweeps = {}",
                           all_sweeps));
    for (const StartState file : {StartState::record, StartState::xyz}) {
        const std::string word = start_words[static_cast<std::size_t>(file)];
        const bool is_asked = std::ranges::find(monte_carlo.start, file) != monte_carlo.start.end();
        const std::string& path =
            file == StartState::record ? monte_carlo.start_record : monte_carlo.start_xyz;
        if (is_asked && monte_carlo.start.size() > 1)
            refuse("monte_carlo.start",
                   fmt::format("must have \"{}\" alone: its composition is its own", word));
        if (is_asked == path.empty())
            refuse(fmt::format("monte_carlo.start_{}", word),
                   is_asked ? fmt::format("must name the {} to start from", word)
                            : fmt::format("goes with start = \"{}\" only", word));
    }
}

}  // namespace

void require_consistent(const RunSpec& spec, const PlaceInStage& place) {
    const auto require_all = [&](const RunSpec& staged, std::size_t stages, std::size_t first) {
        const Plan plan(staged);
        for (std::size_t stage = 0; stage < stages; ++stage) {
            const PlaceOfKey of_key = [&](const std::string& path) { return place(path, first + stage); };
            for (std::size_t k = 0; k < plan.combinations(); ++k) {
                const Settings here = plan.settings(k, stage);
                Consistency(here, spec.sweep, of_key).require();
            }
        }
    };
    // What stands outside all stages holds by itself, too.
    RunSpec unstaged = spec;
    unstaged.stages.clear();
    require_all(unstaged, 1, spec.stages.size());
    require_all(spec, spec.stages.size(), 0);
}

}  // namespace misfit
