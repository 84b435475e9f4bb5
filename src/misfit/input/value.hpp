#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace misfit {

/// A value of a key of the input, typed as TOML types it.
struct Value {
    /// First: what no key takes, as a table, a date, a time.
    std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<Value>> content;

    bool operator==(const Value&) const = default;
};

/// The value as TOML writes it, numbers with as many digits as give the same number back.
std::string toml_text(const Value& value);

/// A TOML string: what TOML does not take as it is, escaped.
std::string quoted(const std::string& text);

/// The number that a value is, be it written as an integer or not.
std::optional<double> number_of(const Value& value);

}  // namespace misfit
