#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "misfit/crystal/crystal.hpp"
#include "misfit/crystal/elements.hpp"
#include "misfit/formats/atom_frame.hpp"

namespace misfit {

/// What a file of atoms is read for.
struct AtomTarget {
    const Crystal& crystal;
    Elements elements;        ///< as which A and B are written there
    Spin shell_species = -1;  ///< of every site of the shell, which keeps it
};

/// The species of one frame of a file of atoms on the sites of a crystal, [N]. `frame` counts from 0, or from
/// the last backwards if it is negative (-1 is the last).
///
/// The file is XYZ, extended XYZ, a dump of LAMMPS or a POSCAR of VASP, which its contents tell. How atoms
/// find their sites: formats/site_matching.hpp; what tells their species: species_of(). Throws Error, naming
/// file and line, for what is no such file, a frame that is not there, other sites, unknown species and a
/// shell of another species. O(size of the file).
std::vector<Spin> read_atoms(const std::filesystem::path& path, std::int64_t frame, const AtomTarget& target);

/// The same of a frame that has been read; `text` says where it is from.
std::vector<Spin> species_on_sites(const AtomFrame& frame, const AtomText& text, const AtomTarget& target);

/// The same from text; `name` stands for the file.
std::vector<Spin> parse_atoms(std::string_view text, const std::string& name, std::int64_t frame,
                              const AtomTarget& target);

}  // namespace misfit
