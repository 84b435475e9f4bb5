#include "misfit/input/schema.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "misfit/input/crystal_keys.hpp"
#include "misfit/input/key_makers.hpp"
#include "misfit/input/nearest_word.hpp"
#include "misfit/measure/observable.hpp"

namespace misfit {
namespace {

using namespace schema;

constexpr const char* atoms_path =
    "the path of a file of atoms: XYZ, extended XYZ, a dump of LAMMPS or a POSCAR of VASP";

std::optional<StartState> start_of_word(const Value& value) {
    const auto* given = std::get_if<std::string>(&value.content);
    for (std::size_t k = 0; given != nullptr && k < start_words.size(); ++k)
        if (*given == start_words[k]) return static_cast<StartState>(k);
    return std::nullopt;
}

/// One word or a list of words.
SpecKey start_key() {
    SpecKey key = {
        "monte_carlo.start",
        "\"random\", \"separated\", \"superlattice\", \"record\" or \"xyz\", or a list of them, each once",
        "",
        "Species at the start. With several, chains run from each, and the run says whether they agree.",
        [](Settings& settings, const Value& value) {
            std::vector<Value> items = {value};
            if (const auto* list = std::get_if<std::vector<Value>>(&value.content)) items = *list;
            std::vector<StartState> starts;
            for (const Value& item : items) {
                const std::optional<StartState> start = start_of_word(item);
                if (!start || std::ranges::find(starts, *start) != starts.end()) return false;
                starts.push_back(*start);
            }
            if (starts.empty()) return false;
            settings.equilibrium().monte_carlo.start = std::move(starts);
            return true;
        },
        [](const Settings& settings) -> std::optional<Value> {
            std::vector<Value> words;
            for (const StartState start : settings.equilibrium().monte_carlo.start)
                words.push_back({std::string(start_words[static_cast<std::size_t>(start)])});
            return words.size() == 1 ? words.front() : Value{std::move(words)};
        }};
    key.words.assign(start_words.begin(), start_words.end());
    key.type = KeyType::word_list;
    return key;
}

void add_observables(std::vector<SpecKey>& keys) {
    keys.push_back(flag(
        "observables.strain", [](auto& s) -> auto& { return s.observables.strain; },
        "Measure the local change of area (of volume in three dimensions) over interior sites."));
    keys.push_back(number(
        "observables.mismatch", [](auto& s) -> auto& { return s.observables.mismatch; },
        ObservableParameters::mismatch_range, "spacing",
        "Delta: half of what a bond between two A is longer than one between two B. Displacements are "
        "proportional to it."));
    keys.push_back(word(
        "observables.profile", {profile_words.begin(), profile_words.end()},
        [](Settings& s, std::size_t k) { s.observables.profile = static_cast<ProfileAxis>(k); },
        [](const Settings& s) { return static_cast<std::size_t>(s.observables.profile); },
        "Measure the fraction of A in each layer of sites along this axis; in two dimensions y alone, along "
        "which the rows of the lattice follow each other, of hcp z alone."));
}

void add_monte_carlo(std::vector<SpecKey>& keys) {
    keys.push_back(word(
        "monte_carlo.moves", {move_words.begin(), move_words.end()},
        [](Settings& s, std::size_t k) { s.equilibrium().monte_carlo.moves = static_cast<Moves>(k); },
        [](const Settings& s) { return static_cast<std::size_t>(s.equilibrium().monte_carlo.moves); },
        "What an attempt proposes in the core: to swap two sites anywhere, to swap two bonded neighbours, or "
        "to change the species of one site (semi-grand: the composition follows delta_mu)."));
    keys.push_back(number(
        "monte_carlo.composition", [](auto& s) -> auto& { return s.equilibrium().monte_carlo.composition; },
        composition_range, "1",
        "Fraction of A in the core, rounded down to whole sites; with flips only at the start. A start from "
        "a "
        "record brings its own."));
    keys.push_back(start_key());
    keys.push_back(text(
        "monte_carlo.start_record", [](auto& s) -> auto& { return s.equilibrium().monte_carlo.start_record; },
        "the path of a run's folder or of a record", "For start = \"record\": where the frame is."));
    keys.push_back(text(
        "monte_carlo.start_xyz", [](auto& s) -> auto& { return s.equilibrium().monte_carlo.start_xyz; },
        atoms_path,
        "For start = \"xyz\": where the frame is; it holds every site of the crystal, shell included."));
    keys.push_back(integer(
        "monte_carlo.start_unit", [](auto& s) -> auto& { return s.equilibrium().monte_carlo.start_unit; }, 0,
        largest_count, "1", "Which trajectory of that record, or which chain of an equilibrium one."));
    keys.push_back(integer(
        "monte_carlo.start_frame", [](auto& s) -> auto& { return s.equilibrium().monte_carlo.start_frame; },
        -largest_count, largest_count, "1",
        "Which frame of the record or the file; -1 is the last. An equilibrium of several stages has its "
        "last to offer."));
    keys.push_back(integer(
        "monte_carlo.chains", [](auto& s) -> auto& { return s.equilibrium().monte_carlo.chains; }, 1,
        largest_count, "1",
        "How many independent chains are run from each start, at every point of the sweep."));
    keys.push_back(integer(
        "monte_carlo.equilibration",
        [](auto& s) -> auto& { return s.equilibrium().monte_carlo.equilibration; }, 0, largest_integer,
        "sweeps", "Sweeps before the first sample; a sweep is one attempt a core site."));
    keys.push_back(integer(
        "monte_carlo.sweeps", [](auto& s) -> auto& { return s.equilibrium().monte_carlo.sweeps; }, 1,
        largest_integer, "sweeps", "Sweeps that are sampled."));
    keys.push_back(integer(
        "monte_carlo.sample_interval",
        [](auto& s) -> auto& { return s.equilibrium().monte_carlo.sample_interval; }, 1, largest_integer,
        "sweeps", "Sweeps between two samples of composition, energies and phase fractions."));
    keys.push_back(integer(
        "monte_carlo.frames", [](auto& s) -> auto& { return s.equilibrium().monte_carlo.frames; }, 0,
        largest_count, "1",
        "How many samples of each chain keep the species of every site, evenly spaced, the last included."));
    keys.push_back(integer(
        "monte_carlo.seed", [](auto& s) -> auto& { return s.equilibrium().monte_carlo.seed; }, 0,
        largest_integer, "1", "Seed of all random numbers of the run."));
    keys.push_back(text(
        "replica_exchange.over", [](auto& s) -> auto& { return s.equilibrium().replica_exchange.over; },
        "a key of [sweep]",
        "The key along whose values replicas exchange; without it every point of the sweep runs by itself."));
    keys.push_back(integer(
        "replica_exchange.interval",
        [](auto& s) -> auto& { return s.equilibrium().replica_exchange.interval; }, 1, largest_integer,
        "sweeps", "Sweeps between attempts to exchange."));
}

template <class Schedule>
void add_schedule(std::vector<SpecKey>& keys, const std::string& table, Schedule schedule) {
    keys.push_back(time_count(
        table + ".linear", [=](auto& s) -> auto& { return schedule(s).linear; },
        "How many times are spaced evenly from 0 to t_end, or to spread_to."));
    keys.push_back(time_count(
        table + ".logarithmic", [=](auto& s) -> auto& { return schedule(s).logarithmic; },
        "How many times are spaced evenly in log t from log_start to t_end, or to spread_to."));
    keys.push_back(number(
        table + ".log_start", [=](auto& s) -> auto& { return schedule(s).log_start; }, above(0.0), "1/k0",
        "First of the logarithmic times, below t_end."));
    keys.push_back(number_list(
        table + ".times", [=](auto& s) -> auto& { return schedule(s).times; },
        "a list of numbers from 0 to t_end", "1/k0", "Further times."));
    keys.push_back(number(
        table + ".spread_to", [=](auto& s) -> auto& { return schedule(s).spread_to; }, at_least(0.0), "1/k0",
        "Where evenly spaced times end that go on in the same steps to t_end, as in a run that was extended; "
        "without it, t_end.",
        0.0));
}

/// Unless it is given, settings choose.
SpecKey elastic_key() {
    SpecKey key = word(
        "model.elastic", {elastic_words.begin(), elastic_words.end()},
        [](Settings& s, std::size_t k) { s.elastic = static_cast<ElasticKind>(k); },
        [](const Settings& s) { return static_cast<std::size_t>(s.elastic_kind()); },
        "How V is held: every pair in single precision, by far the fastest while N^2 numbers fit into "
        "memory; "
        "every pair in double precision, twice the memory for a change of phi by some 1e-7; or in blocks, "
        "whose "
        "solutions give what an event changes: 23 MB and 4 ms an event for a rod of 5,000 sites, whose pairs "
        "take 100 MB. Without it \"single\" above 1,024 sites; \"dense\" below, with [monte_carlo] and with "
        "model.potential_file.");
    key.value = [always = key.value](const Settings& s) { return s.elastic ? always(s) : std::nullopt; };
    return key;
}

void add_model_and_kmc(std::vector<SpecKey>& keys) {
    const std::vector<SpecKey> added = {
        number(
            "model.kT", [](auto& s) -> auto& { return s.model.kT; }, ModelParameters::kT_range, "energy",
            "Thermal energy, in the unit in which epsilon, J and delta_mu are given."),
        number(
            "model.epsilon", [](auto& s) -> auto& { return s.model.epsilon; }, ModelParameters::epsilon_range,
            "energy", "Elastic energy scale of the size mismatch; 0 leaves the elastic energy out."),
        number(
            "model.J", [](auto& s) -> auto& { return s.model.J; }, ModelParameters::J_range, "energy",
            "Ising coupling of nearest neighbours: above 0 like species attract."),
        number(
            "model.delta_mu", [](auto& s) -> auto& { return s.model.delta_mu; },
            ModelParameters::delta_mu_range, "energy",
            "Chemical potential difference: below 0 it drives A out and B in."),
        elastic_key(),
        text(
            "model.potential_file", [](auto& s) -> auto& { return s.potential_file; },
            "the path of an HDF5 file with a dataset V, N by N and symmetric",
            "V from a file, in units of epsilon and in the site order of records, instead of that of the "
            "crystal's "
            "springs."),

        number(
            "kmc.t_end", [](auto& s) -> auto& { return s.exchange().kmc.t_end; }, KmcParameters::t_end_range,
            "1/k0", "A trajectory ends at this time at the latest."),
        number(
            "kmc.stop_at_composition", [](auto& s) -> auto& { return s.exchange().kmc.stop_at_composition; },
            KmcParameters::stop_at_composition_range, "1",
            "A trajectory ends when the fraction of A has come down to this.",
            KmcParameters{}.stop_at_composition),
        integer(
            "kmc.max_events", [](auto& s) -> auto& { return s.exchange().kmc.max_events; }, 1,
            largest_integer, "1", "A trajectory ends after so many events.", KmcParameters{}.max_events),
        number(
            "kmc.exchange_rate", [](auto& s) -> auto& { return s.exchange().kmc.exchange_rate; },
            KmcParameters::rate_range, "k0", "Bare rate of exchange at a surface site."),
        number(
            "kmc.diffusion_rate", [](auto& s) -> auto& { return s.exchange().kmc.diffusion_rate; },
            KmcParameters::rate_range, "k0", "Bare rate of a swap of two unlike bonded neighbours."),
        word(
            "kmc.rates", {rate_words.begin(), rate_words.end()},
            [](Settings& s, std::size_t k) {
                s.exchange().kmc.rates = k == 0 ? RateRule::exact : RateRule::published;
            },
            [](const Settings& s) { return s.exchange().kmc.rates == RateRule::exact ? 0U : 1U; },
            "Energy change in the rates: that of the Hamiltonian, or with the self-term of the paper's "
            "released "
            "program."),
        word(
            "kmc.swaps", {swap_words.begin(), swap_words.end()},
            [](Settings& s, std::size_t k) {
                s.exchange().kmc.swaps = k == 0 ? Swaps::bonded : Swaps::nearest;
            },
            [](const Settings& s) { return s.exchange().kmc.swaps == Swaps::bonded ? 0U : 1U; },
            "Which unlike pairs may swap: all that share a bond, in three dimensions next-nearest neighbours "
            "too, or nearest neighbours only."),
        word(
            "kmc.start", {"all_A", "record", "xyz"},
            [](Settings& s, std::size_t k) { s.exchange().start.start = static_cast<ExchangeStart>(k); },
            [](const Settings& s) { return static_cast<std::size_t>(s.exchange().start.start); },
            "Species at the start: all A, those of a record's frame, or those of a frame of a file of "
            "atoms."),
        text(
            "kmc.start_record", [](auto& s) -> auto& { return s.exchange().start.record; },
            "the path of a run's folder or of a record", "For start = \"record\": where the frame is."),
        text(
            "kmc.start_xyz", [](auto& s) -> auto& { return s.exchange().start.xyz; }, atoms_path,
            "For start = \"xyz\": where the frame is."),
        integer(
            "kmc.start_unit", [](auto& s) -> auto& { return s.exchange().start.unit; }, -1, largest_count,
            "1",
            "Which trajectory of that record, or which chain of an equilibrium one; -1: each trajectory "
            "starts "
            "from the one of its own number."),
        integer(
            "kmc.start_frame", [](auto& s) -> auto& { return s.exchange().start.frame; }, -largest_count,
            largest_count, "1", "Which frame of the record or the file; -1 is the last."),

        integer(
            "ensemble.trajectories", [](auto& s) -> auto& { return s.exchange().ensemble.trajectories; }, 1,
            largest_count, "1", "How many independent trajectories are run."),
        integer(
            "ensemble.seed", [](auto& s) -> auto& { return s.exchange().ensemble.seed; }, 0, largest_integer,
            "1", "Seed of all random numbers of the run."),
        integer(
            "ensemble.first", [](auto& s) -> auto& { return s.exchange().ensemble.first; }, 0,
            std::numeric_limits<std::uint32_t>::max(), "1",
            "Number of the first trajectory; trajectory k of a seed is the same in every ensemble."),
    };
    keys.insert(keys.end(), added.begin(), added.end());
}

std::vector<SpecKey> make_keys() {
    std::vector<SpecKey> keys = crystal_keys();
    add_model_and_kmc(keys);
    add_observables(keys);
    add_schedule(keys, "record.scalars", [](auto& s) -> auto& { return s.exchange().record.scalars; });
    add_schedule(keys, "record.sigma", [](auto& s) -> auto& { return s.exchange().record.sigma; });
    add_monte_carlo(keys);
    return keys;
}

}  // namespace

const std::vector<SpecKey>& spec_keys() {
    static const std::vector<SpecKey> keys = make_keys();
    return keys;
}

const SpecKey* find_key(const std::string& path) {
    const auto found = std::ranges::find(spec_keys(), path, &SpecKey::path);
    return found == spec_keys().end() ? nullptr : &*found;
}

const std::vector<SpecTable>& spec_tables() {
    static const std::vector<SpecTable> tables = {
        {"crystal", "The crystal. For exchange every site starts as A, the outgoing species."},
        {"crystal.shell",
         "A shell around the core, for equilibrium: its sites keep their species. A core of side n with m "
         "layers is a hexagon of side n + m; m layers lie on every side of a box."},
        {"model", "The energy. Only ratios of energies matter; the paper's unit is epsilon = 1."},
        {"kmc",
         "Kinetic Monte Carlo of exchange at the surface and of swaps inside. Time is in units of 1/k0, the "
         "inverse of the bare rate: with both rates 1, a move that costs no energy happens once in 1/k0.",
         Method::exchange},
        {stage_table,
         "A list of stages, each `[[stage]]` starting with the species that the one before it left: "
         "exchange, then relaxation with `exchange_rate = 0.0`; or chains that are cooled step by step. What "
         "a stage does not say is that of the tables. Keys stand by their names alone: those of [model], and "
         "with [kmc] those of [kmc] but for the start, and `record.scalars.linear` and so on; each stage has "
         "its own clock, which starts at 0, and t_end and due times count from there. With [monte_carlo] "
         "they "
         "are moves, equilibration, sweeps, sample_interval and frames; each stage has averages of its own, "
         "at every point of the sweep. Without the list [kmc] or [monte_carlo] is the only stage."},
        {"ensemble",
         "Independent trajectories of one crystal. The record is the same on any number of threads.",
         Method::exchange},
        {"observables", "What is measured beside composition, energies and phase fractions."},
        {"record.scalars",
         "When composition, energies and phase fractions are measured. The three kinds of times "
         "are taken together.",
         Method::exchange},
        {"record.sigma",
         "When the species of every site is kept, for pictures and for analysis of one's own.",
         Method::exchange},
        {"monte_carlo",
         "Equilibrium Monte Carlo of the core; with this table a run computes averages instead of exchange. "
         "A "
         "sweep is one attempt a core site; pairs of like species count.",
         Method::equilibrium},
        {sweep_table,
         "Keys of the other tables with lists of values: `model.kT = [0.8, 1.0, 1.2]`. Every combination is "
         "one "
         "point, 100,000 at the most; all points make one record. With [kmc] each has an ensemble of its "
         "own, whose seed the record tells; with [monte_carlo] keys of [crystal], [crystal.shell] and "
         "[model], moves and composition may be swept. The lists stand above what the file says of their "
         "keys elsewhere."},
        {"replica_exchange",
         "Replicas at neighbouring values of one key of [sweep] exchange their species, so that each visits "
         "all "
         "values and crosses what would hold it at one. The key must leave the core as it is: a temperature, "
         "an energy, the shell's stiffness or layers.",
         Method::equilibrium},
    };
    return tables;
}

bool belongs_to(const SpecKey& key, const Settings& settings) {
    if (!key.shapes.empty() && std::ranges::find(key.shapes, shape_word(settings)) == key.shapes.end())
        return false;
    return goes_with(key, settings.kind());
}

bool goes_with(const SpecKey& key, Method method) {
    const auto found = std::ranges::find(spec_tables(), key.table(), &SpecTable::path);
    return !found->method || *found->method == method;
}

bool is_table(const std::string& path) {
    return std::ranges::any_of(spec_tables(), [&](const SpecTable& table) {
        return table.path == path || table.path.starts_with(path + ".");
    });
}

std::string suggestion(const std::string& path, bool is_table_meant) {
    const std::size_t dot = path.rfind('.');
    const std::string name = dot == std::string::npos ? path : path.substr(dot + 1);
    const std::string table = dot == std::string::npos ? "" : path.substr(0, dot);
    std::vector<std::string> here;       // names of the same table
    std::vector<std::string> elsewhere;  // keys of that very name in another table
    std::vector<std::string> all;        // every key, or table, in full
    for (const SpecKey& key : spec_keys()) {
        if (key.table() == table) here.push_back(key.name());
        if (key.name().size() == name.size() && edit_distance(key.name(), name) == 0)
            elsewhere.push_back(key.path);
        if (!is_table_meant) all.push_back(key.path);
    }
    if (is_table_meant)
        for (const SpecTable& each : spec_tables()) all.push_back(each.path);
    std::string meant = nearest_word(name, here);
    if (!meant.empty()) meant = table + "." + meant;
    if (meant.empty() && !elsewhere.empty()) meant = elsewhere.front();
    if (meant.empty()) meant = nearest_word(path, all);
    return meant.empty() ? ""
                         : fmt::format("; did you mean {}?", is_table(meant) ? "[" + meant + "]" : meant);
}

}  // namespace misfit
