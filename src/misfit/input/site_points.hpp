#pragma once

#include <functional>
#include <string>
#include <vector>

#include "misfit/crystal/lattice.hpp"
#include "misfit/input/value.hpp"

namespace misfit {

/// The sites of rows of coordinates: as many integers as the lattice has dimensions, written as real numbers
/// that are whole or not; in two dimensions there may be a third one, 0. Throws Error, with what `place_of`
/// calls the k-th row, for one that is no site or for a site that is there twice. O(N log N).
std::vector<LatticePoint> lattice_points(const std::vector<std::vector<double>>& rows, int dimension,
                                         const std::function<std::string(std::size_t)>& place_of);

/// The lattice coordinates that a value of crystal.points lists, or that the file has whose path it is; none
/// if it is neither; rows as lattice_points() takes them. A file has a line for each site, coordinates apart
/// by spaces or commas; what follows # is left out. Throws InputError without a place, which who reads the
/// key has, for a file that cannot be read, a row that is no site, and for a site that is there twice.
std::vector<LatticePoint> points_of(const Value& value, int dimension);

}  // namespace misfit
