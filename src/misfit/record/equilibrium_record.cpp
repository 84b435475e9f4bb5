#include "misfit/record/equilibrium_record.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <new>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "misfit/base/error.hpp"
#include "misfit/record/record_head.hpp"
#include "misfit/store/hdf5.hpp"

namespace misfit {
namespace {

using h5::Handle;

template <class T>
std::vector<T> read_all(const Handle& group, const std::string& name) {
    return h5::read<T>(group, name, h5::dimensions_of(h5::open(group, name)));
}

Averages read_averages(const Handle& group, const std::string& name, std::size_t points) {
    const Handle one = h5::open(group, name);
    Averages averages = {name, std::vector<PooledMean>(points)};
    const auto read = [&](const char* dataset, auto member) {
        const auto values = h5::read<double>(one, dataset, {points});
        for (std::size_t point = 0; point < points; ++point) averages.by_point[point].*member = values[point];
    };
    read("mean", &PooledMean::mean);
    read("standard_error", &PooledMean::standard_error);
    read("variance", &PooledMean::variance);
    read("variance_error", &PooledMean::variance_error);
    read("correlation_time", &PooledMean::correlation_time);
    read("disagreement", &PooledMean::disagreement);
    const auto long_enough = h5::read<std::uint8_t>(one, "long_enough", {points});
    for (std::size_t point = 0; point < points; ++point)
        averages.by_point[point].long_enough = long_enough[point] != 0;
    return averages;
}

std::vector<ChainReport> read_chains(const Handle& group) {
    std::vector<ChainReport> chains;
    for (const std::string& start : h5::read_strings(group, "start")) chains.emplace_back().start = start;
    const auto read = [&]<class T>(const char* name, T ChainReport::* member) {
        const auto values = h5::read<T>(group, name, {chains.size()});
        for (std::size_t k = 0; k < chains.size(); ++k) chains[k].*member = values[k];
    };
    read("attempts", &ChainReport::attempts);
    read("accepted", &ChainReport::accepted);
    read("phi_deviation", &ChainReport::phi_deviation);
    read("energy_deviation", &ChainReport::energy_deviation);
    return chains;
}

Estimate read_estimate(const Handle& group, const char* name) {
    std::array<double, 2> values = {};
    h5::read_attribute(group, name, h5::Element::float64, values.data(), values.size());
    return {values[0], values[1]};
}

/// Of a record with so many points. Throws std::out_of_range if it lists others, or less than two.
LadderReport read_ladder(const Handle& ladders, const std::string& name, std::size_t points_of_record) {
    const Handle group = h5::open(ladders, name);
    LadderReport report;
    report.points = read_all<std::uint32_t>(group, "point");
    const std::size_t points = report.points.size();
    if (points < 2 || std::ranges::max(report.points) >= points_of_record)
        throw std::out_of_range("points of a ladder");
    report.values = h5::read<double>(group, "value", {points});
    report.note = h5::string_attribute(group, "note");
    const auto overlap = h5::read<double>(group, "overlap", {points, points});
    const auto exchanges = read_all<std::uint64_t>(group, "exchanges");
    const auto exchanged = read_all<std::uint64_t>(group, "exchanged");
    for (std::size_t k = 0; k + 1 < points; ++k) {
        double tried = 0.0;
        double accepted = 0.0;
        for (std::size_t at = k; at < exchanges.size(); at += points - 1) {
            tried += static_cast<double>(exchanges[at]);
            accepted += static_cast<double>(exchanged.at(at));
        }
        report.exchange_fraction.push_back(tried > 0.0 ? accepted / tried : 0.0);
        report.overlap.push_back(overlap[k * points + k + 1]);
    }
    const auto round_trips = read_all<std::uint32_t>(group, "round_trips");
    report.round_trips = std::accumulate(round_trips.begin(), round_trips.end(), std::uint64_t{0});
    const std::vector<std::string> links = h5::link_names(group);
    report.has_transition = std::ranges::find(links, "transition") != links.end();
    if (report.has_transition) {
        const Handle transition = h5::open(group, "transition");
        report.peak_inside = h5::attribute<std::uint8_t>(transition, "peak_inside") != 0;
        report.peak_place = read_estimate(transition, "peak_place");
        report.peak_height = read_estimate(transition, "peak_height");
    }
    return report;
}

/// The crystal of a point. Throws Error if the species in `sigma` are of another number of sites.
Crystal stored_crystal(const Handle& sigma, const Settings& settings, const std::string& name) {
    const h5::Dimensions stored = h5::dimensions_of(h5::open(sigma, "value"));
    const std::uint64_t sites = stored.size() == 3 ? stored[2] : 0;
    Crystal crystal = crystal_of(settings, sites, name);
    if (crystal.size() != static_cast<std::int64_t>(sites))
        throw Error(fmt::format("{}: its sites are not those of its parameters", name));
    return crystal;
}

}  // namespace

EquilibriumRecord::EquilibriumRecord(const std::filesystem::path& path)
    : EquilibriumRecord(RecordFile(path)) {}

EquilibriumRecord::EquilibriumRecord(RecordFile file) : file_(std::move(file)) {
    try {
        read();
    } catch (const std::bad_alloc&) {
        throw Error(fmt::format("{}: damaged, or larger than memory", file_.path().string()));
    } catch (const std::out_of_range&) {
        throw Error(fmt::format("{}: damaged", file_.path().string()));
    } catch (const std::length_error&) {
        throw Error(fmt::format("{}: damaged", file_.path().string()));
    }
}

void EquilibriumRecord::read() {
    const std::string name = file_.path().string();
    const Handle file = h5::open_file(file_.path());
    places_.emplace(file, name);
    require_method(*places_, name, Method::equilibrium);
    header_ = read_head(file, *places_, name);
    provenance_ = read_provenance(file);
    plan_.emplace(header_.spec);
    const std::size_t points = plan_->points();
    for (std::size_t point = 0; point < points; ++point)
        chains_.push_back(read_chains(h5::open(file, places_->units(point))));
    warnings_ = h5::read_strings(file, "warnings");
    const Handle averages = h5::open(file, "averages");
    for (const Observable::Column& column : header_.columns)
        averages_.push_back(read_averages(averages, column.name, points));
    const Handle heat = h5::open(averages, "heat_capacity");
    heat_capacity_ = {h5::read<double>(heat, "mean", {points}),
                      h5::read<double>(heat, "standard_error", {points})};
    const Handle ladders = h5::open(file, "ladders");
    for (const std::string& ladder : h5::link_names(ladders))
        ladders_.push_back(read_ladder(ladders, ladder, points));
}

Crystal EquilibriumRecord::crystal(std::size_t point) const {
    return stored_crystal(h5::open(h5::open_file(file_.path()), places_->sigma(point)), plan_->point(point),
                          file_.path().string());
}

std::vector<std::uint64_t> EquilibriumRecord::frame_sweeps(std::size_t point) const {
    return read_all<std::uint64_t>(h5::open(h5::open_file(file_.path()), places_->sigma(point)), "sweep");
}

std::vector<Spin> EquilibriumRecord::sigma(std::size_t point, std::size_t chain) const {
    const std::string name = file_.path().string();
    const Handle file = h5::open_file(file_.path());
    const Handle group = h5::open(file, places_->sigma(point));
    const std::uint64_t frames = read_all<std::uint64_t>(group, "sweep").size();
    const auto sites = static_cast<std::uint64_t>(stored_crystal(group, plan_->point(point), name).size());
    const Handle dataset = h5::open(group, "value");
    h5::expect_dimensions(dataset, "sigma/value", {chains_.at(point).size(), frames, sites});
    std::vector<Spin> values(frames * sites);
    h5::read_block(dataset, h5::Element::int8, {chain, 0, 0}, {1, frames, sites}, values.data());
    require_species(values, name);
    return values;
}

}  // namespace misfit
