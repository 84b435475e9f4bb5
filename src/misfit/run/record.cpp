#include "misfit/run/record.hpp"

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
#include "misfit/observe/accumulator.hpp"
#include "misfit/run/hdf5.hpp"
#include "misfit/run/record_writer.hpp"
#include "misfit/run/run_folder.hpp"

namespace misfit {
namespace {

/// A folder of its own in the system's folder for such things, removed with what is in it.
class TemporaryFolder {
public:
    TemporaryFolder() : path_(std::filesystem::temp_directory_path() / "misfit-XXXXXX") {
        std::string name = path_.string();
        if (::mkdtemp(name.data()) == nullptr)
            throw Error(fmt::format("{}: cannot make a temporary folder", name));
        path_ = name;
    }
    TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    TemporaryFolder& operator=(TemporaryFolder&& other) noexcept {
        std::swap(path_, other.path_);
        return *this;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// Assembles what a run has finished so far.
void assemble_unfinished(const RunFolder& folder, const std::filesystem::path& record) {
    const std::optional<RunNotes> notes = read_notes(folder.notes_file());
    if (!notes)
        throw Error(fmt::format("{}: holds no record; or its run has not begun yet", folder.path().string()));
    RecordHeader header = notes->header();
    header.complete = false;
    const PartReader parts(folder.parts(), notes->identity(), {});
    assemble_record(record, header, build_crystal(header.spec), parts, notes->provenance);
}

void require_known_format(const h5::Handle& file, const std::string& name) {
    if (!h5::has_attribute(file, "format") || h5::string_attribute(file, "format") != "misfit record")
        throw Error(fmt::format("{}: an HDF5 file, but not a misfit record", name));
    std::array<std::int32_t, 2> version = {};
    h5::read_attribute(file, "format_version", h5::Element::int32, version.data(), version.size());
    if (version[0] > record_version_major)
        throw Error(fmt::format("{}: a record of version {}.{}; this misfit reads up to {}.x", name,
                                version[0], version[1], record_version_major));
}

RunSpec read_spec_of(const h5::Handle& file, const std::string& name) {
    const h5::Handle parameters = h5::open(file, "parameters");
    std::vector<std::string> settings;
    for (const std::string& key : h5::attribute_names(parameters))
        settings.push_back(key + "=" + h5::string_attribute(parameters, key));
    return parse_spec("", name, settings);
}

std::vector<double> read_times(const h5::Handle& file, const std::string& path) {
    return h5::read<double>(file, path, h5::dimensions_of(h5::open(file, path)));
}

RecordHeader read_header(const h5::Handle& file, const std::string& name) {
    RecordHeader header;
    header.spec = read_spec_of(file, name);
    header.input_text = h5::read_string(file, "input");
    header.misfit_version = h5::string_attribute(h5::open(file, "h5md/creator"), "version");
    const h5::Handle potential = h5::open(file, "potential");
    header.potential_hash = h5::string_attribute(potential, "hash");
    header.potential_method = h5::string_attribute(potential, "method");
    header.due = {read_times(file, "observables/time"), read_times(file, "sigma/time")};
    header.complete = h5::attribute<std::uint8_t>(file, "complete") != 0;
    const h5::Handle observables = h5::open(file, "observables");
    for (const std::string& column : h5::link_names(observables)) {
        if (column == "time") continue;
        const h5::Handle dataset = h5::open(observables, column);
        header.columns.push_back(
            {column, h5::string_attribute(dataset, "unit"), h5::string_attribute(dataset, "description")});
    }
    return header;
}

Provenance read_provenance(const h5::Handle& file) {
    const h5::Handle group = h5::open(file, "provenance");
    Provenance provenance;
    provenance.host = h5::string_attribute(group, "host");
    provenance.build = h5::string_attribute(group, "build");
    provenance.started = h5::string_attribute(group, "started");
    provenance.finished = h5::string_attribute(group, "finished");
    provenance.threads = h5::attribute<std::int32_t>(group, "threads");
    provenance.wall_seconds = h5::attribute<double>(group, "wall_seconds");
    provenance.potential_seconds = h5::attribute<double>(group, "potential_seconds");
    return provenance;
}

std::vector<Trajectory> read_trajectories(const h5::Handle& file, const RecordHeader& header) {
    const h5::Handle group = h5::open(file, "trajectories");
    const std::uint64_t count = h5::element_count(h5::dimensions_of(h5::open(group, "unit")));
    const auto unit = h5::read<std::uint32_t>(group, "unit", {count});
    const auto end = h5::read_strings(group, "end");
    const auto end_time = h5::read<double>(group, "end_time", {count});
    const auto steps = h5::read<std::uint64_t>(group, "steps", {count});
    const auto events = h5::read<std::uint64_t>(group, "events", {count, kmc_event_kinds});
    const auto phi_deviation = h5::read<double>(group, "phi_deviation", {count});
    const auto energy_deviation = h5::read<double>(group, "energy_deviation", {count});
    if (end.size() != count) throw Error("/trajectories/end has another length than /trajectories/unit");

    const std::uint64_t samples = header.due.scalars.size();
    const std::size_t columns = header.columns.size();
    std::vector<Trajectory> trajectories(count);
    for (std::size_t k = 0; k < count; ++k) {
        Trajectory& trajectory = trajectories[k];
        trajectory.unit = unit[k];
        trajectory.scalars.resize(samples * columns);
        trajectory.samples = static_cast<std::uint32_t>(samples);
        trajectory.frames = static_cast<std::uint32_t>(header.due.sigma.size());
        trajectory.finished = true;
        trajectory.stop = end_of_word(end[k]);
        trajectory.end_time = end_time[k];
        trajectory.steps = steps[k];
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
    std::optional<TemporaryFolder> temporary;
    std::filesystem::path path;
    RecordHeader header;
    Provenance provenance;
    std::optional<Crystal> crystal;
    std::vector<Trajectory> trajectories;

    void open(const std::filesystem::path& given);
    void read();
};

void Record::Contents::open(const std::filesystem::path& given) {
    path = given;
    if (!std::filesystem::is_directory(given)) return;
    const RunFolder folder(given);
    path = folder.record();
    if (folder.has_record()) return;
    temporary.emplace();
    try {
        assemble_unfinished(folder, temporary->path() / "record.h5");
    } catch (const std::exception&) {
        // The run may have ended while its parts were read.
        if (!folder.has_record()) throw;
        temporary.reset();
        return;
    }
    path = temporary->path() / "record.h5";
}

void Record::Contents::read() {
    const std::string name = path.string();
    const h5::Handle file = h5::open_file(path);
    require_known_format(file, name);
    header = read_header(file, name);
    provenance = read_provenance(file);
    crystal.emplace(build_crystal(header.spec));
    const auto sites = static_cast<std::uint64_t>(crystal->size());
    const auto points = h5::read<std::int32_t>(file, "crystal/point", {sites, 3});
    for (std::size_t site = 0; site < sites; ++site)
        if (!std::equal(crystal->points()[site].begin(), crystal->points()[site].end(),
                        points.begin() + static_cast<std::ptrdiff_t>(3 * site)))
            throw Error(fmt::format("{}: its sites are not those of its parameters", name));
    trajectories = read_trajectories(file, header);
    h5::expect_dimensions(h5::open(file, "sigma/value"), "sigma/value",
                          {trajectories.size(), header.due.sigma.size(), sites});
}

Record::Record(const std::filesystem::path& path) : contents_(std::make_unique<Contents>()) {
    contents_->open(path);
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
