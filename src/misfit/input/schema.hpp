#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "misfit/base/range.hpp"
#include "misfit/input/spec.hpp"

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
    /// True if it means something for this shape and this method.
    bool belongs_to(const Settings& settings) const;
    /// The value as TOML writes it, if there is one.
    std::optional<std::string> text(const Settings& settings) const;
    /// True if its table means something for this method.
    bool goes_with(Method method) const;
    /// Why it does not take a value: "must be ...", and the word that was probably meant.
    std::string refusal(const Value& value) const;
    std::string table() const { return path.substr(0, path.rfind('.')); }
    std::string name() const { return path.substr(path.rfind('.') + 1); }
};

/// A table of the input file.
struct SpecTable {
    std::string path;                   ///< "record.scalars"
    std::string meaning;                ///< a few sentences for the reference page
    std::optional<Method> method = {};  ///< the only one it goes with
};

/// The table whose keys are those of the sweep.
inline constexpr const char* sweep_table = "sweep";

/// The list of tables that are the stages of a run.
inline constexpr const char* stage_table = "stage";

/// Every key there is, in the order of the reference page. A new key is one line in schema.cpp.
const std::vector<SpecKey>& spec_keys();

/// The key of this path, or null.
const SpecKey* find_key(const std::string& path);

/// "; did you mean model.kT?" for a key or table that is none, or "".
std::string suggestion(const std::string& path, bool is_table);

/// True for a table, and for one that only holds tables ("record").
bool is_table(const std::string& path);

/// Every table there is, in the same order.
const std::vector<SpecTable>& spec_tables();

/// The word of crystal.shape for a crystal.
std::string shape_word(const Settings& settings);

}  // namespace misfit
