#pragma once

#include "misfit/crystal/crystal.hpp"
#include "misfit/store/hdf5.hpp"

namespace misfit {

/// What every file that holds a crystal says of its sites: attributes `lattice`, `shape`, `dimension`,
/// datasets `position` [N, D] and `point` [N, 3].
void write_sites(const h5::Handle& group, const Crystal& crystal);

/// What a record says of a crystal (docs/record.md), into a group of its own: beside its sites the bonds,
/// neighbours, and the rings by which phases are told. `shell_species`: of every shell site.
void write_crystal(const h5::Handle& group, const Crystal& crystal, Spin shell_species);

}  // namespace misfit
