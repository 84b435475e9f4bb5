#pragma once

#include "misfit/formats/atom_frame.hpp"

namespace misfit {

/// True if the text is a dump of LAMMPS.
bool is_dump(AtomText text);

/// One frame of a dump, numbered as in read_xyz_frame(). Positions: x, y, z, also unwrapped (xu, ...) or as
/// fractions of the cell (xs, xsu, ...). Species: the columns element, sigma or v_sigma; a dump without them
/// has type 1 for A and 2 for B. Throws Error as read_xyz_frame() does. O(size of the file).
AtomFrame read_dump_frame(const AtomText& text, std::int64_t number, const Elements& elements);

}  // namespace misfit
