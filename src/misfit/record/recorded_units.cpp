#include "misfit/record/recorded_units.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <utility>

#include "misfit/base/error.hpp"
#include "misfit/record/record_head.hpp"

namespace misfit {
namespace {

using h5::Dimensions;
using h5::Handle;

constexpr std::size_t most_open_points = 64;

/// A block of a dataset: `extent` of the last dimensions from `from` on, at `at` of those before them.
template <class T>
std::vector<T> read_block(const Handle& dataset, const Dimensions& at, const Dimensions& from,
                          const Dimensions& extent) {
    Dimensions offset = at;
    offset.insert(offset.end(), from.begin(), from.end());
    Dimensions count(at.size(), 1);
    count.insert(count.end(), extent.begin(), extent.end());
    std::vector<T> values(h5::element_count(extent));
    if (!values.empty()) h5::read_block(dataset, h5::element_of<T>(), offset, count, values.data());
    return values;
}

/// Which of the samples or frames of a point, [begin, end), are of each stage.
class StageRanges {
public:
    explicit StageRanges(const Handle& group)
        : stages_(h5::read<std::int32_t>(group, "stage", h5::dimensions_of(h5::open(group, "stage")))) {}
    std::pair<std::uint64_t, std::uint64_t> operator[](std::size_t stage) const {
        const auto found = std::ranges::equal_range(stages_, static_cast<std::int32_t>(stage + 1));
        return {static_cast<std::uint64_t>(found.begin() - stages_.begin()),
                static_cast<std::uint64_t>(found.end() - stages_.begin())};
    }

private:
    std::vector<std::int32_t> stages_;  ///< counted from 1, ascending
};

}  // namespace

/// A point whose datasets are open: what was decompressed for one unit is there for the next.
struct RecordedUnits::Point {
    StageRanges samples;
    StageRanges frames;
    std::vector<Handle> columns;
    Handle sigma;
    std::uint64_t sites;
};

RecordedUnits::RecordedUnits(const std::filesystem::path& record)
    : of_(record),
      header_(read_head(h5::open_file(of_.path()), of_.path().string())),
      plan_(header_.spec),
      units_(plan_),
      ends_(read_ends(of_.path())),
      file_(h5::open_file(of_.path())) {
    if (ends_.size() != units_.count())
        throw Error(fmt::format("{}: damaged: {} units, {} last states", of_.path().string(), units_.count(),
                                ends_.size()));
}

RecordedUnits::~RecordedUnits() = default;

RecordedUnits::Point& RecordedUnits::point(std::size_t number) {
    if (const auto found = points_.find(number); found != points_.end()) return found->second;
    if (points_.size() == most_open_points) points_.clear();
    const RecordPlaces places(file_, of_.path().string());
    const Handle observables = h5::open(file_, places.observables(number));
    std::vector<Handle> columns;
    for (const Observable::Column& column : header_.columns)
        columns.push_back(h5::open(observables, column.name));
    const Handle sigma = h5::open(file_, places.sigma(number));
    Handle value = h5::open(sigma, "value");
    const std::uint64_t sites = h5::dimensions_of(value).at(2);
    return points_
        .try_emplace(number, Point{StageRanges(h5::open(file_, places.clock(number))), StageRanges(sigma),
                                   std::move(columns), std::move(value), sites})
        .first->second;
}

/// The samples and frames of all stages.
void RecordedUnits::read_samples(const UnitPlan& recorded, Unit& unit) {
    const std::uint64_t row = recorded.number - units_.first();
    for (std::size_t stage = 0; stage < unit.stages.size(); ++stage)
        for (std::size_t k = 0; k < recorded.combinations.size(); ++k) {
            Chain& chain = unit.stages[stage].chains.at(k);
            const Point& here = point(recorded.point(k, stage));
            const auto [begin, end] = here.samples[stage];
            const std::size_t columns = here.columns.size();
            chain.scalars.resize((end - begin) * columns);
            for (std::size_t column = 0; column < columns; ++column) {
                const auto values = read_block<double>(here.columns[column], {row}, {begin}, {end - begin});
                for (std::size_t sample = 0; sample < values.size(); ++sample)
                    chain.scalars[sample * columns + column] = values[sample];
            }
            const auto [first, last] = here.frames[stage];
            const auto sigma = read_block<Spin>(here.sigma, {row}, {first, 0}, {last - first, here.sites});
            for (std::size_t at = 0; at < sigma.size(); at += here.sites)
                pack_sigma(std::span(sigma).subspan(at, here.sites), chain.sigma);
        }
}

/// What replica exchange keeps beside.
void RecordedUnits::read_reduced_energies(const UnitPlan& recorded, std::size_t stage, Ladder& ladder) {
    const std::uint64_t points = recorded.combinations.size();
    const Handle ladders = h5::open(file_, "ladders");
    for (const std::string& name : h5::link_names(ladders)) {
        const Handle group = h5::open(ladders, name);
        if (h5::read<std::uint32_t>(group, "point", {points}).front() != recorded.point(0, stage)) continue;
        const Handle energies = h5::open(group, "reduced_energy");
        for (std::uint64_t k = 0; k < points; ++k)
            ladder.chains[k].reduced_energies = read_block<double>(energies, {k, recorded.number}, {0, 0},
                                                                   {ladder.chains[k].samples, points});
        return;
    }
    throw Error(fmt::format("{}: has no ladder of point {}", of_.path().string(), recorded.point(0, stage)));
}

std::optional<Unit> RecordedUnits::unit(const UnitPlan& plan) {
    const std::optional<std::uint32_t> number = units_.find(plan);
    if (!number) return {};
    const std::scoped_lock lock(mutex_);
    const UnitPlan recorded = units_[*number];
    ByteReader reader(ends_[*number - units_.first()],
                      fmt::format("{}, unit {}", of_.path().string(), *number));
    Unit unit;
    take(reader, unit);
    reader.expect_end();
    unit.unit = plan.unit;
    read_samples(recorded, unit);
    if (recorded.combinations.size() > 1)
        for (std::size_t stage = 0; stage < unit.stages.size(); ++stage)
            read_reduced_energies(recorded, stage, unit.stages[stage]);
    return unit;
}

}  // namespace misfit
