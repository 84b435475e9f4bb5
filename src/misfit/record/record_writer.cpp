#include "misfit/record/record_writer.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <fmt/format.h>
#include <optional>
#include <string>

#include "misfit/base/error.hpp"
#include "misfit/formats/hdf5_crystal.hpp"
#include "misfit/record/particles.hpp"
#include "misfit/record/point_writer.hpp"
#include "misfit/record/record_head.hpp"
#include "misfit/record/record_parameters.hpp"
#include "misfit/record/record_seal.hpp"
#include "misfit/store/hdf5.hpp"
#include "misfit/unit/ensemble.hpp"
#include "misfit/unit/trajectory_bytes.hpp"

namespace misfit {
namespace {

/// With which a trajectory can end.
constexpr std::array possible_ends = {Stop::until, Stop::composition, Stop::max_events, Stop::frozen};

/// How the trajectories of a point went.
struct Ends {
    std::vector<std::string> end;  ///< [trajectories][stages], like the next two
    std::vector<double> end_time;
    std::vector<std::uint64_t> steps;
    std::vector<std::uint64_t> events;  ///< [trajectories][kinds]
    std::vector<double> phi_deviation;
    std::vector<double> energy_deviation;

    void add(const Trajectory& trajectory) {
        for (const StageEnd& stage : trajectory.stages) {
            end.push_back(end_word(stage.stop));
            end_time.push_back(stage.end_time);
            steps.push_back(stage.steps);
        }
        events.insert(events.end(), trajectory.events.begin(), trajectory.events.end());
        phi_deviation.push_back(trajectory.phi_deviation);
        energy_deviation.push_back(trajectory.energy_deviation);
    }
    void write(const h5::Handle& group, h5::Scale& trajectory, std::uint64_t stages) const;
};

void Ends::write(const h5::Handle& group, h5::Scale& trajectory, std::uint64_t stages) const {
    const std::uint64_t count = phi_deviation.size();
    std::vector<std::int32_t> numbers;
    for (std::uint64_t k = 0; k < stages; ++k) numbers.push_back(static_cast<std::int32_t>(k + 1));
    h5::write<std::int32_t>(group, "stage", {stages}, numbers);
    h5::write_strings(group, "event_kind",
                      {event_kind_names.begin(), event_kind_names.begin() + kmc_event_kinds});
    h5::Scale stage = h5::Scale::of_values(group, "stage");
    h5::Scale kind = h5::Scale::without_values(group, "kind", kmc_event_kinds);
    h5::attach(group, "event_kind", {&kind});
    h5::write_strings(group, "end", {count, stages}, end);
    h5::write<double>(group, "end_time", {count, stages}, end_time);
    h5::write<std::uint64_t>(group, "steps", {count, stages}, steps);
    for (const char* name : {"end", "end_time", "steps"}) h5::attach(group, name, {&trajectory, &stage});
    h5::write<std::uint64_t>(group, "events", {count, kmc_event_kinds}, events);
    h5::attach(group, "events", {&trajectory, &kind});
    h5::write<double>(group, "phi_deviation", {count}, phi_deviation);
    h5::write<double>(group, "energy_deviation", {count}, energy_deviation);
    for (const char* name : {"phi_deviation", "energy_deviation"}) h5::attach(group, name, {&trajectory});
    h5::write_references({&stage, &kind});
}

/// When frames were taken since the run began: the stages before are as long as they can be.
std::vector<double> elapsed(const Plan& plan, std::size_t combination, const std::vector<DueTime>& due) {
    std::vector<double> begins = {0.0};
    for (std::size_t k = 0; k < plan.stages(); ++k)
        begins.push_back(begins.back() + plan.settings(combination, k).exchange().kmc.t_end);
    std::vector<double> times;
    for (const DueTime& each : due) times.push_back(begins[each.stage] + each.time);
    return times;
}

}  // namespace

std::string end_word(Stop stop) {
    if (stop == Stop::paused) throw Error("a trajectory that has not ended cannot be recorded");
    return stop == Stop::until ? "t_end" : stop_words[static_cast<std::size_t>(stop)];
}

Stop end_of_word(const std::string& word) {
    for (const Stop end : possible_ends)
        if (end_word(end) == word) return end;
    throw Error(fmt::format("'{}' is no end of a trajectory", word));
}

struct RecordWriter::Contents {
    std::filesystem::path path;
    Plan plan;
    std::vector<Observable::Column> columns;
    std::vector<std::shared_ptr<const Crystal>> crystals;
    std::uint64_t stages;  ///< that each trajectory goes through
    h5::Handle file;
    h5::Handle points;

    std::size_t begun = 0;  ///< points
    const Crystal* crystal = nullptr;
    std::vector<double> frame_times = {};
    std::optional<PointWriter> point = {};
    Ends ends = {};
    std::vector<Bytes> last = {};  ///< of the trajectories of all points

    void end_point();
};

RecordWriter::RecordWriter(const std::filesystem::path& path, const RecordHeader& header,
                           std::span<const std::shared_ptr<const Crystal>> crystals, std::uint64_t points) {
    h5::Handle file = h5::create_file(path);
    write_head(file, header);
    h5::Scale point = h5::Scale::without_values(file, "point", points);
    const Plan plan(header.spec);
    write_sweep(file, plan, point);
    h5::write_references({&point});
    const h5::Handle group = h5::create_group(file, "crystals");
    for (std::size_t k = 0; k < crystals.size(); ++k)
        write_crystal(h5::create_group(group, std::to_string(k)), *crystals[k], header.spec.shell_species);
    h5::Handle all = h5::create_group(file, "points");
    contents_ = std::make_unique<Contents>(Contents{.path = path,
                                                    .plan = plan,
                                                    .columns = header.columns,
                                                    .crystals = {crystals.begin(), crystals.end()},
                                                    .stages = plan.stages(),
                                                    .file = std::move(file),
                                                    .points = std::move(all)});
}

RecordWriter::~RecordWriter() = default;

void RecordWriter::begin_point(std::size_t crystal, const DueTimes& due, std::uint32_t trajectories) {
    Contents& c = *contents_;
    c.end_point();
    c.crystal = c.crystals.at(crystal).get();
    c.frame_times = elapsed(c.plan, c.begun, due.sigma);
    c.point.emplace(c.points, c.begun, Method::exchange,
                    PointPlan{.crystal = crystal,
                              .sites = c.crystal->size(),
                              .scalars = clock_of(due.scalars),
                              .frames = clock_of(due.sigma),
                              .units = trajectories},
                    c.columns);
    h5::write_attribute(h5::open(c.points, fmt::format("{}", c.begun)), "seed",
                        static_cast<std::int64_t>(c.plan.settings(c.begun, 0).exchange().ensemble.seed));
    ++c.begun;
}

void RecordWriter::Contents::end_point() {
    if (!point) return;
    point->finish(
        [&](const h5::Handle& group, h5::Scale& trajectory) { ends.write(group, trajectory, stages); });
    point.reset();
    ends = {};
}

void RecordWriter::append(const Trajectory& trajectory) {
    Contents& c = *contents_;
    if (c.last.empty()) c.stages = trajectory.stages.size();
    if (trajectory.stages.size() != c.stages || c.stages == 0)
        throw Error(fmt::format("trajectory {}: has not gone through all stages", trajectory.unit));
    c.point->append(trajectory.unit, trajectory.scalars, trajectory.sigma);
    c.ends.add(trajectory);
    if (c.last.empty()) write_particles(c.file, "trajectory", *c.crystal, c.frame_times, trajectory.sigma);
    ByteWriter last;
    put(last, trajectory.last);
    c.last.push_back(last.bytes());
}

void RecordWriter::finish(const Provenance& provenance) {
    Contents& c = *contents_;
    c.end_point();
    write_ends(c.file, c.last);
    write_provenance(c.file, provenance);
    c.points = h5::Handle(-1);
    h5::close_file(std::move(c.file));
    seal_record(c.path);
}

void assemble_record(const std::filesystem::path& path, const RecordHeader& header,
                     std::span<const std::shared_ptr<const Crystal>> crystals, const PartReader& parts,
                     const Provenance& provenance) {
    const Plan plan(header.spec);
    const EnsembleParameters& ensemble = header.spec.exchange().ensemble;
    const EnsembleUnits numbering = {ensemble.first, ensemble.trajectories};
    std::vector<std::vector<std::uint32_t>> units(plan.combinations());
    for (const std::uint32_t unit : parts.units()) units.at(numbering.combination_of(unit)).push_back(unit);
    RecordWriter writer(path, header, crystals, plan.combinations());
    for (std::size_t point = 0; point < units.size(); ++point) {
        writer.begin_point(plan.crystal_of(point), plan.due_times(point),
                           static_cast<std::uint32_t>(units[point].size()));
        for (const std::uint32_t unit : units[point]) {
            auto trajectory = parts.read<Trajectory>(unit);
            trajectory.unit = numbering.number_of(unit);
            writer.append(trajectory);
        }
    }
    writer.finish(provenance);
}

}  // namespace misfit
