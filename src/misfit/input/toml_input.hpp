#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "misfit/base/error.hpp"

namespace misfit {

/// Stands for a TOML value that no key takes: a table, a date, a time.
struct OtherValue {};

/// One value of an input file, with its place and its text for messages.
struct InputValue {
    std::variant<OtherValue, bool, std::int64_t, double, std::string, std::vector<InputValue>> content;
    std::string text;  ///< as TOML writes it; a long one is cut short
    InputPlace place;
};

/// A key with its value, or a table by itself.
struct InputEntry {
    std::string path;  ///< "model.kT", "record.scalars"
    bool is_table = false;
    InputValue value;  ///< of a table only place and text
};

/// The number that is written as `text`, if it is one.
std::optional<double> toml_number(std::string_view text);

/// The entries of a TOML document in the order of the text, tables as well as what they hold.
/// Throws InputError with line and column for a syntax error. `name` stands for the file.
std::vector<InputEntry> parse_toml(std::string_view text, const std::string& name);

/// "table.key=value" as given to --set; the value is TOML, and a word, a key or a path needs no quotes.
/// Throws InputError that names the setting.
InputEntry parse_setting(const std::string& setting);

}  // namespace misfit
