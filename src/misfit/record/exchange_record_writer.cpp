#include "misfit/record/exchange_record_writer.hpp"

#include <array>
#include <fmt/format.h>
#include <string>
#include <utility>

#include "misfit/base/error.hpp"
#include "misfit/store/hdf5.hpp"
#include "misfit/unit/units.hpp"

namespace misfit {

/// How the trajectories of a point went.
struct ExchangeRecordWriter::Ends {
    std::vector<std::int32_t> end;  ///< places in possible_ends, [trajectories][stages], like the next two
    std::vector<double> end_time;
    std::vector<std::uint64_t> steps;
    std::vector<std::uint64_t> events;  ///< [trajectories][kinds]
    std::vector<double> phi_deviation;
    std::vector<double> energy_deviation;

    void add(const Trajectory& trajectory) {
        for (const StageEnd& stage : trajectory.stages) {
            end.push_back(end_number(stage.stop));
            end_time.push_back(stage.end_time);
            steps.push_back(stage.steps);
        }
        events.insert(events.end(), trajectory.events.begin(), trajectory.events.end());
        phi_deviation.push_back(trajectory.phi_deviation);
        energy_deviation.push_back(trajectory.energy_deviation);
    }
    void write(const h5::Handle& group, h5::Scale& trajectory, std::uint64_t stages) const;
};

void ExchangeRecordWriter::Ends::write(const h5::Handle& group, h5::Scale& trajectory,
                                       std::uint64_t stages) const {
    const std::uint64_t count = phi_deviation.size();
    std::vector<std::int32_t> numbers;
    for (std::uint64_t k = 0; k < stages; ++k) numbers.push_back(static_cast<std::int32_t>(k + 1));
    h5::write<std::int32_t>(group, "stage", {stages}, numbers);
    h5::write_strings(group, "event_kind",
                      {event_kind_names.begin(), event_kind_names.begin() + kmc_event_kinds});
    h5::Scale stage = h5::Scale::of_values(group, "stage");
    h5::Scale kind = h5::Scale::without_values(group, "kind", kmc_event_kinds);
    h5::attach(group, "event_kind", {&kind});
    std::vector<std::string> words;
    for (const Stop stop : possible_ends) words.push_back(end_word(stop));
    h5::write_strings(group, "end_word", words);
    h5::Scale way = h5::Scale::without_values(group, "way_to_end", words.size());
    h5::attach(group, "end_word", {&way});
    // Numbers: some readers stop at text in two dimensions.
    h5::write<std::int32_t>(group, "end", {count, stages}, end);
    h5::write<double>(group, "end_time", {count, stages}, end_time);
    h5::write<std::uint64_t>(group, "steps", {count, stages}, steps);
    for (const char* name : {"end", "end_time", "steps"}) h5::attach(group, name, {&trajectory, &stage});
    h5::write<std::uint64_t>(group, "events", {count, kmc_event_kinds}, events);
    h5::attach(group, "events", {&trajectory, &kind});
    h5::write<double>(group, "phi_deviation", {count}, phi_deviation);
    h5::write<double>(group, "energy_deviation", {count}, energy_deviation);
    for (const char* name : {"phi_deviation", "energy_deviation"}) h5::attach(group, name, {&trajectory});
    h5::write_references({&stage, &kind, &way});
}

namespace {

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

ExchangeRecordWriter::ExchangeRecordWriter(const std::filesystem::path& path, const RecordHeader& header,
                                           std::span<const std::shared_ptr<const Crystal>> crystals)
    : writer_(path, header, crystals), stages_(writer_.plan().stages()) {}

ExchangeRecordWriter::~ExchangeRecordWriter() = default;

void ExchangeRecordWriter::begin_point(const DueTimes& due, std::uint32_t trajectories) {
    const Plan& plan = writer_.plan();
    const std::size_t crystal = plan.crystal_of(points_);
    point_ends_ = std::make_shared<Ends>();
    writer_.begin_point({.crystal = crystal,
                         .sites = writer_.crystal(crystal).size(),
                         .scalars = clock_of(due.scalars),
                         .frames = clock_of(due.sigma),
                         .units = trajectories},
                        elapsed(plan, points_, due.sigma),
                        [this, ends = point_ends_](const h5::Handle& group, h5::Scale& trajectory) {
                            ends->write(group, trajectory, stages_);
                        });
    h5::write_attribute(writer_.point_group(), "seed",
                        static_cast<std::int64_t>(plan.settings(points_, 0).exchange().ensemble.seed));
    ++points_;
}

void ExchangeRecordWriter::append(const Trajectory& trajectory, Bytes end) {
    if (ends_.empty()) stages_ = trajectory.stages.size();
    if (trajectory.stages.size() != stages_ || stages_ == 0)
        throw Error(fmt::format("trajectory {}: has not gone through all stages", trajectory.unit));
    writer_.append(trajectory.unit, trajectory.scalars, trajectory.sigma);
    point_ends_->add(trajectory);
    ends_.push_back(std::move(end));
}

void ExchangeRecordWriter::finish(const Provenance& provenance) { writer_.finish(ends_, provenance); }

void assemble_exchange_record(const std::filesystem::path& path, const RecordHeader& header,
                              const PartReader& parts, const Provenance& provenance) {
    const Plan plan(header.spec);
    const Units units(plan);
    std::vector<std::vector<std::uint32_t>> of_point(plan.combinations());
    for (const std::uint32_t unit : parts.units())
        of_point.at(units[unit].combinations.front()).push_back(unit);
    ExchangeRecordWriter writer(path, header, build_crystals(plan));
    for (std::size_t point = 0; point < of_point.size(); ++point) {
        writer.begin_point(plan.due_times(point), static_cast<std::uint32_t>(of_point[point].size()));
        for (const std::uint32_t unit : of_point[point]) writer.append(parts.read<Unit>(unit));
    }
    writer.finish(provenance);
}

}  // namespace misfit
