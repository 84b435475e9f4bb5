#pragma once

#include <cstdint>
#include <string>

#include "misfit/store/bytes.hpp"
#include "misfit/store/hdf5.hpp"

namespace misfit {

/// A dataset of species, [units..., frames, sites] int8, that takes frames as pack_sigma() gives them and is
/// compressed without HDF5 (sigma_deflate.hpp).
class SigmaFrames {
public:
    /// Makes it; `units`: the extents before that of frames, if there are any.
    SigmaFrames(const h5::Handle& parent, const std::string& name, const h5::Dimensions& units,
                std::uint64_t frames, std::uint64_t sites);

    const h5::Handle& dataset() const { return dataset_; }
    std::size_t bytes_of_unit() const { return frames_ * ((sites_ + 7) / 8); }
    /// All frames of the unit at `unit`, bytes_of_unit() bytes.
    void write(const h5::Dimensions& unit, ByteSpan bits) const;

private:
    std::uint64_t frames_;
    std::uint64_t sites_;
    std::uint64_t chunk_frames_;
    h5::Handle dataset_;
};

}  // namespace misfit
