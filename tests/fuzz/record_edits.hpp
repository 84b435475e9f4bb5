#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace misfit::fuzz {

/// Changes what an HDF5 file holds, but not how HDF5 itself lays it out, as the text says, one change a line:
///
///     delete PATH                          a link goes
///     group PATH                           an empty group in its place
///     dataset PATH TYPE FIRST EXTENT...    a dataset in its place: numbers from FIRST on, or their text
///     unwritten PATH TYPE CHUNK EXTENT...  a dataset in its place that holds nothing yet, in chunks
///     value PATH INDEX NUMBER              one number of a dataset
///     text PATH WORDS                      a dataset in its place: one text
///     attribute PATH NAME WORDS            an attribute that is a text
///     number PATH NAME TYPE FIRST COUNT    an attribute of so many numbers
///     drop PATH NAME                       an attribute goes
///     soft PATH TARGET, hard PATH TARGET, external PATH TARGET    a link in its place
///
/// TYPE: int8, uint8, int32, uint32, uint64, float64, string, fixed, pair. Lines that make no sense are
/// passed over.
void apply_edits(const std::filesystem::path& file, std::string_view text);

/// Every object of the file by its path, and every attribute as "PATH NAME".
std::vector<std::string> object_paths(const std::filesystem::path& file);
std::vector<std::string> attribute_places(const std::filesystem::path& file);

/// Has HDF5 keep the memory it lets go of: each opening of a file takes half a megabyte, which it would give
/// back to the system at once. False if it refuses.
bool keep_memory();

}  // namespace misfit::fuzz
