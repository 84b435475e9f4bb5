#include "misfit/record/record_writer.hpp"

#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>

#include "misfit/formats/hdf5_crystal.hpp"
#include "misfit/record/particles.hpp"
#include "misfit/record/record_head.hpp"
#include "misfit/record/record_parameters.hpp"
#include "misfit/record/record_seal.hpp"
#include "misfit/store/hdf5.hpp"

namespace misfit {

struct RecordWriter::Contents {
    std::filesystem::path path;
    Plan plan;
    std::vector<Observable::Column> columns;
    std::vector<std::shared_ptr<const Crystal>> crystals;
    h5::Handle file;
    std::optional<h5::Scale> point_scale = {};
    std::optional<h5::Handle> points = {};

    std::size_t begun = 0;  ///< points
    std::optional<PointWriter> point = {};
    WriteUnits write_units = {};
    const Crystal* crystal = nullptr;  ///< of the point
    std::vector<double> frame_times = {};
    bool has_particles = false;

    void end_point() {
        if (point) point->finish(write_units);
        point.reset();
    }
};

RecordWriter::RecordWriter(const std::filesystem::path& path, const RecordHeader& header,
                           std::span<const std::shared_ptr<const Crystal>> crystals)
    : contents_(std::make_unique<Contents>(Contents{.path = path,
                                                    .plan = Plan(header.spec),
                                                    .columns = header.columns,
                                                    .crystals = {crystals.begin(), crystals.end()},
                                                    .file = h5::create_file(path)})) {
    Contents& c = *contents_;
    write_head(c.file, header);
    c.point_scale = h5::Scale::without_values(c.file, "point", c.plan.points());
    write_sweep(c.file, c.plan, *c.point_scale);
    const h5::Handle group = h5::create_group(c.file, "crystals");
    std::size_t written = 0;
    for (std::size_t k = 0; k < c.plan.combinations() && written < crystals.size(); ++k) {
        if (c.plan.crystal_of(k) != written) continue;
        write_crystal(h5::create_group(group, std::to_string(written)), *crystals[written],
                      c.plan.settings(k, 0).shell_species);
        ++written;
    }
    c.points = h5::create_group(c.file, "points");
}

RecordWriter::RecordWriter(RecordWriter&&) noexcept = default;
RecordWriter::~RecordWriter() = default;

const Plan& RecordWriter::plan() const { return contents_->plan; }
const Crystal& RecordWriter::crystal(std::size_t k) const { return *contents_->crystals.at(k); }
const h5::Handle& RecordWriter::file() const { return contents_->file; }
h5::Scale& RecordWriter::point_scale() { return *contents_->point_scale; }

void RecordWriter::begin_point(PointPlan plan, std::vector<double> frame_times, WriteUnits write_units) {
    Contents& c = *contents_;
    c.end_point();
    c.crystal = c.crystals.at(plan.crystal).get();
    c.frame_times = std::move(frame_times);
    c.write_units = std::move(write_units);
    c.point.emplace(*c.points, c.begun, c.plan.kind(), std::move(plan), c.columns);
    ++c.begun;
}

h5::Handle RecordWriter::point_group() const {
    return h5::open(*contents_->points, fmt::format("{}", contents_->begun - 1));
}

void RecordWriter::append(std::uint32_t number, std::span<const double> scalars, ByteSpan sigma) {
    Contents& c = *contents_;
    c.point->append(number, scalars, sigma);
    if (c.has_particles) return;
    const char* what = c.plan.kind() == Method::exchange ? "trajectory" : "chain";
    write_particles(c.file, what, *c.crystal, c.frame_times, sigma);
    c.has_particles = true;
}

void RecordWriter::finish(const std::vector<Bytes>& ends, const Provenance& provenance) {
    Contents& c = *contents_;
    c.end_point();
    h5::write_references({&*c.point_scale});
    c.point_scale.reset();
    write_ends(c.file, ends);
    write_provenance(c.file, provenance);
    c.points.reset();
    h5::close_file(std::move(c.file));
    seal_record(c.path);
}

Bytes end_bytes(const Unit& unit) {
    ByteWriter writer;
    put(writer, without_samples(unit));
    return writer.bytes();
}

}  // namespace misfit
