#pragma once

#include <string>
#include <vector>

#include "misfit/crystal/crystal.hpp"
#include "misfit/formats/atom_frame.hpp"

namespace misfit {

/// The site of each atom, [N], whatever the order of the atoms. The frame may lie anywhere and in any unit of
/// length, but not turned, unless its cell is that of a periodic crystal, edge by edge; its atoms may be
/// wrapped into the cell that it tells, or, of a periodic crystal, into the crystal's own.
///
/// Sites are found from neighbour to neighbour: an atom may be up to 0.4 spacings from where the one beside
/// it lets it be expected, however far a relaxed crystal as a whole is from its sites. The spacing is 1, or
/// what the size of the frame makes of it. Throws Error, naming the file, the line and what was tried, if the
/// atoms do not lie on the sites one by one. O(N), a few times that where the place is not plain.
std::vector<Site> match_sites(const AtomFrame& frame, const AtomText& text, const Crystal& crystal);

}  // namespace misfit
