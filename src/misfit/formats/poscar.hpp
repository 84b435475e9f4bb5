#pragma once

#include "misfit/formats/atom_frame.hpp"

namespace misfit {

/// True if the text has what begins a POSCAR or CONTCAR of VASP: a line of any text, a number, and three
/// edges of a cell.
bool is_poscar(AtomText text);

/// The atoms of a POSCAR, which repeat with its cell. The line before the counts must name the elements, as
/// VASP does since version 5; what follows a name's letters (Cd_pv) is left out. Throws Error, naming file
/// and line, for what is missing. O(size of the file).
AtomFrame read_poscar(AtomText text, const Elements& elements);

}  // namespace misfit
