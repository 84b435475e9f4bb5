#pragma once

#include <string>

namespace misfit {

/// That of this library, "0.2.0".
std::string misfit_version();

}  // namespace misfit
