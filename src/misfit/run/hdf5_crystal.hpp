#pragma once

#include "misfit/crystal/crystal.hpp"
#include "misfit/run/hdf5.hpp"

namespace misfit {

/// What every file that holds a crystal says of its sites: attributes `lattice`, `shape`, `dimension`,
/// datasets `position` [N, D] and `point` [N, 3].
void write_sites(const h5::Handle& group, const Crystal& crystal);

/// The `/crystal` group of a record (docs/record.md).
void write_crystal(const h5::Handle& file, const Crystal& crystal);

}  // namespace misfit
