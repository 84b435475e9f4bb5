#include "misfit/record/record.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <limits>
#include <new>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "misfit/base/error.hpp"
#include "misfit/input/plan.hpp"
#include "misfit/record/record_head.hpp"
#include "misfit/statistics/accumulator.hpp"
#include "misfit/store/hdf5.hpp"

namespace misfit {
namespace {

/// Records of before there were stages have one; those of version 1.x count them from 0.
std::vector<DueTime> read_times(const h5::Handle& file, const RecordPlaces& places, const std::string& path) {
    const h5::Handle group = h5::open(file, path);
    const auto dimensions = h5::dimensions_of(h5::open(group, "time"));
    const auto time = h5::read<double>(group, "time", dimensions);
    const std::uint32_t first = places.is_old() ? 0 : 1;
    std::vector<std::uint32_t> stage(time.size(), first);
    if (h5::has_link(group, "stage")) stage = h5::read<std::uint32_t>(group, "stage", dimensions);
    std::vector<DueTime> due;
    if (std::ranges::any_of(stage, [&](std::uint32_t number) { return number < first; }))
        throw Error(fmt::format("/{} has a stage before the first", path));
    for (std::size_t k = 0; k < time.size(); ++k)
        due.push_back({static_cast<std::uint16_t>(stage[k] - first), time[k]});
    return due;
}

/// How every stage of every trajectory ended, one trajectory after the other: from version 2.1 on as places
/// in a list.
std::vector<std::string> read_end_words(const h5::Handle& units, const h5::Dimensions& dimensions) {
    if (!h5::has_link(units, "end_word")) return h5::read_strings(units, "end");
    const std::vector<std::string> words = h5::read_strings(units, "end_word");
    std::vector<std::string> ends;
    for (const std::int32_t place : h5::read<std::int32_t>(units, "end", dimensions)) {
        if (place < 0 || static_cast<std::size_t>(place) >= words.size())
            throw Error(fmt::format("/points/0/units/end: {} has no word", place));
        ends.push_back(words[static_cast<std::size_t>(place)]);
    }
    return ends;
}

/// How every trajectory went through its stages, [trajectories][stages].
std::vector<std::vector<StageEnd>> read_stages(const h5::Handle& units, std::uint64_t count) {
    const h5::Dimensions dimensions = h5::dimensions_of(h5::open(units, "end_time"));
    if (dimensions.size() != 2 || dimensions[0] != count || dimensions[1] == 0)
        throw Error("/points/0/units/end_time is not of these trajectories");
    const auto end_time = h5::read<double>(units, "end_time", dimensions);
    const auto steps = h5::read<std::uint64_t>(units, "steps", dimensions);
    const std::vector<std::string> end = read_end_words(units, dimensions);
    std::vector<std::vector<StageEnd>> stages(count);
    for (std::size_t k = 0; k < end_time.size(); ++k)
        stages[k / dimensions[1]].push_back({end_of_word(end.at(k)), end_time[k], steps[k]});
    return stages;
}

/// The same of a record of version 1.x, with a group for each stage, or none of before there were stages.
std::vector<std::vector<StageEnd>> read_stages_1(const h5::Handle& units, std::uint64_t count) {
    std::vector<std::vector<StageEnd>> stages(count);
    const auto read = [&](const h5::Handle& group) {
        const auto end = h5::read_strings(group, "end");
        const auto end_time = h5::read<double>(group, "end_time", {count});
        const auto steps = h5::read<std::uint64_t>(group, "steps", {count});
        if (end.size() != count) throw Error("/trajectories/end has another length than /trajectories/unit");
        for (std::size_t k = 0; k < count; ++k)
            stages[k].push_back({end_of_word(end[k]), end_time[k], steps[k]});
    };
    if (!h5::has_link(units, "stages")) {
        read(units);
        return stages;
    }
    const h5::Handle group = h5::open(units, "stages");
    std::size_t number = 0;
    for (; h5::has_link(group, std::to_string(number)); ++number)
        read(h5::open(group, std::to_string(number)));
    if (number == 0 && count > 0) throw Error("/trajectories/stages has none");
    return stages;
}

std::vector<Trajectory> read_trajectories(const h5::Handle& file, const RecordPlaces& places,
                                          const std::vector<Observable::Column>& all_columns,
                                          const DueTimes& due, std::size_t point) {
    const std::string numbers = places.trajectory_numbers(point);
    const std::uint64_t count = h5::element_count(h5::dimensions_of(h5::open(file, numbers)));
    const auto unit = h5::read<std::uint32_t>(file, numbers, {count});
    const h5::Handle group = h5::open(file, places.units(point));
    const std::vector<std::vector<StageEnd>> stages =
        places.is_old() ? read_stages_1(group, count) : read_stages(group, count);
    const auto events = h5::read<std::uint64_t>(group, "events", {count, kmc_event_kinds});
    const auto phi_deviation = h5::read<double>(group, "phi_deviation", {count});
    const auto energy_deviation = h5::read<double>(group, "energy_deviation", {count});

    const std::uint64_t samples = due.scalars.size();
    const std::size_t columns = all_columns.size();
    const h5::Handle observables = h5::open(file, places.observables(point));
    for (const Observable::Column& column : all_columns)
        h5::expect_dimensions(h5::open(observables, column.name), column.name, {count, samples});
    std::vector<Trajectory> trajectories(count);
    for (std::size_t k = 0; k < count; ++k) {
        Trajectory& trajectory = trajectories[k];
        trajectory.unit = unit[k];
        trajectory.scalars.resize(samples * columns);
        trajectory.samples = static_cast<std::uint32_t>(samples);
        trajectory.frames = static_cast<std::uint32_t>(due.sigma.size());
        trajectory.stages = stages[k];
        std::copy_n(events.begin() + static_cast<std::ptrdiff_t>(k * kmc_event_kinds), kmc_event_kinds,
                    trajectory.events.begin());
        trajectory.phi_deviation = phi_deviation[k];
        trajectory.energy_deviation = energy_deviation[k];
    }
    for (std::size_t column = 0; column < columns; ++column) {
        const auto values = h5::read<double>(observables, all_columns[column].name, {count, samples});
        for (std::size_t k = 0; k < count; ++k)
            for (std::size_t sample = 0; sample < samples; ++sample)
                trajectories[k].scalars[sample * columns + column] = values[k * samples + sample];
    }
    return trajectories;
}

/// Throws Error unless the sites of a crystal are those that a record holds.
void require_sites(const h5::Handle& group, const Crystal& crystal, const std::string& name) {
    const auto sites = static_cast<std::uint64_t>(crystal.size());
    const auto points = h5::read<std::int32_t>(group, "point", h5::dimensions_of(h5::open(group, "point")));
    bool is_same = points.size() == 3 * sites;
    for (std::size_t site = 0; is_same && site < sites; ++site)
        is_same = std::equal(crystal.points()[site].begin(), crystal.points()[site].end(),
                             points.begin() + static_cast<std::ptrdiff_t>(3 * site));
    if (!is_same) throw Error(fmt::format("{}: its sites are not those of its parameters", name));
}

}  // namespace

struct Record::Contents {
    explicit Contents(RecordFile its_file) : path(its_file.path()), file(std::move(its_file)) {}

    std::filesystem::path path;
    RecordFile file;
    std::optional<RecordPlaces> places;
    RecordHeader header;
    Provenance provenance;
    std::vector<Crystal> crystals;
    std::vector<RecordedPoint> points;

    void read();
};

void Record::Contents::read() {
    const std::string name = path.string();
    const h5::Handle opened = h5::open_file(path);
    places.emplace(opened, name);
    require_method(*places, name, Method::exchange);
    header = read_head(opened, *places, name);
    provenance = read_provenance(opened);
    const std::size_t count = places->is_old() ? 1 : h5::link_names(h5::open(opened, "points")).size();
    const Plan plan(header.spec);
    if (count != plan.combinations())
        throw Error(
            fmt::format("{}: has {} points; its parameters give {}", name, count, plan.combinations()));
    crystals.reserve(plan.crystals());
    for (std::size_t k = 0; k < count; ++k) {
        RecordedPoint& point = points.emplace_back();
        point.due = {read_times(opened, *places, places->clock(k)),
                     read_times(opened, *places, places->sigma(k))};
        point.crystal = places->crystal_of(opened, k);
        if (point.crystal != plan.crystal_of(k))
            throw Error(fmt::format("{}: point {} has another crystal than its parameters", name, k));
        const h5::Handle stored = h5::open(opened, places->crystal(point.crystal));
        if (point.crystal == crystals.size()) {
            const h5::Dimensions sites = h5::dimensions_of(h5::open(stored, "point"));
            crystals.push_back(crystal_of(plan.point(k), sites.empty() ? 0 : sites[0], name));
            require_sites(stored, crystals.back(), name);
        }
        point.trajectories = read_trajectories(opened, *places, header.columns, point.due, k);
        h5::expect_dimensions(h5::open(opened, places->sigma(k) + "/value"), "sigma/value",
                              {point.trajectories.size(), point.due.sigma.size(),
                               static_cast<std::uint64_t>(crystals.at(point.crystal).size())});
    }
    header.due = points.front().due;
}

Record::Record(const std::filesystem::path& path) : Record(RecordFile(path)) {}

Record::Record(RecordFile file) : contents_(std::make_unique<Contents>(std::move(file))) {
    try {
        contents_->read();
    } catch (const std::bad_alloc&) {
        throw Error(fmt::format("{}: damaged, or larger than memory", contents_->path.string()));
    } catch (const std::length_error&) {
        throw Error(fmt::format("{}: damaged", contents_->path.string()));
    } catch (const std::out_of_range&) {
        throw Error(fmt::format("{}: damaged", contents_->path.string()));
    }
}

Record::Record(Record&&) noexcept = default;
Record::~Record() = default;

const RecordHeader& Record::header() const { return contents_->header; }
const Provenance& Record::provenance() const { return contents_->provenance; }
const std::vector<RecordedPoint>& Record::points() const { return contents_->points; }
const Crystal& Record::crystal(std::size_t point) const {
    return contents_->crystals.at(points().at(point).crystal);
}
const std::filesystem::path& Record::file() const { return contents_->path; }

std::size_t Record::index_of(std::uint32_t unit, std::size_t point) const {
    const std::vector<Trajectory>& here = points().at(point).trajectories;
    const auto found = std::ranges::find(here, unit, &Trajectory::unit);
    if (found != here.end()) return static_cast<std::size_t>(found - here.begin());
    throw Error(here.empty() ? fmt::format("trajectory {}: the record has none yet", unit)
                             : fmt::format("trajectory {}: the record has {} of them, numbers {} to {}", unit,
                                           here.size(), here.front().unit, here.back().unit));
}

std::vector<Spin> Record::sigma(std::size_t k, std::size_t point) const {
    const std::uint64_t frames = points().at(point).due.sigma.size();
    const auto sites = static_cast<std::uint64_t>(crystal(point).size());
    std::vector<Spin> values(frames * sites);
    const h5::Handle file = h5::open_file(contents_->path);
    h5::read_block(h5::open(file, contents_->places->sigma(point) + "/value"), h5::Element::int8, {k, 0, 0},
                   {1, frames, sites}, values.data());
    require_species(values, contents_->path.string());
    return values;
}

EnsembleMeans ensemble_means(const Record& record, std::size_t number) {
    const RecordedPoint& point = record.points().at(number);
    const std::size_t size = point.due.scalars.size() * record.header().columns.size();
    std::vector<Accumulator> accumulators(size);
    for (const Trajectory& trajectory : point.trajectories)
        for (std::size_t i = 0; i < size; ++i) accumulators[i].add(trajectory.scalars[i]);
    EnsembleMeans means;
    for (const Accumulator& accumulator : accumulators) {
        means.mean.push_back(accumulator.mean());
        means.standard_error.push_back(accumulator.standard_error());
    }
    return means;
}

}  // namespace misfit
