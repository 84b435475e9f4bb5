#pragma once

#include "misfit/formats/atom_frame.hpp"

namespace misfit {

/// One frame of an XYZ or extended XYZ file. `number` counts from 0, or from the last backwards if it is
/// negative (-1 is the last); frames after the one of a number from 0 on are not looked at.
///
/// Columns are those of Properties in the second line, else species and position. Empty lines and notes
/// between frames are passed over. Throws Error, naming file and line, for a file that is no XYZ, a frame
/// that is not there or not whole, and unknown species. O(size of the file).
AtomFrame read_xyz_frame(const AtomText& text, std::int64_t number, const Elements& elements);

}  // namespace misfit
