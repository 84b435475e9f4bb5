#pragma once

#include <filesystem>
#include <string>

#include "misfit/elastic/potential.hpp"

namespace misfit {

/// V from the dataset `V` [N, N] of an HDF5 file, in units of epsilon and in the crystal's site order. What
/// is in the file counts as V before projection: row sums are kept, then V <- P V P. Its method is "file".
/// Throws Error for another size, a value that is not finite, and a matrix that is not symmetric (to 1e-9 of
/// its largest value; what is less is evened out). O(N^2).
Potential read_potential(const std::filesystem::path& path, const Crystal& crystal);

/// V of a crystal: from a file if one is named (model.potential_file), or from the cache, or built.
Potential potential_of(const Crystal& crystal, const std::string& file, int threads, const Watch& watch = {});

}  // namespace misfit
