#include "misfit/record/point_writer.hpp"

#include <algorithm>
#include <cassert>
#include <fmt/format.h>
#include <optional>
#include <string>

#include "misfit/base/error.hpp"
#include "misfit/record/sigma_frames.hpp"

namespace misfit {
namespace {

constexpr std::uint64_t scalar_chunk_values = 8192;  // 64 kB
constexpr int scalar_deflate = 4;

void write_clock(const h5::Handle& group, const PointClock& clock, Method method) {
    if (method == Method::exchange)
        h5::write<double>(group, "time", {clock.size()}, clock.time);
    else
        h5::write<std::uint64_t>(group, "sweep", {clock.size()}, clock.sweep);
    h5::write<std::int32_t>(group, "stage", {clock.size()}, clock.stage);
}

void attach_clock(const h5::Handle& group, Method method, h5::Scale& along) {
    h5::attach(group, method == Method::exchange ? "time" : "sweep", {&along});
    h5::attach(group, "stage", {&along});
}

/// Rows of a [units, samples] table that make a chunk of about 64 kB.
std::uint64_t rows_per_chunk(std::uint64_t rows, std::uint64_t samples) {
    return std::clamp<std::uint64_t>(scalar_chunk_values / std::max<std::uint64_t>(samples, 1), 1,
                                     std::max<std::uint64_t>(rows, 1));
}

}  // namespace

PointClock clock_of(const std::vector<DueTime>& due) {
    PointClock clock;
    for (const DueTime& each : due) {
        clock.stage.push_back(each.stage + 1);
        clock.time.push_back(each.time);
    }
    return clock;
}

struct PointWriter::Contents {
    PointPlan plan;
    Method method;
    std::uint64_t chunk_rows;
    h5::Handle group;
    h5::Handle clock;
    h5::Handle sigma_group;
    SigmaFrames sigma;
    std::vector<h5::Handle> columns;              ///< datasets [units, samples]
    std::optional<h5::Handle> units = {};         ///< group
    std::vector<std::int64_t> numbers = {};       ///< of the units
    std::vector<std::vector<double>> block = {};  ///< scalars of the rows since the last whole chunk
};

PointWriter::PointWriter(const h5::Handle& points, std::size_t number, Method method, PointPlan plan,
                         std::span<const Observable::Column> columns) {
    h5::Handle group = h5::create_group(points, fmt::format("{}", number));
    h5::write_attribute(group, "crystal", static_cast<std::int32_t>(plan.crystal));
    h5::Handle clock = h5::create_group(group, "clock");
    write_clock(clock, plan.scalars, method);

    const std::uint64_t samples = plan.scalars.size();
    const std::uint64_t chunk_rows = rows_per_chunk(plan.units, samples);
    const h5::Handle observables = h5::create_group(group, "observables");
    std::vector<h5::Handle> datasets;
    for (const Observable::Column& column : columns) {
        datasets.push_back(h5::create_dataset(
            observables, column.name, h5::Element::float64, {plan.units, samples},
            {.chunk = {chunk_rows, std::clamp<std::uint64_t>(samples, 1, scalar_chunk_values)},
             .deflate = scalar_deflate,
             .shuffle = true}));
        h5::write_attribute(datasets.back(), "unit", column.unit);
    }

    h5::Handle sigma_group = h5::create_group(group, "sigma");
    write_clock(sigma_group, plan.frames, method);
    SigmaFrames sigma(sigma_group, "value", {plan.units}, plan.frames.size(),
                      static_cast<std::uint64_t>(plan.sites));
    contents_ = std::make_unique<Contents>(Contents{.plan = std::move(plan),
                                                    .method = method,
                                                    .chunk_rows = chunk_rows,
                                                    .group = std::move(group),
                                                    .clock = std::move(clock),
                                                    .sigma_group = std::move(sigma_group),
                                                    .sigma = std::move(sigma),
                                                    .columns = std::move(datasets)});
}

PointWriter::PointWriter(PointWriter&&) noexcept = default;
PointWriter::~PointWriter() = default;

void PointWriter::append(std::uint32_t unit, std::span<const double> scalars, ByteSpan sigma) {
    Contents& c = *contents_;
    if (scalars.size() != c.plan.scalars.size() * c.columns.size() || sigma.size() != c.sigma.bytes_of_unit())
        throw Error(fmt::format("{} {}: does not hold every due sample",
                                c.method == Method::exchange ? "trajectory" : "chain", unit));
    assert(c.numbers.size() < c.plan.units);
    c.sigma.write({c.numbers.size()}, sigma);
    c.numbers.push_back(unit);
    c.block.emplace_back(scalars.begin(), scalars.end());
    if (c.block.size() == c.chunk_rows) write_block();
}

void PointWriter::write_block() {
    Contents& c = *contents_;
    const std::uint64_t samples = c.plan.scalars.size();
    std::vector<double> values(c.block.size() * samples);
    for (std::size_t column = 0; column < c.columns.size(); ++column) {
        double* next = values.data();
        for (const std::vector<double>& row : c.block)
            for (std::size_t sample = 0; sample < samples; ++sample)
                *next++ = row[sample * c.columns.size() + column];
        h5::write_block(c.columns[column], h5::Element::float64, {c.numbers.size() - c.block.size(), 0},
                        {c.block.size(), samples}, values.data());
    }
    c.block.clear();
}

h5::Scale PointWriter::begin_units() {
    Contents& c = *contents_;
    assert(c.numbers.size() == c.plan.units);
    write_block();
    const char* name = c.method == Method::exchange ? "trajectory" : "chain";
    h5::write<std::int64_t>(c.group, name, {c.plan.units}, c.numbers);
    c.units.emplace(h5::create_group(c.group, "units"));
    return h5::Scale::of_values(c.group, name);
}

const h5::Handle& PointWriter::units_group() const { return *contents_->units; }

void PointWriter::end(h5::Scale& unit) {
    Contents& c = *contents_;
    h5::Scale sample = h5::Scale::without_values(c.group, "sample", c.plan.scalars.size());
    h5::Scale frame = h5::Scale::without_values(c.group, "frame", c.plan.frames.size());
    h5::Scale site = h5::Scale::without_values(c.group, "site", static_cast<std::uint64_t>(c.plan.sites));
    attach_clock(c.clock, c.method, sample);
    attach_clock(c.sigma_group, c.method, frame);
    h5::attach(c.sigma.dataset(), {&unit, &frame, &site});
    for (const h5::Handle& column : c.columns) h5::attach(column, {&unit, &sample});
    h5::write_references({&unit, &sample, &frame, &site});
    contents_.reset();
}

}  // namespace misfit
