// The only file that includes toml++: it compiles slowly.
#include "misfit/input/toml_input.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fmt/format.h>
#include <sstream>
#include <toml++/toml.h>
#include <tuple>

#include "misfit/base/message.hpp"

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

/// The lines of a document, found once: messages show values as they stand there.
class Lines {
public:
    explicit Lines(std::string_view document) {
        while (true) {
            const std::size_t end = std::min(document.find('\n'), document.size());
            lines_.push_back(document.substr(0, std::min(document.find('\r'), end)));
            if (end == document.size()) return;
            document.remove_prefix(end + 1);
        }
    }
    /// Counted from 1; empty if there is none of that number.
    std::string_view operator[](std::size_t number) const {
        return number >= 1 && number <= lines_.size() ? lines_[number - 1] : std::string_view();
    }

private:
    std::vector<std::string_view> lines_;
};

/// The first line of a value as it stands in the document, cut short if it is long.
std::string text_of(const toml::node& node, const Lines& document) {
    if (node.is_table()) return "{ ... }";
    const toml::source_region& region = node.source();
    const std::string_view rest = without(document[region.begin.line], region.begin.column - 1);
    const bool one_line = region.end.line == region.begin.line;
    const std::size_t after = one_line ? without(rest, region.end.column - region.begin.column).size() : 0;
    const std::string_view whole = rest.substr(0, rest.size() - after);
    const std::string text = shortened(whole);
    return one_line || text.size() != whole.size() ? text : text + " ...";
}

Value value_of(const toml::node& node) {
    if (const auto* truth = node.as_boolean()) return {truth->get()};
    if (const auto* integer = node.as_integer()) return {integer->get()};
    if (const auto* number = node.as_floating_point()) return {number->get()};
    if (const auto* string = node.as_string()) return {string->get()};
    if (const auto* array = node.as_array()) {
        std::vector<Value> items;
        for (const toml::node& item : *array) items.push_back(value_of(item));
        return {std::move(items)};
    }
    return {};
}

/// Finding a value's text takes the length of its line. A list of very many values, as of a crystal's sites,
/// may stand in one line: its items have no text.
InputValue convert(const toml::node& node, const Lines& document, const std::string& name) {
    constexpr std::size_t most_items = 100;
    InputValue value{value_of(node), text_of(node, document), place_of(node.source(), name)};
    if (const auto* array = node.as_array())
        for (const toml::node& item : *array) {
            const toml::source_region& region = item.source();
            value.items.push_back({array->size() <= most_items ? text_of(item, document) : "",
                                   static_cast<int>(region.begin.line),
                                   static_cast<int>(region.begin.column)});
        }
    return value;
}

void collect(const toml::table& table, const std::string& prefix, const Lines& document,
             const std::string& name, std::vector<InputEntry>& entries) {
    for (const auto& [key, node] : table) {
        const std::string path = prefix + std::string(key.str());
        InputValue value = convert(node, document, name);
        // A key's place is more use than its value's: it is what the message names.
        if (key.source().begin.line > 0) value.place = place_of(key.source(), name);
        if (const toml::array* list = node.as_array(); list != nullptr && list->is_array_of_tables()) {
            // [[stage]]: "stage.1", "stage.2", ... each with what it holds.
            for (std::size_t k = 0; k < list->size(); ++k) {
                const toml::table& item = *list->get_as<toml::table>(k);
                const std::string place_in_list = fmt::format("{}.{}", path, k + 1);
                entries.push_back({place_in_list, true, {Value{}, "", place_of(item.source(), name)}});
                collect(item, place_in_list + ".", document, name, entries);
            }
            continue;
        }
        entries.push_back({path, node.is_table(), std::move(value)});
        if (const toml::table* inner = node.as_table()) collect(*inner, path + ".", document, name, entries);
    }
}

/// Gives a value, and what is in its list, one place.
void set_place(InputValue& value, const InputPlace& place) {
    value.place = place;
    for (InputValue::Item& item : value.items) item.line = item.column = 0;
}

/// Refuses what toml++ 3.3 is no match for. It bounds how deep values nest, but not the tables that a dotted
/// key makes, each of which takes its share of the stack; and it has no answer of its own to a character
/// beyond ASCII outside quotes and comments, where TOML has none.
void require_readable(std::string_view text, const std::string& name) {
    constexpr int most_dots = 10;
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    const auto refuse = [&](std::size_t at, const char* what) {
        const auto line = 1 + std::ranges::count(text.substr(0, at), '\n');
        const auto column = at - (text.rfind('\n', at) + 1) + 1;
        throw InputError({name, static_cast<int>(line), static_cast<int>(column)}, what, "", "");
    };
    int dots = 0;
    for (std::size_t at = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0; at < text.size();
         ++at) {
        const char c = text[at];
        if (c == '"' || c == '\'') {
            const std::string_view rest = text.substr(at);
            const bool is_long = rest.starts_with("\"\"\"") || rest.starts_with("'''");
            const std::string_view mark = rest.substr(0, is_long ? 3 : 1);
            for (at += mark.size(); at < text.size() && !text.substr(at).starts_with(mark); ++at)
                if (c == '"' && text[at] == '\\') ++at;
            at += mark.size() - 1;
            // A long string may end in one or two quotes of its own.
            if (is_long) at = std::min(text.find_first_not_of(c, at), text.size()) - 1;
        } else if (c == '#') {
            at = std::min(text.find('\n', at), text.size());
            dots = 0;
        } else if (static_cast<unsigned char>(c) > 0x7F) {
            refuse(at, "a character that may stand in quotes and comments only");
        } else if (c == '.') {
            if (++dots > most_dots) refuse(at, "a key of too many parts");
        } else if (std::string_view("=,\n[]{}").find(c) != std::string_view::npos) {
            dots = 0;
        }
    }
}

/// toml::parse() of text that it is a match for.
toml::table parse_document(std::string_view text, const std::string& name) {
    require_readable(text, name);
    return toml::parse(text, name);
}

}  // namespace

std::optional<double> toml_number(std::string_view text) {
    double number = 0.0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

InputValue item_of(const InputValue& list, std::size_t k) {
    const Value& value = std::get<std::vector<Value>>(list.value.content).at(k);
    if (k >= list.items.size()) return {value, toml_text(value), list.place};
    const InputValue::Item& item = list.items[k];
    return {
        value, item.text.empty() ? toml_text(value) : item.text, {list.place.file, item.line, item.column}};
}

std::vector<InputEntry> parse_toml(std::string_view text, const std::string& name) {
    toml::table document;
    try {
        document = parse_document(text, name);
    } catch (const toml::parse_error& error) {
        throw InputError(place_of(error.source(), name), std::string(error.description()), "", "");
    }
    std::vector<InputEntry> entries;
    collect(document, "", Lines(text), name, entries);
    std::ranges::sort(entries, {}, [](const InputEntry& entry) {
        return std::tuple(entry.value.place.line, entry.value.place.column, std::string_view(entry.path));
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
    InputEntry entry{path, false, {Value{}, given, place}};
    // What TOML cannot read is a text, as a path with + or letters beyond ASCII; not so what is begun as a
    // list.
    const bool is_text =
        !given.empty() && std::string_view("[{\"'").find(given.front()) == std::string_view::npos;
    const auto take_text = [&] { entry.value = {Value{given}, quoted(given), place, {}}; };
    try {
        const std::string text = "value = " + given;
        const toml::table document = parse_document(text, place.file);
        const toml::node* node = document.get("value");
        if (node == nullptr || document.size() != 1)
            throw InputError(place, path, given, "must be one TOML value");
        entry.value = convert(*node, Lines(text), place.file);
        set_place(entry.value, place);
    } catch (const toml::parse_error& error) {
        if (!is_text) throw InputError(place, path, given, std::string(error.description()));
        take_text();
    } catch (const InputError&) {
        if (!is_text) throw;
        take_text();
    }
    return entry;
}

}  // namespace misfit
