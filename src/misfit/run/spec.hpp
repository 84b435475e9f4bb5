#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "misfit/crystal/shapes.hpp"
#include "misfit/dynamics/kmc.hpp"
#include "misfit/energy/hamiltonian.hpp"
#include "misfit/observe/schedule.hpp"

namespace misfit {

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

/// A whole run, as an input file gives it. Each table is the parameter struct of the room that owns it.
struct RunSpec {
    CrystalParameters crystal;
    ModelParameters model;
    KmcParameters kmc;
    EnsembleParameters ensemble;
    RecordParameters record;

    bool operator==(const RunSpec&) const = default;
};

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
