#include "misfit/input/value.hpp"

#include <cassert>
#include <fmt/format.h>

namespace misfit {

std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        if (static_cast<unsigned char>(c) < 0x20)
            result += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
            result += c;
    }
    return result + '"';
}

std::string toml_text(const Value& value) {
    if (const auto* truth = std::get_if<bool>(&value.content)) return *truth ? "true" : "false";
    if (const auto* integer = std::get_if<std::int64_t>(&value.content)) return fmt::format("{}", *integer);
    if (const auto* number = std::get_if<double>(&value.content)) return fmt::format("{}", *number);
    if (const auto* text = std::get_if<std::string>(&value.content)) return quoted(*text);
    const auto* items = std::get_if<std::vector<Value>>(&value.content);
    assert(items != nullptr);
    std::string list = "[";
    for (const Value& item : *items) {
        if (list.size() > 1) list += ", ";
        list += toml_text(item);
    }
    return list + "]";
}

std::optional<double> number_of(const Value& value) {
    // -0.0 would be written as -0, which TOML reads as the integer 0: it is 0.0 from the start.
    if (const auto* number = std::get_if<double>(&value.content)) return *number + 0.0;
    if (const auto* integer = std::get_if<std::int64_t>(&value.content)) return static_cast<double>(*integer);
    return std::nullopt;
}

}  // namespace misfit
