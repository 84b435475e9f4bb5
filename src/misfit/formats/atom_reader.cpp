#include "misfit/formats/atom_reader.hpp"

#include <fmt/format.h>
#include <string>

#include "misfit/crystal/species.hpp"
#include "misfit/formats/dump_frames.hpp"
#include "misfit/formats/poscar.hpp"
#include "misfit/formats/site_matching.hpp"
#include "misfit/formats/xyz_frames.hpp"
#include "misfit/store/files.hpp"

namespace misfit {
namespace {

AtomFrame read_frame(const AtomText& text, std::int64_t number, const Elements& elements) {
    if (is_dump(text)) return read_dump_frame(text, number, elements);
    if (!is_poscar(text)) return read_xyz_frame(text, number, elements);
    frame_index(number, 1, text.name());
    return read_poscar(text, elements);
}

}  // namespace

std::vector<Spin> species_on_sites(const AtomFrame& frame, const AtomText& text, const AtomTarget& target) {
    const std::vector<Site> sites = match_sites(frame, text, target.crystal);
    std::vector<Spin> sigma(sites.size(), 0);
    for (std::size_t k = 0; k < sites.size(); ++k) {
        if (target.crystal.is_shell(sites[k]) && frame.species[k] != target.shell_species)
            text.fail(frame.lines[k],
                      fmt::format(
                          "site {} of the shell is {}, but crystal.shell.species is {}: the shell keeps its "
                          "species",
                          sites[k], look_of(frame.species[k]).name, look_of(target.shell_species).name));
        sigma[static_cast<std::size_t>(sites[k])] = frame.species[k];
    }
    return sigma;
}

std::vector<Spin> parse_atoms(std::string_view text, const std::string& name, std::int64_t number,
                              const AtomTarget& target) {
    const AtomText lines(text, name);
    return species_on_sites(read_frame(lines, number, target.elements), lines, target);
}

std::vector<Spin> read_atoms(const std::filesystem::path& path, std::int64_t frame,
                             const AtomTarget& target) {
    return parse_atoms(read_text(path), path.string(), frame, target);
}

}  // namespace misfit
