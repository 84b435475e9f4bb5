#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "misfit/crystal/crystal.hpp"

namespace misfit {

/// The species of one frame of an extended XYZ file on the sites of `crystal`, [N]. `frame` counts from 0, or
/// from the last backwards if it is negative (-1 is the last).
///
/// Each atom lies on the site nearest to it, positions being in lattice spacings; the frame may lie anywhere,
/// but not turned, and no atom may be further than 0.3 from its site. Species: the column `sigma` (1 is A, -1
/// is B) if there is one; else A and B, or the elements Cd (A) and Ag (B) as which `misfit export` writes
/// them. Throws Error, naming file and line, for a file that is no XYZ, a frame that is not there, other
/// sites or unknown species. O(N log N) and the size of the file.
std::vector<Spin> read_xyz(const std::filesystem::path& path, std::int64_t frame, const Crystal& crystal);

/// The same from text; `name` stands for the file.
std::vector<Spin> parse_xyz(std::string_view text, const std::string& name, std::int64_t frame,
                            const Crystal& crystal);

}  // namespace misfit
