#pragma once

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>

namespace misfit::support {

/// What of a file is of a type that some reader does not take: strings of variable length or not ASCII,
/// numbers of more than a byte without a sign. Attributes are named "object@attribute".
struct Types {
    std::set<std::string> beyond_some_reader;
    std::size_t seen = 0;  ///< datasets and attributes
};
Types types_of(const std::filesystem::path& record);

/// The full name of the scale along one dimension of a dataset, by HDF5's specification of scales.
std::string dimension_name(const std::filesystem::path& record, const std::string& dataset,
                           std::size_t dimension);

}  // namespace misfit::support
