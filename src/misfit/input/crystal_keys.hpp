#pragma once

#include <vector>

#include "misfit/input/spec_key.hpp"

namespace misfit {

/// The keys of [crystal] and [crystal.shell].
std::vector<SpecKey> crystal_keys();

}  // namespace misfit
