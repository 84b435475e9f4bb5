#include "support/record_contents.hpp"

#include <gtest/gtest.h>
#include <hdf5.h>
#include <stdexcept>
#include <vector>

namespace misfit::support {
namespace {

using Contents = std::map<std::string, std::string>;

/// Extents and values as bytes; `read` is H5Dread or H5Aread into memory of a type.
template <class Read>
std::string bytes_of(hid_t type, hid_t space, Read read) {
    std::vector<hsize_t> extents(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space)));
    H5Sget_simple_extent_dims(space, extents.data(), nullptr);
    std::string text;
    for (const hsize_t extent : extents) text += std::to_string(extent) + " ";
    const auto count = static_cast<std::size_t>(H5Sget_simple_extent_npoints(space));
    if (H5Tis_variable_str(type) > 0) {
        std::vector<char*> starts(count, nullptr);
        if (count > 0 && read(type, starts.data()) < 0) throw std::runtime_error("cannot read text");
        for (const char* start : starts) text += std::string(start == nullptr ? "" : start) + '\n';
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, starts.data());
    } else {
        std::string values(count * H5Tget_size(type), '\0');
        if (count > 0 && read(type, values.data()) < 0) throw std::runtime_error("cannot read values");
        text += values;
    }
    return text;
}

struct Visit {
    Contents* contents;
    std::string object;
};

herr_t visit_attribute(hid_t object, const char* name, const H5A_info_t*, void* data) {
    const auto& visit = *static_cast<const Visit*>(data);
    // References between datasets and the names of their dimensions hold places in the file.
    if (std::string_view(name).ends_with("_LIST")) return 0;
    const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    const hid_t type = H5Aget_type(attribute);
    const hid_t space = H5Aget_space(attribute);
    (*visit.contents)[visit.object + "@" + name] =
        bytes_of(type, space, [&](hid_t memory, void* out) { return H5Aread(attribute, memory, out); });
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return 0;
}

herr_t visit_object(hid_t file, const char* name, const H5O_info_t* info, void* data) {
    Visit visit = {static_cast<Contents*>(data), name};
    if (visit.object.starts_with("provenance")) return 0;
    const hid_t object = H5Oopen(file, name, H5P_DEFAULT);
    if (info->type == H5O_TYPE_DATASET) {
        const hid_t type = H5Dget_type(object);
        const hid_t space = H5Dget_space(object);
        (*visit.contents)[name] = bytes_of(type, space, [&](hid_t memory, void* out) {
            return H5Dread(object, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
        });
        H5Sclose(space);
        H5Tclose(type);
    }
    H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, visit_attribute, &visit);
    H5Oclose(object);
    return 0;
}

}  // namespace

std::map<std::string, std::string> record_contents(const std::filesystem::path& record) {
    const hid_t file = H5Fopen(record.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0) throw std::runtime_error(record.string() + ": cannot be opened");
    Contents contents;
    H5Ovisit(file, H5_INDEX_NAME, H5_ITER_INC, visit_object, &contents);
    H5Fclose(file);
    return contents;
}

void expect_same_contents(const std::filesystem::path& a, const std::filesystem::path& b) {
    const Contents one = record_contents(a);
    const Contents other = record_contents(b);
    EXPECT_GT(one.size(), 50U);
    for (const auto& [name, bytes] : one) {
        const auto found = other.find(name);
        if (found == other.end())
            ADD_FAILURE() << name << " is in " << a << " only";
        else
            EXPECT_TRUE(found->second == bytes) << name << " differs";
    }
    for (const auto& [name, bytes] : other)
        EXPECT_TRUE(one.contains(name)) << name << " is in " << b << " only";
}

}  // namespace misfit::support
