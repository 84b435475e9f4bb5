#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "misfit/crystal/shapes.hpp"
#include "misfit/engine/kmc.hpp"
#include "misfit/engine/monte_carlo.hpp"
#include "misfit/measure/observable.hpp"
#include "misfit/measure/schedule.hpp"
#include "misfit/model/hamiltonian.hpp"

namespace misfit {

/// The species with which trajectories of kinetic Monte Carlo start: keys start and start_... of [kmc].
enum class ExchangeStart {
    all_A,   ///< every site is A
    record,  ///< a frame of a record
    xyz,     ///< a frame of an extended XYZ file
};
struct ExchangeStartParameters {
    ExchangeStart start = ExchangeStart::all_A;
    std::string record;       ///< for record: a run's folder or its record
    std::string xyz;          ///< for xyz: the file
    std::int64_t unit = -1;   ///< which trajectory or chain of the record; negative: each starts from the one
                              ///< of its own number
    std::int64_t frame = -1;  ///< which of its frames; negative: counted from the last

    bool operator==(const ExchangeStartParameters&) const = default;
};

/// One [[stage]] of a run: the keys that have values of their own in it, in the order of the reference page,
/// as TOML writes them: {"kmc.t_end", "7.84"}. kmc.t_end or monte_carlo.sweeps is always among them.
struct Stage {
    std::vector<std::pair<std::string, std::string>> settings;

    bool operator==(const Stage&) const = default;
};

/// The [ensemble] table: independent trajectories.
struct EnsembleParameters {
    std::uint32_t trajectories = 100;  ///< how many, at least 1
    std::uint64_t seed = 2021;         ///< key of the random numbers of the whole run
    std::uint32_t first = 0;           ///< number of the first; trajectory k is the same in every ensemble

    bool operator==(const EnsembleParameters&) const = default;
};

/// The [record] table: when to measure, and when to keep sigma itself.
struct RecordParameters {
    ScheduleParameters scalars = {401, 200, 1e-24, {}};  ///< [record.scalars]: observables
    ScheduleParameters sigma = {101, 50, 1e-24, {}};     ///< [record.sigma]: every site's species

    bool operator==(const RecordParameters&) const = default;
};

/// The species with which a chain of equilibrium Monte Carlo starts.
enum class StartState {
    random,        ///< A on random core sites
    separated,     ///< A on one side of the core, B on the other
    superlattice,  ///< the modulated phases of that composition side by side
    record,        ///< a frame of a record: its composition too
    xyz,           ///< a frame of an extended XYZ file: likewise
};
inline constexpr std::array<const char*, 5> start_words = {"random", "separated", "superlattice", "record",
                                                           "xyz"};

/// The [monte_carlo] table: chains of equilibrium Monte Carlo at every point of the sweep.
struct MonteCarloParameters {
    Moves moves = Moves::nonlocal_swap;
    double composition = 0.5;                              ///< of the core: floor(c N_core) sites are A
    std::vector<StartState> start = {StartState::random};  ///< one or several; chains are run from each
    std::string start_record;     ///< for StartState::record: a run's folder or its record
    std::string start_xyz;        ///< for StartState::xyz: the file, shell included
    std::int64_t start_unit = 0;  ///< which trajectory or chain of that record
    std::int64_t start_frame =
        -1;                    ///< which frame of the record or the file; negative: counted from the last
    std::uint32_t chains = 1;  ///< independent chains from each start, at every point
    std::uint64_t equilibration = 20'000;  ///< sweeps before the first sample
    std::uint64_t sweeps = 100'000;        ///< sweeps that are sampled
    std::uint64_t sample_interval = 10;    ///< sweeps between samples of the observables
    std::uint32_t frames = 10;  ///< how many samples keep sigma itself, evenly spaced, the last included
    std::uint64_t seed = 2021;  ///< key of the random numbers of the whole run

    /// True if a frame of a file gives the species, and so the composition.
    bool starts_from_file() const {
        return start.front() == StartState::record || start.front() == StartState::xyz;
    }
    /// Samples of each chain.
    std::uint64_t samples() const { return sweeps / sample_interval; }
    bool operator==(const MonteCarloParameters&) const = default;
};

/// The [replica_exchange] table.
struct ReplicaExchangeParameters {
    std::string over;              ///< the key of [sweep] along which neighbours exchange; empty: none do
    std::uint64_t interval = 100;  ///< sweeps between attempts to exchange

    bool operator==(const ReplicaExchangeParameters&) const = default;
};

/// One key of [sweep] and its values, as TOML writes them.
struct SweepAxis {
    std::string key;  ///< "crystal.shell.stiffness"
    std::vector<std::string> values;

    bool operator==(const SweepAxis&) const = default;
};

/// What a run does: exchange by kinetic Monte Carlo, or equilibrium.
enum class Method { exchange, equilibrium };

/// A whole run, as an input file gives it. Each table is the parameter struct of the room that owns it.
struct RunSpec {
    CrystalParameters crystal;
    Boundary boundary = Boundary::free;
    Shell shell;
    Spin shell_species = -1;  ///< of every shell site
    ModelParameters model;
    std::string potential_file;  ///< V from this file instead of the computed one; empty: computed
    ObservableParameters observables;
    Method method = Method::exchange;  ///< equilibrium if there is a table [monte_carlo]
    KmcParameters kmc;
    ExchangeStartParameters exchange_start;
    std::vector<Stage> stages;  ///< none: [kmc] or [monte_carlo] is the only one
    EnsembleParameters ensemble;
    RecordParameters record;
    MonteCarloParameters monte_carlo;
    std::vector<SweepAxis> sweep;
    ReplicaExchangeParameters replica_exchange;

    bool operator==(const RunSpec&) const = default;
};

/// The crystal that a spec asks for.
Crystal build_crystal(const RunSpec& spec);
/// Its number of sites, shell included, without building it.
std::int64_t site_count(const RunSpec& spec);

/// The specs of all points of the sweep, itself left out: every combination of the values, those of the last
/// key fastest. One for a spec without a sweep. In equilibrium each stage is a point of its own, and stages
/// run faster than any key.
std::vector<RunSpec> sweep_points(const RunSpec& spec);

/// What one key is at every point of an equilibrium.
struct PointColumn {
    std::string key;                  ///< "model.kT", or "stage"
    std::vector<std::string> values;  ///< by point, as TOML writes them
    bool is_axis = true;              ///< false: it follows from the stage
};

/// What tells the points of an equilibrium apart: the keys of the sweep in their order, "stage" where there
/// is a list of them, and then those keys of [model] that are not the same in all stages.
std::vector<PointColumn> point_columns(const RunSpec& spec);
/// "crystal.shell.stiffness = 17, model.kT = 0.2": the columns at one point; empty if there are none.
std::string describe_point(std::span<const PointColumn> columns, std::size_t point);

/// The specs of all stages, the list of them left out: what [[stage]] does not say is that of the spec. One
/// for a spec without stages.
std::vector<RunSpec> stage_specs(const RunSpec& spec);

/// True if epsilon is not zero in any stage: then V is needed.
bool is_elastic(const RunSpec& spec);

/// When an exchange is measured, in all its stages.
DueTimes due_times(const RunSpec& spec);

/// Reads an input file and then `settings`, each "table.key=value" with a TOML value, as given to --set.
/// Every key has a type, a range and a default; a key that is absent takes its default.
/// Throws InputError naming file, line, key, the value given and what is allowed; for an unknown key or
/// table the nearest known one is named.
RunSpec read_spec(const std::filesystem::path& file, std::span<const std::string> settings = {});

/// The same from text; `name` stands in messages where the file's would.
RunSpec parse_spec(std::string_view text, const std::string& name,
                   std::span<const std::string> settings = {});

/// Every key of the spec with its value, in the order of the reference page: {"model.kT", "0.2"}.
/// Numbers are written with as many digits as give the same number back. A limit that is not set
/// (stop_at_composition, max_events) and a key of another shape are left out.
std::vector<std::pair<std::string, std::string>> resolved_keys(const RunSpec& spec);

/// A TOML file that gives exactly this spec, defaults included.
std::string to_toml(const RunSpec& spec);

/// One line per key in which two specs differ: "model.kT: 0.2 here, 0.25 in the record".
std::vector<std::string> differences(const RunSpec& here, const RunSpec& recorded);

/// Commented input that runs as it is, for `misfit init NAME`. Throws Error, naming the known ones, for
/// another name.
std::string template_input(std::string_view name);
std::vector<std::string> template_names();

/// The reference of all keys as Markdown: key, type, allowed, default, meaning.
std::string key_reference();

}  // namespace misfit
