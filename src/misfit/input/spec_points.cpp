// What one spec of an equilibrium stands for: every point of its sweep, in every stage.
#include <algorithm>
#include <fmt/format.h>
#include <functional>

#include "misfit/base/error.hpp"
#include "misfit/input/schema.hpp"
#include "misfit/input/spec.hpp"
#include "misfit/input/toml_input.hpp"

namespace misfit {

std::vector<RunSpec> sweep_points(const RunSpec& spec) {
    RunSpec single = spec;
    single.sweep.clear();
    std::vector<RunSpec> points = {single};
    for (const SweepAxis& axis : spec.sweep) {
        const SpecKey& key = *find_key(axis.key);
        std::vector<InputValue> values;
        for (const std::string& text : axis.values)
            values.push_back(parse_setting(axis.key + "=" + text).value);
        std::vector<RunSpec> product;
        for (const RunSpec& point : points)
            for (const InputValue& value : values)
                if (!key.read(product.emplace_back(point), value))
                    throw Error(fmt::format("sweep: {} = {}: must be {}", axis.key, value.text, key.allowed));
        points = std::move(product);
    }
    if (spec.method == Method::exchange) return points;
    std::vector<RunSpec> staged;
    for (const RunSpec& point : points)
        for (RunSpec& stage : stage_specs(point)) staged.push_back(std::move(stage));
    return staged;
}

std::vector<PointColumn> point_columns(const RunSpec& spec) {
    std::vector<SweepAxis> axes = spec.sweep;
    if (!spec.stages.empty()) {
        SweepAxis& stage = axes.emplace_back(SweepAxis{stage_table, {}});
        for (std::size_t k = 0; k < spec.stages.size(); ++k) stage.values.push_back(fmt::format("{}", k));
    }
    std::size_t points = 1;
    for (const SweepAxis& axis : axes) points *= axis.values.size();
    std::vector<PointColumn> columns;
    std::size_t stride = points;
    for (const SweepAxis& axis : axes) {
        stride /= axis.values.size();
        PointColumn& column = columns.emplace_back(PointColumn{axis.key, {}});
        for (std::size_t point = 0; point < points; ++point)
            column.values.push_back(axis.values[point / stride % axis.values.size()]);
    }
    const std::vector<RunSpec> stages = stage_specs(spec);
    for (const SpecKey& key : spec_keys()) {
        // A key of the sweep is none of a stage: it is the same in all.
        if (key.table() != "model") continue;
        PointColumn column = {key.path, {}, false};
        for (std::size_t point = 0; point < points; ++point)
            column.values.push_back(key.write(stages[point % stages.size()]).value_or(""));
        if (std::ranges::adjacent_find(column.values, std::ranges::not_equal_to()) != column.values.end())
            columns.push_back(std::move(column));
    }
    return columns;
}

std::string describe_point(std::span<const PointColumn> columns, std::size_t point) {
    std::string text;
    for (const PointColumn& column : columns)
        text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", column.key, column.values[point]);
    return text;
}

}  // namespace misfit
