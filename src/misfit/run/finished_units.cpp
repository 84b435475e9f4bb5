#include "misfit/run/finished_units.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <span>
#include <utility>

#include "misfit/base/error.hpp"
#include "misfit/record/record_head.hpp"

namespace misfit {
namespace {

/// A trajectory of a record with all that its parts had.
Trajectory whole(const Record& record, std::size_t point, std::size_t k, ByteSpan end) {
    Trajectory trajectory = record.points()[point].trajectories[k];
    const auto sites = static_cast<std::size_t>(record.crystal(point).size());
    const std::vector<Spin> sigma = record.sigma(k, point);
    for (std::size_t frame = 0; frame * sites < sigma.size(); ++frame)
        pack_sigma(std::span(sigma).subspan(frame * sites, sites), trajectory.sigma);
    ByteReader reader(end, fmt::format("{}, trajectory {}", record.file().string(), trajectory.unit));
    take(reader, trajectory.last);
    reader.expect_end();
    return trajectory;
}

/// A trajectory as it was before its last stage ended.
Checkpoint before_the_end(Trajectory trajectory) {
    Checkpoint checkpoint;
    TrajectoryEnd last = std::exchange(trajectory.last, {});
    checkpoint.state = std::move(last.state);
    trajectory.energy_deviation = last.energy_deviation;
    trajectory.stages.pop_back();
    trajectory.finished = false;
    checkpoint.trajectory = std::move(trajectory);
    return checkpoint;
}

double last_t_end(const RunSpec& spec) {
    const Plan plan(spec);
    return plan.settings(0, plan.stages() - 1).exchange().kmc.t_end;
}

}  // namespace

FinishedUnits::FinishedUnits(const std::filesystem::path& record, const RunSpec& longer) {
    if (longer.kind() == Method::equilibrium) {
        ladders_ = std::make_unique<const LadderRecord>(record);
        return;
    }
    record_ = std::make_unique<const Record>(record);
    is_later_ = last_t_end(longer) > last_t_end(record_->header().spec);
    ends_ = read_ends(record);
    std::size_t first = 0;
    for (const RecordedPoint& point : record_->points()) {
        first_end_.push_back(first);
        first += point.trajectories.size();
    }
    if (first != ends_.size())
        throw Error(fmt::format("{}: damaged: {} trajectories, {} last states", record.string(), first,
                                ends_.size()));
}

std::optional<Checkpoint> FinishedUnits::trajectory(std::size_t point, std::uint32_t number) {
    const std::vector<Trajectory>& there = record_->points().at(point).trajectories;
    const auto found = std::ranges::lower_bound(there, number, {}, &Trajectory::unit);
    if (found == there.end() || found->unit != number) return {};
    const auto k = static_cast<std::size_t>(found - there.begin());
    const std::scoped_lock lock(mutex_);
    Trajectory trajectory = whole(*record_, point, k, ends_[first_end_[point] + k]);
    if (is_later_) return before_the_end(std::move(trajectory));
    Checkpoint checkpoint;
    checkpoint.trajectory = std::move(trajectory);
    return checkpoint;
}

LadderCheckpoint FinishedUnits::ladder(const LadderPlan& plan) {
    const std::scoped_lock lock(mutex_);
    return ladders_->checkpoint(plan);
}

}  // namespace misfit
