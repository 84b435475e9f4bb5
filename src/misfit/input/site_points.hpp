#pragma once

#include <vector>

#include "misfit/crystal/lattice.hpp"
#include "misfit/input/value.hpp"

namespace misfit {

/// The lattice coordinates that a value of crystal.points lists, or that the file has whose path it is; none
/// if it is neither, or a list of other things. A coordinate may be written as a real number that is whole,
/// and in two dimensions there may be a third one, 0. A file has a line for each site, coordinates apart by
/// spaces or commas; what follows # is left out. Throws InputError without a place, which who reads the key
/// has, for a file that cannot be read, a line of it that is no site, and for a site that is there twice.
std::vector<LatticePoint> points_of(const Value& value, int dimension);

}  // namespace misfit
