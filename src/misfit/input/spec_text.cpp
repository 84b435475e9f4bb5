// Specs as text: TOML, differences, the reference of all keys.
#include "misfit/input/spec_text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>

#include "misfit/base/error.hpp"
#include "misfit/input/brief_text.hpp"
#include "misfit/input/nearest_word.hpp"
#include "misfit/input/plan.hpp"
#include "misfit/input/schema.hpp"
#include "misfit/input/spec_stages.hpp"

namespace misfit {
namespace {

/// Of a key, or none: not set, or of another shape or method.
std::optional<Value> value_of(const SpecKey& key, const Settings& settings) {
    return belongs_to(key, settings) ? key.value(settings) : std::nullopt;
}

/// What to write for a key, or none.
std::optional<std::string> text_of(const SpecKey& key, const Settings& settings) {
    const std::optional<Value> value = value_of(key, settings);
    return value ? std::optional(toml_text(*value)) : std::nullopt;
}

/// What a key is where nothing is said, for the reference page: "`0.2`", "required for a disc or sphere".
std::string default_text(const SpecKey& key, Settings settings) {
    const auto preset_text = [&](const std::string& shape) {
        if (key.is_required(shape)) return std::string("required");
        const auto preset = key.text(settings);
        return preset ? fmt::format("`{}`", *preset) : std::string("none");
    };
    if (key.shapes.empty()) return preset_text("");
    std::vector<std::pair<std::string, std::vector<std::string>>> shapes_of;  // by text
    for (const std::string& shape : key.shapes) {
        find_key("crystal.shape")->read(settings, {shape});
        const std::string text = preset_text(shape);
        if (shapes_of.empty() || shapes_of.back().first != text) shapes_of.push_back({text, {}});
        shapes_of.back().second.push_back(shape);
    }
    std::vector<std::string> texts;
    for (const auto& [text, shapes] : shapes_of)
        texts.push_back(fmt::format("{} for a {}", text, fmt::join(shapes, " or ")));
    return fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace

std::vector<std::pair<std::string, Value>> resolved_keys(const RunSpec& spec) {
    std::vector<std::pair<std::string, Value>> resolved;
    for (const SpecKey& key : spec_keys())
        if (belongs_to(key, spec))
            if (const auto value = key.value(spec)) resolved.emplace_back(key.path, *value);
    for (const SweepAxis& axis : spec.sweep)
        resolved.emplace_back(fmt::format("{}.{}", sweep_table, axis.key), Value{axis.values});
    for (std::size_t k = 0; k < spec.stages.size(); ++k)
        for (const auto& [path, value] : spec.stages[k].settings)
            resolved.emplace_back(fmt::format("{}.{}.{}", stage_table, k + 1, name_in_stage(path)), value);
    return resolved;
}

std::string to_toml(const RunSpec& spec) {
    std::string text;
    for (const SpecTable& table : spec_tables()) {
        std::string lines;
        for (const SpecKey& key : spec_keys()) {
            if (key.table() != table.path) continue;
            if (const auto value = text_of(key, spec)) lines += fmt::format("{} = {}\n", key.name(), *value);
        }
        if (table.path == sweep_table)
            for (const SweepAxis& axis : spec.sweep)
                lines += fmt::format("\"{}\" = {}\n", axis.key, toml_text({axis.values}));
        if (!lines.empty()) text += fmt::format("{}[{}]\n{}", text.empty() ? "" : "\n", table.path, lines);
    }
    for (const Stage& stage : spec.stages) {
        text += fmt::format("\n[[{}]]\n", stage_table);
        for (const auto& [path, value] : stage.settings)
            text += fmt::format("{} = {}\n", name_in_stage(path), toml_text(value));
    }
    return text;
}

namespace {

void add_differences(const Settings& here, const Settings& recorded, const std::string& prefix,
                     std::vector<std::string>& lines) {
    for (const SpecKey& key : spec_keys()) {
        const auto one = value_of(key, here);
        const auto other = value_of(key, recorded);
        if (one == other) continue;
        const std::string line =
            fmt::format("{}: {} here, {} in the record", key.path, one ? brief_text(*one) : "none",
                        other ? brief_text(*other) : "none");
        if (std::ranges::find(lines, line) == lines.end()) lines.push_back(prefix + line);
    }
}

}  // namespace

std::vector<std::string> differences(const RunSpec& here, const RunSpec& recorded) {
    std::vector<std::string> lines;
    add_differences(here, recorded, "", lines);
    if (here.sweep != recorded.sweep) lines.emplace_back("[sweep]: other keys or values than in the record");
    if (here.stages.size() != recorded.stages.size()) {
        lines.push_back(fmt::format("[[{}]]: {} stages here, {} in the record", stage_table,
                                    here.stages.size(), recorded.stages.size()));
    } else {
        const Plan ours(here);
        const Plan theirs(recorded);
        for (std::size_t k = 0; k < here.stages.size(); ++k)
            add_differences(ours.settings(0, k), theirs.settings(0, k),
                            fmt::format("{}.{}: ", stage_table, k + 1), lines);
    }
    return lines;
}

namespace {

constexpr const char* key_head = "| key | allowed | unit | default | meaning |\n|---|---|---|---|---|\n";

/// A key's line of the reference page, called by its name there or by its whole path.
std::string key_line(const SpecKey& key, const std::string& called) {
    Settings settings;
    if (!goes_with(key, Method::exchange)) settings.method = Equilibrium{};
    return fmt::format("| `{}` | {} | {} | {} | {} |\n", called, key.allowed, key.unit,
                       default_text(key, settings), key.meaning);
}

/// The part of the reference page about one table.
std::string table_reference(const SpecTable& table) {
    const char* heading = table.path == stage_table ? "## [[{}]]\n\n{}\n" : "## [{}]\n\n{}\n";
    std::string text = fmt::format(fmt::runtime(heading), table.path, table.meaning);
    if (table.path == sweep_table || table.path == stage_table) return text;
    text += fmt::format("\n{}", key_head);
    for (const SpecKey& key : spec_keys())
        if (key.table() == table.path) text += key_line(key, key.name());
    return text;
}

}  // namespace

std::string key_reference() {
    std::string text =
        "# The input file\n\n"
        "TOML. Every key, as `misfit keys` prints them; a key that is left out takes its default. "
        "`--set table.key=value` on the command line comes before the file. An integer may stand for a "
        "number.\n";
    for (const SpecTable& table : spec_tables()) text += fmt::format("\n{}", table_reference(table));
    return text;
}

std::string key_reference(const std::string& name) {
    const std::string bare =
        name.substr(0, name.find(']')).substr(std::min(name.find_first_not_of('['), name.size()));
    std::vector<std::string> tables;
    for (const SpecTable& each : spec_tables()) {
        if (each.path == bare) return table_reference(each);
        tables.push_back(each.path);
    }
    std::string lines;
    std::vector<std::string> names = tables;
    for (const SpecKey& key : spec_keys()) {
        if (key.path == bare || key.name() == bare) lines += key_line(key, key.path);
        names.insert(names.end(), {key.path, key.name()});
    }
    if (!lines.empty()) return key_head + lines;
    const std::string meant = nearest_word(bare, names);
    throw Error(fmt::format("there is no table or key {} in the input{}; the tables: {}", bare,
                            meant.empty() ? "" : fmt::format("; did you mean {}?", meant),
                            fmt::join(tables, ", ")));
}

}  // namespace misfit
