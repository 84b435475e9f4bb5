#include "misfit/unit/units.hpp"

#include <algorithm>

namespace misfit {

Units::Units(const Plan& plan) {
    const RunSpec& spec = plan.spec();
    if (const auto* exchange = std::get_if<Exchange>(&spec.method)) {
        first_ = exchange->ensemble.first;
        of_a_point_ = exchange->ensemble.trajectories;
    } else {
        const Equilibrium& equilibrium = spec.equilibrium();
        starts_ = equilibrium.monte_carlo.start;
        of_a_point_ = static_cast<std::uint32_t>(starts_.size()) * equilibrium.monte_carlo.chains;
        points_each_ = static_cast<std::uint32_t>(plan.stages());
        const auto axis = std::ranges::find(spec.sweep, equilibrium.replica_exchange.over, &SweepAxis::key);
        if (axis != spec.sweep.end()) {
            rungs_ = static_cast<std::uint32_t>(axis->values.size());
            for (auto each = axis + 1; each != spec.sweep.end(); ++each)
                stride_ *= static_cast<std::uint32_t>(each->values.size());
        }
    }
    count_ = static_cast<std::uint32_t>(plan.combinations()) / rungs_ * of_a_point_;
}

UnitPlan Units::operator[](std::uint32_t unit) const {
    const std::uint32_t row = (unit - first_) / of_a_point_;
    const std::uint32_t within = (unit - first_) % of_a_point_;
    UnitPlan plan;
    plan.unit = unit;
    for (std::uint32_t rung = 0; rung < rungs_; ++rung)
        plan.combinations.push_back((row / stride_ * rungs_ + rung) * stride_ + row % stride_);
    plan.points_each = points_each_;
    plan.number = first_ + within;
    plan.start = start_of(within);
    return plan;
}

std::vector<UnitPlan> Units::all() const {
    std::vector<UnitPlan> plans;
    for (std::uint32_t k = 0; k < count_; ++k) plans.push_back((*this)[first_ + k]);
    return plans;
}

std::optional<std::uint32_t> Units::find(const UnitPlan& plan) const {
    if (plan.number < first_ || plan.number - first_ >= of_a_point_) return {};
    const std::uint32_t combination = plan.combinations.front();
    const std::uint32_t row = combination / (stride_ * rungs_) * stride_ + combination % stride_;
    return first_ + row * of_a_point_ + (plan.number - first_);
}

StartState Units::start_of(std::uint32_t number) const {
    return starts_.empty() ? StartState::random
                           : starts_[number / (of_a_point_ / static_cast<std::uint32_t>(starts_.size()))];
}

}  // namespace misfit
