#pragma once

#include <array>
#include <filesystem>

#include "misfit/crystal/crystal.hpp"
#include "misfit/elastic/potential.hpp"

namespace misfit {

/// The site nearest the centre of the crystal, and the surface site nearest it: the middle of an edge or a
/// face. The first in site order where several are as near.
std::array<Site, 2> sample_sites(const Crystal& crystal);

/// Writes V as seen from sample_sites() (paper: Fig. 3) to an HDF5 file: datasets `position` [N, D],
/// `point` [N, 3], `V` [2, N] in units of epsilon, `sites` [2]; attributes `shape`, `lattice`, `dimension`,
/// `method`, `hash`. Throws Error if it cannot be written.
void write_potential_sample(const std::filesystem::path& path, const Crystal& crystal,
                            const Potential& potential);

/// Writes all of V before projection to the dataset `V` [N, N] of an HDF5 file, which model.potential_file
/// reads, with `position`, `point` and the attributes above. Throws Error if it cannot be written. O(N^2).
void write_potential(const std::filesystem::path& path, const Crystal& crystal, const Potential& potential);

}  // namespace misfit
