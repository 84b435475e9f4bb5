// read_species: a start from atoms of others.

#include <array>
#include <fmt/format.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include "bindings.hpp"
#include "misfit/base/error.hpp"
#include "misfit/formats/atom_reader.hpp"

namespace misfit::python {
namespace {

/// The atoms of an ase.Atoms, or of what has the same methods; their lines are their numbers, from 0.
AtomFrame frame_of(const py::object& atoms, const Elements& elements, const AtomText& text) {
    const Numbers positions(atoms.attr("get_positions")());
    const Numbers edges(atoms.attr("get_cell")().attr("array"));
    const auto repeats = atoms.attr("get_pbc")().cast<std::array<bool, 3>>();
    const auto symbols = atoms.attr("get_chemical_symbols")().cast<std::vector<std::string>>();
    const py::object arrays = atoms.attr("arrays");
    std::vector<std::string> sigma(symbols.size());
    if (arrays.contains("sigma"))
        for (std::size_t k = 0; const py::handle each : arrays[py::str("sigma")])
            sigma.at(k++) = py::str(each).cast<std::string>();

    AtomFrame frame = {.line = 0, .positions = {}, .species = {}, .lines = {}, .cell = AtomCell()};
    for (std::size_t k = 0; k < symbols.size(); ++k) {
        const auto row = static_cast<py::ssize_t>(k);
        frame.positions.push_back({positions.at(row, 0), positions.at(row, 1), positions.at(row, 2)});
        frame.species.push_back(species_of({symbols[k], sigma[k]}, elements, text, k));
        frame.lines.push_back(k);
    }
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const auto row = static_cast<py::ssize_t>(axis);
        frame.cell->edges[axis] = {edges.at(row, 0), edges.at(row, 1), edges.at(row, 2)};
        frame.cell->repeats[axis] = repeats[axis];
    }
    return frame;
}

py::array_t<Spin> read_species(const py::object& source, const Crystal& crystal, std::int64_t frame,
                               const std::array<std::string, 2>& elements, int shell_species) {
    if (shell_species != 1 && shell_species != -1)
        throw Error(fmt::format("shell_species = {}: must be +1 (A) or -1 (B)", shell_species));
    const AtomTarget target = {crystal, {elements}, static_cast<Spin>(shell_species)};
    if (!py::hasattr(source, "get_chemical_symbols"))
        return as_array(read_atoms(source.cast<std::filesystem::path>(), frame, target));
    const AtomText text("", "ase.Atoms");
    return as_array(species_on_sites(frame_of(source, target.elements, text), text, target));
}

}  // namespace

void bind_atoms(py::module_& module) {
    using py::arg;
    module.def(
        "read_species", &read_species, arg("source"), arg("crystal"), arg("frame") = -1, py::kw_only(),
        arg("elements") = Elements{}.symbols, arg("shell_species") = -1,
        "The species of the atoms in a file (XYZ, extended XYZ, a dump of LAMMPS, a POSCAR) or in an "
        "ase.Atoms on the sites of a crystal, [N] int8. They may lie anywhere, in any unit of length and "
        "order; `elements` are those of A and B. Raises Error, with the line, or the atom's number from "
        "0, for atoms on other sites, unknown species, or a shell of another species.");
}

}  // namespace misfit::python
