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
#include "misfit/record/record_head.hpp"
#include "misfit/record/record_writer.hpp"
#include "misfit/statistics/accumulator.hpp"
#include "misfit/store/hdf5.hpp"

namespace misfit {
namespace {

/// Records of before there were stages have one.
std::vector<DueTime> read_times(const h5::Handle& file, const std::string& group_name) {
    const h5::Handle group = h5::open(file, group_name);
    const auto dimensions = h5::dimensions_of(h5::open(group, "time"));
    const auto time = h5::read<double>(group, "time", dimensions);
    std::vector<std::uint32_t> stage(time.size(), 0);
    if (h5::has_link(group, "stage")) stage = h5::read<std::uint32_t>(group, "stage", dimensions);
    std::vector<DueTime> due;
    for (std::size_t k = 0; k < time.size(); ++k)
        due.push_back({static_cast<std::uint16_t>(stage[k]), time[k]});
    return due;
}

/// How every trajectory went through its stages, [stages of all trajectories][trajectories].
std::vector<std::vector<StageEnd>> read_stages(const h5::Handle& trajectories, std::size_t count) {
    std::vector<std::vector<StageEnd>> stages;
    const auto read = [&](const h5::Handle& group) {
        const auto end = h5::read_strings(group, "end");
        const auto end_time = h5::read<double>(group, "end_time", {count});
        const auto steps = h5::read<std::uint64_t>(group, "steps", {count});
        if (end.size() != count) throw Error("/trajectories/end has another length than /trajectories/unit");
        std::vector<StageEnd>& stage = stages.emplace_back();
        for (std::size_t k = 0; k < count; ++k) stage.push_back({end_of_word(end[k]), end_time[k], steps[k]});
    };
    if (!h5::has_link(trajectories, "stages")) {
        read(trajectories);
        return stages;
    }
    const h5::Handle group = h5::open(trajectories, "stages");
    for (std::size_t k = 0; h5::has_link(group, std::to_string(k)); ++k)
        read(h5::open(group, std::to_string(k)));
    if (stages.empty() && count > 0) throw Error("/trajectories/stages has none");
    return stages;
}

RecordHeader read_header(const h5::Handle& file, const std::string& name) {
    RecordHeader header = read_head(file, name);
    header.due = {read_times(file, "observables"), read_times(file, "sigma")};
    const h5::Handle observables = h5::open(file, "observables");
    for (const std::string& column : h5::link_names(observables)) {
        if (column == "time" || column == "stage") continue;
        const h5::Handle dataset = h5::open(observables, column);
        header.columns.push_back(
            {column, h5::string_attribute(dataset, "unit"), h5::string_attribute(dataset, "description")});
    }
    return header;
}

std::vector<Trajectory> read_trajectories(const h5::Handle& file, const RecordHeader& header) {
    const h5::Handle group = h5::open(file, "trajectories");
    const std::uint64_t count = h5::element_count(h5::dimensions_of(h5::open(group, "unit")));
    const auto unit = h5::read<std::uint32_t>(group, "unit", {count});
    const std::vector<std::vector<StageEnd>> stages = read_stages(group, count);
    const auto events = h5::read<std::uint64_t>(group, "events", {count, kmc_event_kinds});
    const auto phi_deviation = h5::read<double>(group, "phi_deviation", {count});
    const auto energy_deviation = h5::read<double>(group, "energy_deviation", {count});

    const std::uint64_t samples = header.due.scalars.size();
    const std::size_t columns = header.columns.size();
    for (const Observable::Column& column : header.columns)
        h5::expect_dimensions(h5::open(file, "observables/" + column.name), column.name, {count, samples});
    std::vector<Trajectory> trajectories(count);
    for (std::size_t k = 0; k < count; ++k) {
        Trajectory& trajectory = trajectories[k];
        trajectory.unit = unit[k];
        trajectory.scalars.resize(samples * columns);
        trajectory.samples = static_cast<std::uint32_t>(samples);
        trajectory.frames = static_cast<std::uint32_t>(header.due.sigma.size());
        trajectory.finished = true;
        for (const std::vector<StageEnd>& stage : stages) trajectory.stages.push_back(stage[k]);
        std::copy_n(events.begin() + static_cast<std::ptrdiff_t>(k * kmc_event_kinds), kmc_event_kinds,
                    trajectory.events.begin());
        trajectory.phi_deviation = phi_deviation[k];
        trajectory.energy_deviation = energy_deviation[k];
    }
    for (std::size_t column = 0; column < columns; ++column) {
        const auto values =
            h5::read<double>(file, "observables/" + header.columns[column].name, {count, samples});
        for (std::size_t k = 0; k < count; ++k)
            for (std::size_t sample = 0; sample < samples; ++sample)
                trajectories[k].scalars[sample * columns + column] = values[k * samples + sample];
    }
    return trajectories;
}

}  // namespace

struct Record::Contents {
    explicit Contents(RecordFile its_file) : path(its_file.path()), file(std::move(its_file)) {}

    std::filesystem::path path;
    RecordFile file;
    RecordHeader header;
    Provenance provenance;
    std::optional<Crystal> crystal;
    std::vector<Trajectory> trajectories;

    void read();
};

void Record::Contents::read() {
    const std::string name = path.string();
    const h5::Handle opened = h5::open_file(path);
    require_format(opened, name, Method::exchange);
    header = read_header(opened, name);
    provenance = read_provenance(opened);
    const h5::Dimensions stored = h5::dimensions_of(h5::open(opened, "crystal/point"));
    const auto points = h5::read<std::int32_t>(opened, "crystal/point", {stored.empty() ? 0 : stored[0], 3});
    crystal.emplace(crystal_of(header.spec, stored[0], name));
    const auto sites = static_cast<std::uint64_t>(crystal->size());
    for (std::size_t site = 0; site < sites; ++site)
        if (stored[0] != sites || !std::equal(crystal->points()[site].begin(), crystal->points()[site].end(),
                                              points.begin() + static_cast<std::ptrdiff_t>(3 * site)))
            throw Error(fmt::format("{}: its sites are not those of its parameters", name));
    trajectories = read_trajectories(opened, header);
    h5::expect_dimensions(h5::open(opened, "sigma/value"), "sigma/value",
                          {trajectories.size(), header.due.sigma.size(), sites});
}

Record::Record(const std::filesystem::path& path) : Record(RecordFile(path)) {}

Record::Record(RecordFile file) : contents_(std::make_unique<Contents>(std::move(file))) {
    try {
        contents_->read();
    } catch (const std::bad_alloc&) {
        throw Error(fmt::format("{}: damaged, or larger than memory", contents_->path.string()));
    } catch (const std::length_error&) {
        throw Error(fmt::format("{}: damaged", contents_->path.string()));
    }
}

Record::Record(Record&&) noexcept = default;
Record::~Record() = default;

const RecordHeader& Record::header() const { return contents_->header; }
const Provenance& Record::provenance() const { return contents_->provenance; }
const Crystal& Record::crystal() const { return *contents_->crystal; }
const std::vector<Trajectory>& Record::trajectories() const { return contents_->trajectories; }
const std::filesystem::path& Record::file() const { return contents_->path; }

std::size_t Record::index_of(std::uint32_t unit) const {
    const auto found = std::ranges::find(trajectories(), unit, &Trajectory::unit);
    if (found != trajectories().end()) return static_cast<std::size_t>(found - trajectories().begin());
    throw Error(trajectories().empty()
                    ? fmt::format("trajectory {}: the record has none yet", unit)
                    : fmt::format("trajectory {}: the record has {} of them, numbers {} to {}", unit,
                                  trajectories().size(), trajectories().front().unit,
                                  trajectories().back().unit));
}

std::vector<Spin> Record::sigma(std::size_t k) const {
    const std::uint64_t frames = contents_->header.due.sigma.size();
    const auto sites = static_cast<std::uint64_t>(crystal().size());
    std::vector<Spin> values(frames * sites);
    const h5::Handle file = h5::open_file(contents_->path);
    h5::read_block(h5::open(file, "sigma/value"), h5::Element::int8, {k, 0, 0}, {1, frames, sites},
                   values.data());
    require_species(values, contents_->path.string());
    return values;
}

EnsembleMeans ensemble_means(const Record& record) {
    const std::size_t size = record.header().due.scalars.size() * record.header().columns.size();
    std::vector<Accumulator> accumulators(size);
    for (const Trajectory& trajectory : record.trajectories())
        for (std::size_t i = 0; i < size; ++i) accumulators[i].add(trajectory.scalars[i]);
    EnsembleMeans means;
    for (const Accumulator& accumulator : accumulators) {
        means.mean.push_back(accumulator.mean());
        means.standard_error.push_back(accumulator.standard_error());
    }
    return means;
}

}  // namespace misfit
