#pragma once

#include <cstddef>
#include <ostream>

#include "misfit/formats/atom_writer.hpp"
#include "misfit/record/equilibrium_record.hpp"
#include "misfit/record/record.hpp"

namespace misfit {

/// Writes the k-th trajectory of a point of a record for programs that show atoms, one frame a due time of
/// sigma. Displacements and strain are those at the mismatch of the record's spec. Throws Error if there is
/// no such trajectory or `out` fails. O(frames) times the displacements of one.
void export_atoms(const Record& record, std::size_t k, const AtomStyle& style, std::ostream& out,
                  std::size_t point = 0);

/// Every frame of a record of equilibrium, in the order of points, chains and sweeps; the comment line of XYZ
/// tells which it is. Throws Error if `out` fails.
void export_atoms(const EquilibriumRecord& record, const AtomStyle& style, std::ostream& out);

}  // namespace misfit
