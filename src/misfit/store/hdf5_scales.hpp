#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "misfit/store/hdf5.hpp"

namespace misfit::h5 {

/// A dimension with a name, as HDF5's specification of dimension scales has it: readers such as netCDF and
/// xarray then call the extents of arrays by names, and h5py lists them. Written with the plain interface:
/// the high-level one rewrites its list of references at every array, which takes squares of their number.
class Scale {
public:
    /// A dimension of that many values which has no coordinates. Takes no room for them (as in netCDF).
    static Scale without_values(const Handle& parent, const std::string& name, std::uint64_t length);
    /// A dataset of one dimension as the coordinates along a dimension of its own name.
    static Scale of_values(const Handle& parent, const std::string& name);

private:
    friend void attach(const Handle& dataset, std::initializer_list<Scale*> scales);
    friend void write_references(std::initializer_list<Scale*> scales);

    explicit Scale(Handle dataset) : dataset_(std::move(dataset)) {}

    struct Reference {
        std::uint64_t dataset;   ///< its address in the file
        std::int32_t dimension;  ///< which of its dimensions
    };
    Handle dataset_;
    std::vector<Reference> references_;
};

/// Names the dimensions of a dataset, first to last; null: no name.
void attach(const Handle& dataset, std::initializer_list<Scale*> scales);
/// The same for the dataset `name` of a group.
inline void attach(const Handle& parent, const std::string& name, std::initializer_list<Scale*> scales) {
    attach(open(parent, name), scales);
}

/// Writes into each scale which datasets it is attached to. Once, after the last of them.
void write_references(std::initializer_list<Scale*> scales);

}  // namespace misfit::h5
