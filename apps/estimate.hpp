#pragma once

#include <filesystem>
#include <string>

#include "misfit/input/plan.hpp"

namespace misfit::cli {

/// Seconds to build every V of a run that the cache does not have.
double potential_seconds(const Plan& plan, int threads);

/// Bytes that the record of a run may take on disk.
double record_bytes(const Plan& plan);

/// "the record may take 654 GiB; 76 GiB are free", if it may take more than is free where `folder` is or will
/// be; otherwise empty.
std::string disk_warning(double record_bytes, const std::filesystem::path& folder);

}  // namespace misfit::cli
