#pragma once

#include <cstddef>
#include <ostream>

#include "misfit/record/equilibrium_record.hpp"
#include "misfit/record/record.hpp"

namespace misfit {

/// Writes the k-th trajectory of a point of a record as extended XYZ, which OVITO and ASE read: one frame a
/// due time of sigma, not periodic. Columns: species, position in lattice spacings, sigma (+1 A, -1 B), layer
/// (1 is the surface), phase (2 U1, 1 S1, -1 S2, -2 U2, 0 unclassified), area_deviation (volume_deviation in
/// three dimensions; measure/strain.hpp), displacement of least elastic energy in lattice spacings, to be
/// added to the position. Both at the mismatch of the record's spec, and only if epsilon is not zero. XYZ
/// wants chemical elements: A is written as Cd and B as Ag, as in the exchange of CdS for Ag2S. Throws Error
/// if there is no such trajectory or `out` fails. O(frames) times the displacements of one.
void export_xyz(const Record& record, std::size_t k, std::ostream& out, std::size_t point = 0);

/// Every frame of a record of equilibrium, in the order of points, chains and sweeps; the comment line tells
/// which it is. A periodic crystal has its cell. Throws Error if `out` fails.
void export_xyz(const EquilibriumRecord& record, std::ostream& out);

}  // namespace misfit
