#include "misfit/record/record_writer.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <fmt/format.h>
#include <string>

#include "misfit/base/error.hpp"
#include "misfit/formats/hdf5_crystal.hpp"
#include "misfit/record/provenance.hpp"
#include "misfit/record/record_head.hpp"
#include "misfit/record/record_seal.hpp"
#include "misfit/record/sigma_deflate.hpp"
#include "misfit/store/files.hpp"
#include "misfit/store/hdf5.hpp"
#include "misfit/unit/trajectory_bytes.hpp"

namespace misfit {
namespace {

constexpr std::uint64_t sigma_chunk_bytes = 256 * 1024;
constexpr std::uint64_t scalar_chunk_values = 8192;  // 64 kB
constexpr int scalar_deflate = 4;

constexpr std::array<std::pair<Stop, const char*>, 4> end_words = {{
    {Stop::until, "t_end"},
    {Stop::composition, "composition"},
    {Stop::max_events, "max_events"},
    {Stop::frozen, "frozen"},
}};

void write_times(const h5::Handle& group, const std::vector<DueTime>& due) {
    std::vector<double> time;
    std::vector<std::uint32_t> stage;
    for (const DueTime& each : due) {
        time.push_back(each.time);
        stage.push_back(each.stage);
    }
    h5::write<double>(group, "time", {due.size()}, time);
    h5::write<std::uint32_t>(group, "stage", {due.size()}, stage);
}

/// How all trajectories ended, or went through one stage.
struct Ends {
    std::vector<std::string> end;
    std::vector<double> end_time;
    std::vector<std::uint64_t> steps;

    void add(Stop stop, double time, std::uint64_t events) {
        end.push_back(end_word(stop));
        end_time.push_back(time);
        steps.push_back(events);
    }
    void write(const h5::Handle& group) const {
        h5::write_strings(group, "end", end);
        h5::write<double>(group, "end_time", {end_time.size()}, end_time);
        h5::write<std::uint64_t>(group, "steps", {steps.size()}, steps);
    }
};

/// Rows of a [T, S] table that make a chunk of about 64 kB.
std::uint64_t rows_per_chunk(std::uint64_t rows, std::uint64_t samples) {
    return std::clamp<std::uint64_t>(scalar_chunk_values / std::max<std::uint64_t>(samples, 1), 1,
                                     std::max<std::uint64_t>(rows, 1));
}

}  // namespace

std::string end_word(Stop stop) {
    for (const auto& [end, word] : end_words)
        if (end == stop) return word;
    throw Error("a trajectory that has not ended cannot be recorded");
}

Stop end_of_word(const std::string& word) {
    for (const auto& [end, known] : end_words)
        if (known == word) return end;
    throw Error(fmt::format("'{}' is no end of a trajectory", word));
}

struct RecordWriter::Contents {
    std::filesystem::path path;
    h5::Handle file;
    h5::Handle sigma;
    std::vector<h5::Handle> columns;  ///< datasets [T, S]
    std::uint64_t trajectories;
    std::uint64_t samples;
    std::uint64_t frames;
    std::uint64_t sites;
    std::uint64_t chunk_frames;
    std::uint64_t chunk_rows;
    std::uint64_t appended = 0;
    std::vector<Trajectory> block = {};  ///< scalars of the rows since the last whole chunk

    std::vector<std::uint32_t> unit = {};
    Ends ends = {};  ///< of the trajectories: of their last stage, with the steps of all
    std::vector<Ends> stage_ends = {};
    std::vector<std::uint64_t> events = {};
    std::vector<double> phi_deviation = {};
    std::vector<double> energy_deviation = {};
    std::vector<Bytes> last = {};

    void write_sigma(const Trajectory& trajectory) const;
    void write_block();
    void write_trajectories() const;
};

RecordWriter::RecordWriter(const std::filesystem::path& path, const RecordHeader& header,
                           const Crystal& crystal, std::uint32_t trajectories) {
    h5::Handle file = h5::create_file(path);
    write_head(file, header);
    write_potential(file, header);
    write_crystal(h5::create_group(file, "crystal"), crystal);

    const std::uint64_t frames = header.due.sigma.size();
    const auto sites = static_cast<std::uint64_t>(crystal.size());
    const std::uint64_t chunk_frames =
        std::clamp<std::uint64_t>(sigma_chunk_bytes / sites, 1, std::max<std::uint64_t>(frames, 1));
    const h5::Handle sigma_group = h5::create_group(file, "sigma");
    write_times(sigma_group, header.due.sigma);
    h5::Handle sigma =
        h5::create_dataset(sigma_group, "value", h5::Element::int8, {trajectories, frames, sites},
                           {.chunk = {1, chunk_frames, sites}, .deflate = 1});

    const std::uint64_t samples = header.due.scalars.size();
    const std::uint64_t chunk_rows = rows_per_chunk(trajectories, samples);
    const h5::Handle observables = h5::create_group(file, "observables");
    write_times(observables, header.due.scalars);
    std::vector<h5::Handle> columns;
    for (const Observable::Column& column : header.columns) {
        columns.push_back(h5::create_dataset(
            observables, column.name, h5::Element::float64, {trajectories, samples},
            {.chunk = {chunk_rows, std::clamp<std::uint64_t>(samples, 1, scalar_chunk_values)},
             .deflate = scalar_deflate,
             .shuffle = true}));
        h5::write_attribute(columns.back(), "unit", column.unit);
        h5::write_attribute(columns.back(), "description", column.description);
    }
    contents_ = std::make_unique<Contents>(Contents{.path = path,
                                                    .file = std::move(file),
                                                    .sigma = std::move(sigma),
                                                    .columns = std::move(columns),
                                                    .trajectories = trajectories,
                                                    .samples = samples,
                                                    .frames = frames,
                                                    .sites = sites,
                                                    .chunk_frames = chunk_frames,
                                                    .chunk_rows = chunk_rows});
}

RecordWriter::~RecordWriter() = default;

void RecordWriter::Contents::write_sigma(const Trajectory& trajectory) const {
    const std::uint64_t frame_bytes = (sites + 7) / 8;
    for (std::uint64_t frame = 0; frame < frames; frame += chunk_frames) {
        const std::uint64_t count = std::min(chunk_frames, frames - frame);
        const ByteSpan bits = ByteSpan(trajectory.sigma).subspan(frame * frame_bytes, count * frame_bytes);
        h5::write_chunk(sigma, {appended, frame, 0}, deflate_sigma(bits, count, chunk_frames, sites));
    }
}

void RecordWriter::Contents::write_block() {
    std::vector<double> values(block.size() * samples);
    for (std::size_t column = 0; column < columns.size(); ++column) {
        double* next = values.data();
        for (const Trajectory& trajectory : block)
            for (std::size_t sample = 0; sample < samples; ++sample)
                *next++ = trajectory.scalars[sample * columns.size() + column];
        h5::write_block(columns[column], h5::Element::float64, {appended - block.size(), 0},
                        {block.size(), samples}, values.data());
    }
    block.clear();
}

void RecordWriter::append(const Trajectory& trajectory) {
    Contents& c = *contents_;
    if (trajectory.scalars.size() != c.samples * c.columns.size() ||
        trajectory.sigma.size() != c.frames * ((c.sites + 7) / 8) || trajectory.stages.empty())
        throw Error(fmt::format("trajectory {}: does not hold every due sample", trajectory.unit));
    assert(c.appended < c.trajectories);
    c.write_sigma(trajectory);
    c.unit.push_back(trajectory.unit);
    c.ends.add(trajectory.stop(), trajectory.end_time(), trajectory.steps());
    c.stage_ends.resize(trajectory.stages.size());
    for (std::size_t k = 0; k < trajectory.stages.size(); ++k) {
        const StageEnd& stage = trajectory.stages[k];
        c.stage_ends[k].add(stage.stop, stage.end_time, stage.steps);
    }
    c.events.insert(c.events.end(), trajectory.events.begin(), trajectory.events.end());
    c.phi_deviation.push_back(trajectory.phi_deviation);
    c.energy_deviation.push_back(trajectory.energy_deviation);
    ByteWriter last;
    put(last, trajectory.last);
    c.last.push_back(last.bytes());
    Trajectory& kept = c.block.emplace_back();
    kept.scalars = trajectory.scalars;
    ++c.appended;
    if (c.block.size() == c.chunk_rows) c.write_block();
}

void RecordWriter::Contents::write_trajectories() const {
    const h5::Handle group = h5::create_group(file, "trajectories");
    h5::write<std::uint32_t>(group, "unit", {trajectories}, unit);
    ends.write(group);
    const h5::Handle stages = h5::create_group(group, "stages");
    for (std::size_t k = 0; k < stage_ends.size(); ++k)
        stage_ends[k].write(h5::create_group(stages, std::to_string(k)));
    h5::write<std::uint64_t>(group, "events", {trajectories, kmc_event_kinds}, events);
    h5::write_attribute(
        h5::open(group, "events"), "kinds",
        std::vector<std::string>(event_kind_names.begin(), event_kind_names.begin() + kmc_event_kinds));
    h5::write<double>(group, "phi_deviation", {trajectories}, phi_deviation);
    h5::write<double>(group, "energy_deviation", {trajectories}, energy_deviation);
}

void RecordWriter::finish(const Provenance& provenance) {
    assert(contents_->appended == contents_->trajectories);
    contents_->write_block();
    contents_->write_trajectories();
    write_ends(contents_->file, contents_->last);
    write_provenance(contents_->file, provenance);
    contents_->sigma = h5::Handle(-1);
    contents_->columns.clear();
    h5::close_file(std::move(contents_->file));
    seal_record(contents_->path);
}

void assemble_record(const std::filesystem::path& path, const RecordHeader& header, const Crystal& crystal,
                     const PartReader& parts, const Provenance& provenance) {
    const std::vector<std::uint32_t> units = parts.units();
    RecordWriter writer(path, header, crystal, static_cast<std::uint32_t>(units.size()));
    for (const std::uint32_t unit : units) writer.append(parts.read<Trajectory>(unit));
    writer.finish(provenance);
}

}  // namespace misfit
