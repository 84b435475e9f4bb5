#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "misfit/base/error.hpp"
#include "misfit/input/value.hpp"

namespace misfit {

/// One value of an input file, with its place and its text for messages.
struct InputValue {
    /// An item of a list. Nothing here grows with the length of the file's name or of a setting.
    struct Item {
        std::string text;  ///< empty in a long list
        int line = 0;
        int column = 0;
    };

    Value value;
    std::string text;  ///< as it is written; a long one is cut short
    InputPlace place;
    std::vector<Item> items = {};  ///< of a list
};

/// The k-th item of a list, as a value by itself.
InputValue item_of(const InputValue& list, std::size_t k);

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

/// "table.key=value" as given to --set; the value is TOML, and what is none, as most words and paths, is a
/// text. Throws InputError that names the setting.
InputEntry parse_setting(const std::string& setting);

}  // namespace misfit
