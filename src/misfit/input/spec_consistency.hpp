#pragma once

#include <functional>
#include <string>

#include "misfit/base/error.hpp"
#include "misfit/input/spec.hpp"

namespace misfit {

/// Where a key stands in the input; the file, for one that is not given.
using PlaceOfKey = std::function<InputPlace(const std::string&)>;

/// Throws InputError for a value, of the spec or of a point of its sweep, that does not go with the others.
void require_consistent(const RunSpec& spec, const PlaceOfKey& place);

}  // namespace misfit
