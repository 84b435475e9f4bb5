#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "misfit/selfcheck/finding.hpp"

namespace misfit::selfcheck {

/// Two records of exchange, bit for bit.
Finding check_same_record(const std::string& what, const std::filesystem::path& a,
                          const std::filesystem::path& b);

/// A small run that is interrupted some times and resumed, against one that is not; in a temporary folder,
/// which is removed. Takes nothing from the cache of potentials and leaves nothing there.
std::vector<Finding> check_resuming();

}  // namespace misfit::selfcheck
