#include "support/record_layout.hpp"

#include <hdf5.h>
#include <vector>

// HDF5's macros (H5P_DEFAULT) are casts of the old style.
#pragma GCC diagnostic ignored "-Wold-style-cast"

namespace misfit::support {
namespace {

void add(Types& types, const std::string& name, hid_t type) {
    ++types.seen;
    const H5T_class_t kind = H5Tget_class(type);
    const bool is_bad_text =
        kind == H5T_STRING && (H5Tis_variable_str(type) > 0 || H5Tget_cset(type) != H5T_CSET_ASCII);
    const bool is_bad_count =
        kind == H5T_INTEGER && H5Tget_size(type) > 1 && H5Tget_sign(type) == H5T_SGN_NONE;
    if (is_bad_text || is_bad_count) types.beyond_some_reader.insert(name);
    H5Tclose(type);
}

struct Visit {
    Types* types;
    std::string object;
};

herr_t visit_attribute(hid_t object, const char* name, const H5A_info_t*, void* data) {
    const auto& visit = *static_cast<const Visit*>(data);
    const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    add(*visit.types, visit.object + "@" + name, H5Aget_type(attribute));
    H5Aclose(attribute);
    return 0;
}

herr_t visit_object(hid_t file, const char* name, const H5O_info_t* info, void* data) {
    Visit visit = {static_cast<Types*>(data), name};
    const hid_t object = H5Oopen(file, name, H5P_DEFAULT);
    if (info->type == H5O_TYPE_DATASET) add(*visit.types, name, H5Dget_type(object));
    H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, visit_attribute, &visit);
    H5Oclose(object);
    return 0;
}

}  // namespace

Types types_of(const std::filesystem::path& record) {
    Types types;
    const hid_t file = H5Fopen(record.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    H5Ovisit(file, H5_INDEX_NAME, H5_ITER_INC, visit_object, &types);
    H5Fclose(file);
    return types;
}

std::string dimension_name(const std::filesystem::path& record, const std::string& dataset,
                           std::size_t dimension) {
    const hid_t file = H5Fopen(record.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t object = H5Dopen2(file, dataset.c_str(), H5P_DEFAULT);
    const hid_t attribute = H5Aopen(object, "DIMENSION_LIST", H5P_DEFAULT);
    const hid_t type = H5Aget_type(attribute);
    const hid_t space = H5Aget_space(attribute);
    std::vector<hvl_t> lists(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
    H5Aread(attribute, type, lists.data());
    const hid_t scale = H5Rdereference2(object, H5P_DEFAULT, H5R_OBJECT, lists.at(dimension).p);
    std::string name(200, '\0');
    if (H5Aexists(scale, "CLASS") > 0)
        name.resize(static_cast<std::size_t>(H5Iget_name(scale, name.data(), name.size())));
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, lists.data());
    H5Oclose(scale);
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    H5Dclose(object);
    H5Fclose(file);
    return name;
}

}  // namespace misfit::support
