#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "misfit/base/range.hpp"
#include "misfit/input/settings.hpp"
#include "misfit/input/value.hpp"

namespace misfit {

/// What a value of a key is, as TOML types it.
enum class KeyType {
    number,
    integer,
    truth,
    word,
    text,
    number_list,
    word_list,
    word_pair,
    integer_list,
    point_list,
    other
};

/// One key of the input file. Parsing, checking, writing, comparing and the reference page all come from
/// the list of these.
struct SpecKey {
    std::string path;     ///< "model.kT"
    std::string allowed;  ///< completes "must be ...": "a number above 0"
    std::string unit;
    std::string meaning;  ///< one sentence
    /// Puts a value into the settings; false if it is not of the type and in the range allowed.
    std::function<bool(Settings&, const Value&)> read;
    /// Its value; none for a limit that is not set.
    std::function<std::optional<Value>(const Settings&)> value;
    /// The shapes, by their words in crystal.shape, to which the key belongs; empty: to all of them.
    std::vector<std::string> shapes = {};
    bool required = false;
    /// Shapes for which it is required, if not for all.
    std::vector<std::string> required_for = {};
    /// The words it takes, if it takes words.
    std::vector<std::string> words = {};
    /// What its values are, and between which numbers, for who does not run this program.
    KeyType type = KeyType::other;
    Range range = {};

    /// True if an input of this shape must have it.
    bool is_required(const std::string& shape) const;
    /// The value as TOML writes it, if there is one.
    std::optional<std::string> text(const Settings& settings) const;
    /// Why it does not take a value: "must be ...", and the word that was probably meant.
    std::string refusal(const Value& value) const;
    std::string table() const { return path.substr(0, path.rfind('.')); }
    std::string name() const { return path.substr(path.rfind('.') + 1); }
};

}  // namespace misfit
