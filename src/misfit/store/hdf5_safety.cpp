#include "misfit/store/hdf5_safety.hpp"

#include <hdf5.h>

// HDF5's macros (H5P_LINK_ACCESS) are casts of the old style.
#pragma GCC diagnostic ignored "-Wold-style-cast"

namespace misfit::h5 {

Handle own_file_only() {
    Handle properties(H5Pcreate(H5P_LINK_ACCESS));
    H5Pset_elink_cb(
        properties.id(),
        [](const char*, const char*, const char*, const char*, unsigned*, hid_t, void*) -> herr_t {
            return -1;
        },
        nullptr);
    return properties;
}

const char* why_unsafe(const Handle& dataset, std::uint64_t claimed) {
    constexpr std::uint64_t most_of_a_byte = 1032;  // that deflate makes of one
    constexpr H5Z_filter_t first_foreign = 256;
    const Handle properties(H5Dget_create_plist(dataset.id()));
    const Handle type(H5Dget_type(dataset.id()));
    if (properties.id() < 0 || type.id() < 0) return "is no dataset";
    const H5D_layout_t layout = H5Pget_layout(properties.id());
    if (layout == H5D_VIRTUAL || H5Pget_external_count(properties.id()) > 0)
        return "has its values in another file";
    const int filters = layout == H5D_CHUNKED ? H5Pget_nfilters(properties.id()) : 0;
    for (int k = 0; k < filters; ++k) {
        unsigned flags = 0;
        std::size_t values = 0;
        const H5Z_filter_t filter = H5Pget_filter2(properties.id(), static_cast<unsigned>(k), &flags, &values,
                                                   nullptr, 0, nullptr, nullptr);
        if (filter >= first_foreign) return "is written with a filter that is not HDF5's own";
    }
    std::uint64_t bytes = 0;
    if (__builtin_mul_overflow(claimed, H5Tget_size(type.id()), &bytes) ||
        bytes / most_of_a_byte > H5Dget_storage_size(dataset.id()))
        return "claims more values than it holds";
    return nullptr;
}

}  // namespace misfit::h5
