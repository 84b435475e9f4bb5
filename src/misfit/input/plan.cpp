#include "misfit/input/plan.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "misfit/base/error.hpp"
#include "misfit/base/random.hpp"
#include "misfit/input/schema.hpp"

namespace misfit {
namespace {

bool is_of_crystal(const SpecKey& key) { return key.path.starts_with("crystal."); }

}  // namespace

std::uint64_t point_seed(std::uint64_t seed, std::size_t combination) {
    if (combination == 0) return seed;
    std::array<std::uint64_t, words_per_block> words = {};
    random_words({seed, static_cast<std::uint32_t>(combination), 0, Stream::point_seed}, 0, words);
    return words[0] >> 1U;
}

std::string describe_point(const std::vector<PointColumn>& columns, std::size_t point) {
    std::string text;
    for (const PointColumn& column : columns)
        text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", column.key, column.text(point));
    return text;
}

Plan::Plan(RunSpec spec) : spec_(std::make_shared<const RunSpec>(std::move(spec))) {
    Settings scratch = *spec_;
    for (const SweepAxis& axis : spec_->sweep) {
        const SpecKey& key = *find_key(axis.key);
        for (const Value& value : axis.values)
            if (!key.read(scratch, value))
                throw Error(fmt::format("{}: {} = {}: must be {}", sweep_table, axis.key, toml_text(value),
                                        key.allowed));
        axes_.push_back({&key, &axis.values, 1});
        combinations_ *= axis.values.size();
    }
    std::size_t stride = combinations_;
    for (Axis& axis : axes_) axis.stride = stride /= axis.values->size();
    for (const Stage& stage : spec_->stages) {
        StageSettings& settings = stages_.emplace_back();
        for (const auto& [path, value] : stage.settings) {
            settings.emplace_back(find_key(path), &value);
            if (!settings.back().first->read(scratch, value))
                throw Error(fmt::format("{}: {} = {}: not allowed", stage_table, path, toml_text(value)));
        }
    }
    if (std::holds_alternative<Equilibrium>(spec_->method)) points_each_ = stages();
}

void Plan::go_to(std::size_t combination, Settings& settings) const {
    if (auto* exchange = std::get_if<Exchange>(&settings.method))
        exchange->ensemble.seed = point_seed(exchange->ensemble.seed, combination);
    for (const Axis& axis : axes_)
        axis.key->read(settings, (*axis.values)[combination / axis.stride % axis.values->size()]);
}

RunSpec Plan::alone(std::size_t combination) const {
    RunSpec one = *spec_;
    one.sweep.clear();
    go_to(combination, one);
    if (auto* equilibrium = std::get_if<Equilibrium>(&one.method)) equilibrium->replica_exchange.over.clear();
    return one;
}

Settings Plan::settings(std::size_t combination, std::size_t stage) const {
    Settings here = *spec_;
    go_to(combination, here);
    if (!stages_.empty())
        for (const auto& [key, value] : stages_[stage]) key->read(here, *value);
    return here;
}

Settings Plan::point(std::size_t point) const { return settings(point / points_each_, point % points_each_); }

std::vector<Settings> Plan::all_points() const {
    std::vector<Settings> all;
    for (std::size_t k = 0; k < points(); ++k) all.push_back(point(k));
    return all;
}

std::size_t Plan::crystals() const {
    std::size_t count = 1;
    for (const Axis& axis : axes_)
        if (is_of_crystal(*axis.key)) count *= axis.values->size();
    return count;
}

std::size_t Plan::crystal_of(std::size_t combination) const {
    std::size_t crystal = 0;
    for (const Axis& axis : axes_)
        if (is_of_crystal(*axis.key))
            crystal = crystal * axis.values->size() + combination / axis.stride % axis.values->size();
    return crystal;
}

bool Plan::is_elastic(std::size_t combination) const {
    for (std::size_t stage = 0; stage < stages(); ++stage)
        if (settings(combination, stage).model.epsilon != 0.0) return true;
    return false;
}

DueTimes Plan::due_times(std::size_t combination) const {
    DueTimes due;
    for (std::size_t stage = 0; stage < stages(); ++stage) {
        const Settings here = settings(combination, stage);
        const auto number = static_cast<std::uint16_t>(stage);
        const double t_end = here.exchange().kmc.t_end;
        for (const double time : misfit::due_times(here.exchange().record.scalars, t_end))
            due.scalars.push_back({number, time});
        for (const double time : misfit::due_times(here.exchange().record.sigma, t_end))
            due.sigma.push_back({number, time});
    }
    return due;
}

std::vector<PointColumn> Plan::columns() const {
    std::vector<PointColumn> columns;
    for (const Axis& axis : axes_) {
        PointColumn& column = columns.emplace_back(PointColumn{axis.key->path, {}});
        for (std::size_t point = 0; point < points(); ++point) {
            const std::size_t combination = point / points_each_;
            column.values.push_back((*axis.values)[combination / axis.stride % axis.values->size()]);
        }
    }
    if (stages_.empty() || std::holds_alternative<Exchange>(spec_->method)) return columns;
    PointColumn& number = columns.emplace_back(PointColumn{stage_table, {}});
    for (std::size_t point = 0; point < points(); ++point)
        number.values.emplace_back(static_cast<std::int64_t>(point % stages() + 1));
    for (const SpecKey& key : spec_keys()) {
        // A key of the sweep is none of a stage: it is the same in all.
        if (key.table() != "model") continue;
        std::vector<Value> of_stage;
        for (std::size_t stage = 0; stage < stages(); ++stage)
            of_stage.push_back(key.value(settings(0, stage)).value_or(Value{std::string()}));
        if (std::ranges::adjacent_find(of_stage, std::ranges::not_equal_to()) == of_stage.end()) continue;
        PointColumn& column = columns.emplace_back(PointColumn{key.path, {}, false});
        for (std::size_t point = 0; point < points(); ++point)
            column.values.push_back(of_stage[point % stages()]);
    }
    return columns;
}

std::vector<std::shared_ptr<const Crystal>> build_crystals(const Plan& plan) {
    std::vector<std::shared_ptr<const Crystal>> crystals(plan.crystals());
    for (std::size_t k = 0; k < plan.combinations(); ++k)
        if (auto& crystal = crystals[plan.crystal_of(k)]; !crystal)
            crystal = std::make_shared<const Crystal>(build_crystal(plan.settings(k, 0)));
    return crystals;
}

}  // namespace misfit
