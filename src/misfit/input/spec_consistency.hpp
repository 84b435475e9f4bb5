#pragma once

#include <functional>
#include <string>

#include "misfit/base/error.hpp"
#include "misfit/input/spec.hpp"

namespace misfit {

/// Where a key stands in the input; the file, for one that is not given.
using PlaceOfKey = std::function<InputPlace(const std::string&)>;
/// The same in a stage; for a number that no stage has, outside all.
using PlaceInStage = std::function<InputPlace(const std::string&, std::size_t stage)>;

/// Throws InputError for a value, of the spec or of a point in a stage, that does not go with the others.
void require_consistent(const RunSpec& spec, const PlaceInStage& place);

}  // namespace misfit
