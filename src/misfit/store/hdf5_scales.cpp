#include "misfit/store/hdf5_scales.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include "misfit/base/error.hpp"

// HDF5's macros (H5T_STD_REF_OBJ) are casts of the old style.
#pragma GCC diagnostic ignored "-Wold-style-cast"

namespace misfit::h5 {
namespace {

/// More do not fit into an attribute, which is at most 64 kB; readers do without the list.
constexpr std::size_t most_references = 4000;

void require(bool is_done) {
    if (!is_done) throw Error("a dimension of the record cannot be written");
}

hobj_ref_t reference_to(const Handle& object) {
    hobj_ref_t reference = 0;
    require(H5Rcreate(&reference, object.id(), ".", H5R_OBJECT, -1) >= 0);
    return reference;
}

void write(const Handle& object, const char* name, hid_t type, hsize_t count, const void* values) {
    const Handle space(H5Screate_simple(1, &count, nullptr));
    const Handle attribute(H5Acreate2(object.id(), name, type, space.id(), H5P_DEFAULT, H5P_DEFAULT));
    require(attribute.id() >= 0 && H5Awrite(attribute.id(), type, values) >= 0);
}

void name_scale(const Handle& dataset, const std::string& name) {
    write_attribute(dataset, "CLASS", std::string("DIMENSION_SCALE"));
    write_attribute(dataset, "NAME", name);
}

}  // namespace

Scale Scale::without_values(const Handle& parent, const std::string& name, std::uint64_t length) {
    Handle dataset = create_dataset(parent, name, Element::float32, {length});
    // The words by which netCDF knows that a dimension has no coordinates.
    name_scale(dataset, fmt::format("This is a netCDF dimension but not a netCDF variable. {:9}", length));
    return Scale(std::move(dataset));
}

Scale Scale::of_values(const Handle& parent, const std::string& name) {
    Handle dataset = open(parent, name);
    name_scale(dataset, name);
    return Scale(std::move(dataset));
}

void attach(const Handle& dataset, std::initializer_list<Scale*> scales) {
    std::vector<hobj_ref_t> references;
    for (const Scale* scale : scales)
        references.push_back(scale == nullptr ? hobj_ref_t{0} : reference_to(scale->dataset_));
    std::vector<hvl_t> lists;
    const hobj_ref_t here = reference_to(dataset);
    for (std::size_t k = 0; k < references.size(); ++k) {
        Scale* scale = scales.begin()[k];
        lists.push_back({scale == nullptr ? 0U : 1U, &references[k]});
        if (scale != nullptr) scale->references_.push_back({here, static_cast<std::int32_t>(k)});
    }
    const Handle type(H5Tvlen_create(H5T_STD_REF_OBJ));
    write(dataset, "DIMENSION_LIST", type.id(), lists.size(), lists.data());
}

void write_references(std::initializer_list<Scale*> scales) {
    struct Entry {
        hobj_ref_t dataset;
        int dimension;
    };
    const Handle in_memory(H5Tcreate(H5T_COMPOUND, sizeof(Entry)));
    H5Tinsert(in_memory.id(), "dataset", offsetof(Entry, dataset), H5T_STD_REF_OBJ);
    H5Tinsert(in_memory.id(), "dimension", offsetof(Entry, dimension), H5T_NATIVE_INT);
    for (const Scale* scale : scales) {
        std::vector<Entry> entries(scale->references_.size());
        for (std::size_t k = 0; k < entries.size(); ++k) {
            entries[k].dataset = scale->references_[k].dataset;
            entries[k].dimension = scale->references_[k].dimension;
        }
        if (entries.empty() || entries.size() > most_references) continue;
        write(scale->dataset_, "REFERENCE_LIST", in_memory.id(), entries.size(), entries.data());
    }
}

}  // namespace misfit::h5
