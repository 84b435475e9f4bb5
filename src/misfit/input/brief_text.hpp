#pragma once

#include <string>

#include "misfit/input/value.hpp"

namespace misfit {

/// toml_text() as far as it helps in a message: of a long list the first few, and how many more.
std::string brief_text(const Value& value);

}  // namespace misfit
