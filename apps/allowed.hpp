#pragma once

#include <string>

/// Checks of what the command line gives, as CLI11 takes them: "" or what is wrong. CLI11's own check of a
/// number names a range of 300 digits.
namespace misfit::cli {

/// A number above 0, not infinite.
std::string above_zero(const std::string& given);

}  // namespace misfit::cli
