// A record, or a potential, of any contents is read or gives an Error. The input says what is changed in a
// sound file (record_edits.hpp); its first word, which file: exchange, equilibrium or potential.
#include <algorithm>
#include <sstream>
#include <vector>

#include "fuzz/base_records.hpp"
#include "fuzz/record_edits.hpp"
#include "fuzz/target.hpp"
#include "misfit/formats/potential_file.hpp"
#include "misfit/record/equilibrium_record.hpp"
#include "misfit/record/record.hpp"
#include "misfit/run/export_atoms.hpp"
#include "misfit/run/start_state.hpp"

using namespace misfit;
using fuzz::Kind;
using fuzz::require;

namespace {

bool are_species(const std::vector<Spin>& sigma) {
    return std::ranges::all_of(sigma, [](Spin s) { return s == 1 || s == -1; });
}

void read(const Record& record, bool with_export) {
    const auto sites = static_cast<std::size_t>(record.crystal().size());
    const RecordHeader& header = record.header();
    ensemble_means(record);
    std::ostringstream out;
    for (std::size_t k = 0; k < record.trajectories().size(); ++k) {
        const Trajectory& trajectory = record.trajectories()[k];
        require(record.index_of(trajectory.unit) <= k, "a trajectory is found by its number");
        require(!trajectory.stages.empty(), "a stage has ended");
        require(trajectory.scalars.size() == header.due.scalars.size() * header.columns.size(),
                "every sample is there");
        fuzz::succeeds([&] {
            const std::vector<Spin> sigma = record.sigma(k);
            require(sigma.size() == header.due.sigma.size() * sites && are_species(sigma),
                    "every frame has its species");
        });
        if (with_export) fuzz::succeeds([&] { export_atoms(record, k, {}, out); });
    }
}

void read(const EquilibriumRecord& record, bool with_export) {
    const std::size_t points = record.points();
    require(record.chains().size() == points && record.heat_capacity().value.size() == points,
            "every point is there");
    for (const Averages& averages : record.averages())
        require(averages.by_point.size() == points, "every point has averages");
    for (const LadderReport& ladder : record.ladders())
        require(ladder.values.size() == ladder.points.size() &&
                    ladder.overlap.size() + 1 == ladder.points.size() &&
                    std::ranges::all_of(ladder.points, [&](std::uint32_t k) { return k < points; }),
                "every point of a ladder is there");
    for (std::size_t point = 0; point < points; ++point)
        for (std::size_t chain = 0; chain < record.chains()[point].size(); ++chain)
            fuzz::succeeds([&] {
                const std::vector<Spin> sigma = record.sigma(point, chain);
                require(are_species(sigma) &&
                            sigma.size() == record.frame_sweeps(point).size() *
                                                static_cast<std::size_t>(record.crystal(point).size()),
                        "every frame has its species");
            });
    std::ostringstream out;
    if (with_export) fuzz::succeeds([&] { export_atoms(record, {}, out); });
}

/// A run that starts where the record ends.
void start_from(const std::filesystem::path& path) {
    RunSpec spec;
    spec.crystal = Hexagon{2};
    spec.exchange().start = {.start = ExchangeStart::record, .record = path.string(), .xyz = {}, .unit = 0};
    const auto start = [&] { require(are_species(read_start(Plan(spec)).front()), "a start has species"); };
    fuzz::succeeds(start);
    spec.method = Equilibrium{};
    spec.equilibrium().monte_carlo.start = {StartState::record};
    spec.equilibrium().monte_carlo.start_record = path.string();
    fuzz::succeeds(start);
}

Kind kind_of(std::string_view text) {
    if (text.starts_with("equilibrium")) return Kind::equilibrium;
    return text.starts_with("potential") ? Kind::potential : Kind::exchange;
}

const bool keeps_memory = fuzz::keep_memory();

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::ScratchFile file;
    require(keeps_memory, "HDF5 keeps its memory");
    const std::string_view text = fuzz::text_of(data, size);
    const Kind kind = kind_of(text);
    file.set(fuzz::base_file(kind));
    fuzz::apply_edits(file.path(), text);
    if (kind == Kind::potential) {
        fuzz::succeeds([&] { read_potential(file.path(), build_crystal(Hexagon{2})); });
        return 0;
    }
    fuzz::succeeds([&] {
        if (record_kind(file.path()) == Method::exchange)
            read(Record(file.path()), size % 4 == 1);
        else
            read(EquilibriumRecord(file.path()), size % 4 == 1);
    });
    // What reads it all once more is not done every time.
    if (size % 4 == 0) start_from(file.path());
    return 0;
}
