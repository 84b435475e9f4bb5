#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "misfit/input/spec_key.hpp"

namespace misfit {

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

/// True if the key means something for this shape and this method.
bool belongs_to(const SpecKey& key, const Settings& settings);
/// True if the key's table means something for this method.
bool goes_with(const SpecKey& key, Method method);

/// The word of crystal.shape for a crystal.
std::string shape_word(const Settings& settings);

}  // namespace misfit
