#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace misfit {

/// Commented input that runs as it is, for `misfit init NAME`. Throws Error, naming the known ones, for
/// another name.
std::string template_input(std::string_view name);
std::vector<std::string> template_names();

}  // namespace misfit
