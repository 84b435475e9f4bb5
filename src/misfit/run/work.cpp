#include "misfit/run/work.hpp"

#include <fmt/format.h>
#include <utility>

#include "misfit/run/start_state.hpp"

namespace misfit {
namespace {

/// True if the last stage of a unit is longer than it was when the unit was recorded.
bool goes_on(const Plan& now, const Plan& recorded, const UnitPlan& unit) {
    const auto length = [&](const Plan& plan) {
        return stage_length(plan.settings(unit.combinations.front(), plan.stages() - 1));
    };
    return length(now) > length(recorded);
}

}  // namespace

void Work::prepare(const std::function<void(double)>& on_progress) {
    points_.emplace(plan_, threads_, own_, interrupt_);
    recorded_columns(*points_);  // what is wrong with them is said before V is built
    start_ = read_start(plan_);
    const std::vector<PointModels::PotentialName> names = points_->potential_names(on_progress);
    for (const PointModels::PotentialName& name : names)
        if (!name.method.empty()) potential_method_ = name.method;
    // That of a single V without a start from a file is its own.
    if (names.size() == 1 && start_.empty()) {
        potential_hash_ = names.front().hash;
        return;
    }
    if (potential_method_.empty() && start_.empty()) return;
    ByteWriter all;
    for (const PointModels::PotentialName& name : names) all.put(std::string_view(name.hash));
    for (const std::vector<Spin>& species : start_) all.put(std::span<const Spin>(species));
    potential_hash_ = fmt::format("{:016x}", checksum(all.bytes()));
}

bool Work::run(std::span<const std::uint32_t> units, const std::filesystem::path& parts,
               const RunNotes& notes, RecordedUnits* earlier, const Warn& warn,
               const UnitRun::Options& options) {
    UnitRun::Earlier from_earlier;
    if (earlier != nullptr)
        from_earlier = [this, earlier](const UnitPlan& plan) {
            std::optional<Unit> unit = earlier->unit(plan);
            if (unit && goes_on(plan_, earlier->plan(), plan)) reopen(*unit);
            return unit;
        };
    return UnitRun(*points_, start_, parts, notes.identity(), warn, std::move(from_earlier))
        .run(units, options);
}

}  // namespace misfit
