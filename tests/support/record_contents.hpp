#pragma once

#include <filesystem>
#include <map>
#include <string>

/// All that stands in an HDF5 file, read without the library that wrote it.
namespace misfit::support {

/// Extents and bytes of every dataset ("points/0/sigma/value") and attribute ("points/0@crystal"); a text is
/// its own. What lies under /provenance is left out, since it may differ between equal runs.
std::map<std::string, std::string> record_contents(const std::filesystem::path& record);

/// Expects two records to be equal, bit for bit, outside /provenance.
void expect_same_contents(const std::filesystem::path& a, const std::filesystem::path& b);

}  // namespace misfit::support
