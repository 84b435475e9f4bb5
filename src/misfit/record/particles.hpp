#pragma once

#include <vector>

#include "misfit/crystal/crystal.hpp"
#include "misfit/store/bytes.hpp"
#include "misfit/store/hdf5.hpp"

namespace misfit {

/// Writes one unit's frames as H5MD has them, `/particles/NAME`, for readers of molecular simulations: the
/// sites' positions, the same in every frame, and the species, `sigma` as pack_sigma() gives it. `time` is of
/// each frame since the run began. It has no unit there: readers know those of SI only.
void write_particles(const h5::Handle& file, const std::string& name, const Crystal& crystal,
                     const std::vector<double>& time, ByteSpan sigma);

}  // namespace misfit
