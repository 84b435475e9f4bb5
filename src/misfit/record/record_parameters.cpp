#include "misfit/record/record_parameters.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "misfit/base/error.hpp"
#include "misfit/input/schema.hpp"
#include "misfit/input/spec_reader.hpp"
#include "misfit/input/spec_text.hpp"
#include "misfit/input/toml_input.hpp"

namespace misfit {
namespace {

using List = std::vector<Value>;

/// A list of values, or of lists of values that are equally long, as an array.
struct Array {
    explicit Array(const List& list) {
        const auto* first = list.empty() ? nullptr : std::get_if<List>(&list.front().content);
        dimensions = {list.size()};
        if (first != nullptr) dimensions.push_back(first->size());
        for (const Value& item : list)
            if (const auto* inner = std::get_if<List>(&item.content))
                for (const Value& each : *inner) items.push_back(&each);
            else
                items.push_back(&item);
    }
    template <class T>
    bool holds() const {
        return !items.empty() && std::ranges::all_of(items, [](const Value* item) {
            return std::holds_alternative<T>(item->content);
        });
    }
    template <class T>
    std::vector<T> values() const {
        std::vector<T> values;
        for (const Value* item : items) values.push_back(std::get<T>(item->content));
        return values;
    }

    h5::Dimensions dimensions;
    std::vector<const Value*> items;
};

void write_list(const h5::Handle& group, const std::string& key, const List& list) {
    const Array array(list);
    if (array.holds<std::string>()) {
        h5::write_strings(group, key, array.dimensions, array.values<std::string>());
    } else if (array.holds<std::int64_t>()) {
        h5::write<std::int64_t>(group, key, array.dimensions, array.values<std::int64_t>());
    } else if (array.holds<bool>()) {
        std::vector<std::uint8_t> truths;
        for (const bool truth : array.values<bool>()) truths.push_back(truth ? 1 : 0);
        h5::write<std::uint8_t>(group, key, array.dimensions, truths);
    } else {
        std::vector<double> numbers;
        for (const Value* item : array.items) numbers.push_back(number_of(*item).value());
        h5::write<double>(group, key, array.dimensions, numbers);
    }
}

void write_value(const h5::Handle& group, const std::string& key, const Value& value) {
    if (const auto* list = std::get_if<List>(&value.content))
        write_list(group, key, *list);
    else if (const auto* truth = std::get_if<bool>(&value.content))
        h5::write_attribute(group, key, static_cast<std::uint8_t>(*truth));
    else if (const auto* integer = std::get_if<std::int64_t>(&value.content))
        h5::write_attribute(group, key, *integer);
    else if (const auto* number = std::get_if<double>(&value.content))
        h5::write_attribute(group, key, *number);
    else
        h5::write_attribute(group, key, std::get<std::string>(value.content));
}

Value value_of_attribute(const h5::Handle& group, const std::string& key, const std::string& name) {
    switch (h5::kind_of_attribute(group, key)) {
        case h5::Kind::text:
            return {h5::string_attribute(group, key)};
        case h5::Kind::byte:
            return {h5::attribute<std::uint8_t>(group, key) != 0};
        case h5::Kind::integer:
            return {h5::attribute<std::int64_t>(group, key)};
        case h5::Kind::number:
            return {h5::attribute<double>(group, key)};
        default:
            throw Error(fmt::format("{}: /parameters/{} is no value of a key", name, key));
    }
}

/// The items one after the other as a list, or as a list of lists.
template <class Items>
Value list_of(const Items& items, const h5::Dimensions& dimensions) {
    List list;
    for (const auto& item : items) list.push_back({item});
    if (dimensions.size() < 2 || dimensions[1] == 0) return {std::move(list)};
    List rows;
    for (auto at = list.begin(); at != list.end(); at += static_cast<std::ptrdiff_t>(dimensions[1]))
        rows.push_back({List(at, at + static_cast<std::ptrdiff_t>(dimensions[1]))});
    return {std::move(rows)};
}

Value value_of_dataset(const h5::Handle& group, const std::string& key, const std::string& name) {
    const h5::Handle dataset = h5::open(group, key);
    if (!h5::is_dataset(dataset)) throw Error(fmt::format("{}: /parameters/{} is no list", name, key));
    const h5::Dimensions dimensions = h5::dimensions_of(dataset);
    if (dimensions.empty() || dimensions.size() > 2)
        throw Error(fmt::format("{}: /parameters/{} is no list", name, key));
    switch (h5::kind_of_dataset(dataset)) {
        case h5::Kind::text:
            return list_of(h5::read_strings(group, key), dimensions);
        case h5::Kind::byte: {
            List truths;
            for (const std::uint8_t truth : h5::read<std::uint8_t>(group, key, dimensions))
                truths.push_back({truth != 0});
            return {std::move(truths)};
        }
        case h5::Kind::integer:
            return list_of(h5::read<std::int64_t>(group, key, dimensions), dimensions);
        case h5::Kind::number:
            return list_of(h5::read<double>(group, key, dimensions), dimensions);
        default:
            throw Error(fmt::format("{}: /parameters/{} is no value of a key", name, key));
    }
}

/// A key as it has been called since version 2.0: until then stages counted from 0.
std::string present_name(const std::string& key) {
    const std::string stage = std::string(stage_table) + ".";
    if (!key.starts_with(stage)) return key;
    std::size_t number = 0;
    const char* begin = key.data() + stage.size();
    const auto [end, failure] = std::from_chars(begin, key.data() + key.size(), number);
    return failure == std::errc{} ? fmt::format("{}{}{}", stage, number + 1, std::string(end)) : key;
}

/// True for what a spec writes, false for what others have put beside it.
bool is_ours(const std::string& key) {
    const std::string root = key.substr(0, key.find('.'));
    return root.size() < key.size() &&
           std::ranges::any_of(
               spec_tables(),
               [&](const SpecTable& table) { return table.path.substr(0, table.path.find('.')) == root; });
}

std::map<std::string, Value> read_values(const h5::Handle& parameters, bool is_old, const std::string& name) {
    std::map<std::string, Value> values;
    for (const std::string& key : h5::attribute_names(parameters)) {
        if (!is_ours(key)) continue;
        if (is_old)
            values.emplace(present_name(key),
                           parse_setting(key + "=" + h5::string_attribute(parameters, key)).value.value);
        else
            values.emplace(key, value_of_attribute(parameters, key, name));
    }
    if (!is_old)
        for (const std::string& key : h5::link_names(parameters))
            if (is_ours(key)) values.emplace(key, value_of_dataset(parameters, key, name));
    return values;
}

}  // namespace

void write_parameters(const h5::Handle& file, const RunSpec& spec) {
    const h5::Handle group = h5::create_group(file, "parameters");
    for (const auto& [key, value] : resolved_keys(spec)) write_value(group, key, value);
}

RunSpec read_parameters(const h5::Handle& file, const RecordPlaces& places, const std::string& name) {
    const std::map<std::string, Value> values =
        read_values(h5::open(file, "parameters"), places.is_old(), name);
    const std::string sweep = std::string(sweep_table) + ".";
    std::vector<std::pair<std::string, Value>> keys;
    for (const auto& [key, value] : values)
        if (!key.starts_with(sweep)) keys.emplace_back(key, value);
    // The order of the sweep's keys numbers the points.
    if (!places.is_old() || places.method() == Method::equilibrium)
        for (const std::string& key : h5::string_list_attribute(h5::open(file, "sweep"), "keys"))
            if (key != stage_table) {
                const auto found = values.find(sweep + key);
                if (found == values.end())
                    throw Error(fmt::format("{}: lacks /parameters/{}{}", name, sweep, key));
                keys.emplace_back(*found);
            }
    return spec_of(keys, name);
}

void write_sweep(const h5::Handle& file, const Plan& plan, h5::Scale& point) {
    const h5::Handle group = h5::create_group(file, "sweep");
    std::vector<std::string> keys;
    std::vector<std::string> of_stages;
    for (const PointColumn& column : plan.columns()) {
        (column.is_axis ? keys : of_stages).push_back(column.key);
        write_list(group, column.key, column.values);
        if (std::holds_alternative<List>(column.values.front().content))
            h5::attach(group, column.key, {&point, nullptr});
        else
            h5::attach(group, column.key, {&point});
    }
    h5::write_attribute(group, "keys", keys);
    h5::write_attribute(group, "of_stages", of_stages);
}

}  // namespace misfit
