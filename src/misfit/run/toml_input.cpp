// The only file that includes toml++: it compiles slowly.
#include "misfit/run/toml_input.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <sstream>
#include <toml++/toml.h>
#include <tuple>

namespace misfit {
namespace {

InputPlace place_of(const toml::source_region& region, const std::string& name) {
    return {name, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}

/// Drops the first `count` characters of UTF-8 text.
std::string_view without(std::string_view text, std::size_t count) {
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    for (; count > 0 && !text.empty(); --count) {
        text.remove_prefix(1);
        while (!text.empty() && continues(text.front())) text.remove_prefix(1);
    }
    return text;
}

/// The first line of a value as it stands in the document, cut short if it is long.
std::string text_of(const toml::node& node, std::string_view document) {
    if (node.is_table()) return "{ ... }";
    const toml::source_region& region = node.source();
    for (auto line = region.begin.line; line > 1; --line) document.remove_prefix(document.find('\n') + 1);
    document = document.substr(0, document.find_first_of("\r\n"));
    const std::string_view rest = without(document, region.begin.column - 1);
    const bool one_line = region.end.line == region.begin.line;
    const std::size_t after = one_line ? without(rest, region.end.column - region.begin.column).size() : 0;
    std::string text(rest.substr(0, rest.size() - after));
    constexpr std::size_t longest = 60;
    if (!one_line || text.size() > longest) text = text.substr(0, longest) + " ...";
    return text;
}

/// Finding a value's text takes the length of its line. A list of very many lists, as of a crystal's sites,
/// may stand in one line: its items have no text, and messages name the whole.
InputValue convert(const toml::node& node, std::string_view document, const std::string& name,
                   bool has_text = true) {
    constexpr std::size_t most_lists = 100;
    InputValue value{OtherValue{}, has_text ? text_of(node, document) : "", place_of(node.source(), name)};
    if (const auto* truth = node.as_boolean()) value.content = truth->get();
    if (const auto* integer = node.as_integer()) value.content = integer->get();
    if (const auto* number = node.as_floating_point()) value.content = number->get();
    if (const auto* string = node.as_string()) value.content = string->get();
    if (const auto* array = node.as_array()) {
        std::vector<InputValue> items;
        for (const toml::node& item : *array)
            items.push_back(
                convert(item, document, name, has_text && (!item.is_array() || array->size() <= most_lists)));
        value.content = std::move(items);
    }
    return value;
}

void collect(const toml::table& table, const std::string& prefix, std::string_view document,
             const std::string& name, std::vector<InputEntry>& entries) {
    for (const auto& [key, node] : table) {
        const std::string path = prefix + std::string(key.str());
        InputValue value = convert(node, document, name);
        // A key's place is more use than its value's: it is what the message names.
        if (key.source().begin.line > 0) value.place = place_of(key.source(), name);
        if (const toml::array* list = node.as_array(); list != nullptr && list->is_array_of_tables()) {
            // [[stage]]: "stage.0", "stage.1", ... each with what it holds.
            for (std::size_t k = 0; k < list->size(); ++k) {
                const toml::table& item = *list->get_as<toml::table>(k);
                const std::string place_in_list = fmt::format("{}.{}", path, k);
                entries.push_back({place_in_list, true, {OtherValue{}, "", place_of(item.source(), name)}});
                collect(item, place_in_list + ".", document, name, entries);
            }
            continue;
        }
        entries.push_back({path, node.is_table(), std::move(value)});
        if (const toml::table* inner = node.as_table()) collect(*inner, path + ".", document, name, entries);
    }
}

/// What needs no quotes in a setting: a word, a key or a path.
bool is_word(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '/';
    });
}

/// Gives a value, and what is in its list, one place.
void set_place(InputValue& value, const InputPlace& place) {
    value.place = place;
    if (auto* items = std::get_if<std::vector<InputValue>>(&value.content))
        for (InputValue& item : *items) set_place(item, place);
}

}  // namespace

std::vector<InputEntry> parse_toml(std::string_view text, const std::string& name) {
    toml::table document;
    try {
        document = toml::parse(text, name);
    } catch (const toml::parse_error& error) {
        throw InputError(place_of(error.source(), name), std::string(error.description()), "", "");
    }
    std::vector<InputEntry> entries;
    collect(document, "", text, name, entries);
    std::ranges::stable_sort(entries, {}, [](const InputEntry& entry) {
        return std::tuple(entry.value.place.line, entry.value.place.column);
    });
    return entries;
}

InputEntry parse_setting(const std::string& setting) {
    const InputPlace place{"--set " + setting, 0, 0};
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0)
        throw InputError(place, "a setting is written table.key=value, as in model.kT=0.25", "", "");
    const auto trimmed = [](std::string_view text) {
        while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
        while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
        return std::string(text);
    };
    std::string path = trimmed(std::string_view(setting).substr(0, equals));
    std::erase(path, '"');  // as in the file: sweep."model.kT"
    const std::string given = trimmed(std::string_view(setting).substr(equals + 1));
    InputEntry entry{path, false, {OtherValue{}, given, place}};
    try {
        const std::string text = "value = " + given;
        const toml::table document = toml::parse(text);
        const toml::node* node = document.get("value");
        if (node == nullptr || document.size() != 1)
            throw InputError(place, path, given, "must be one TOML value");
        entry.value = convert(*node, text, place.file);
        set_place(entry.value, place);
    } catch (const toml::parse_error& error) {
        if (!is_word(given)) throw InputError(place, path, given, std::string(error.description()));
        entry.value.content = given;
        entry.value.text = fmt::format("\"{}\"", given);
    }
    return entry;
}

}  // namespace misfit
