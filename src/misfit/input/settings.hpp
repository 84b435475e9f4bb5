#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "misfit/crystal/elements.hpp"
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
    xyz,     ///< a frame of a file of atoms
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
    xyz,           ///< a frame of a file of atoms: likewise
};
inline constexpr std::array<const char*, 5> start_words = {arrangement_words[0], arrangement_words[1],
                                                           arrangement_words[2], "record", "xyz"};

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
    /// True if sample k, from 0, is one of the `frames` that keep sigma: they are spread evenly.
    bool is_frame(std::uint64_t k) const { return (k + 1) * frames / samples() > k * frames / samples(); }
    bool operator==(const MonteCarloParameters&) const = default;
};

/// The [replica_exchange] table.
struct ReplicaExchangeParameters {
    std::string over;              ///< the key of [sweep] along which neighbours exchange; empty: none do
    std::uint64_t interval = 100;  ///< sweeps between attempts to exchange

    bool operator==(const ReplicaExchangeParameters&) const = default;
};

/// The tables of an exchange by kinetic Monte Carlo.
struct Exchange {
    KmcParameters kmc;
    ExchangeStartParameters start;
    EnsembleParameters ensemble;
    RecordParameters record;

    static constexpr const char* length_key = "kmc.t_end";  ///< says how long a stage is
    bool operator==(const Exchange&) const = default;
};

/// The tables of an equilibrium.
struct Equilibrium {
    MonteCarloParameters monte_carlo;
    ReplicaExchangeParameters replica_exchange;

    static constexpr const char* length_key = "monte_carlo.sweeps";  ///< as Exchange's
    bool operator==(const Equilibrium&) const = default;
};

/// What a run does, as a word: in records, messages, the command line.
enum class Method { exchange, equilibrium };

/// Everything that holds at one point of a run in one of its stages. Each table is the parameter struct of
/// the room that owns it.
struct Settings {
    CrystalParameters crystal;
    Boundary boundary = Boundary::free;
    Shell shell;
    Spin shell_species = -1;           ///< of every shell site
    std::optional<Elements> elements;  ///< what A and B are called; none: their letters, and in files that
                                       ///< want elements Cd and Ag
    ModelParameters model;
    std::optional<ElasticKind> elastic;  ///< how V is held; none: as elastic_kind() chooses
    std::string potential_file;          ///< V from this file instead of the computed one; empty: computed
    ObservableParameters observables;
    std::variant<Exchange, Equilibrium> method;

    Method kind() const {
        return std::holds_alternative<Exchange>(method) ? Method::exchange : Method::equilibrium;
    }
    /// How V is held: as is asked for, or else in single precision where that pays and is known to do: V of
    /// the springs of a large crystal without a shell.
    ElasticKind elastic_kind() const;
    /// The tables of the one method; throw std::bad_variant_access if the run is of the other.
    Exchange& exchange() { return std::get<Exchange>(method); }
    const Exchange& exchange() const { return std::get<Exchange>(method); }
    Equilibrium& equilibrium() { return std::get<Equilibrium>(method); }
    const Equilibrium& equilibrium() const { return std::get<Equilibrium>(method); }

    bool operator==(const Settings&) const = default;
};

/// The crystal that the settings ask for.
Crystal build_crystal(const Settings& settings);
/// Its number of sites, shell included, without building it.
std::int64_t site_count(const Settings& settings);

}  // namespace misfit
