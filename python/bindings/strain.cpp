// Displacements.

#include "misfit/elastic/displacements.hpp"

#include <fmt/format.h>
#include <memory>

#include "bindings.hpp"
#include "misfit/base/error.hpp"
#include "misfit/measure/strain.hpp"

namespace misfit::python {
namespace {

std::unique_ptr<Displacements> invert(const std::shared_ptr<Crystal>& crystal) {
    if (!crystal) throw Error("displacements need a crystal");
    const py::gil_scoped_release released;
    return std::make_unique<Displacements>(crystal);
}

std::vector<Vector3> solve(const Displacements& displacements, const std::vector<Spin>& sigma) {
    const py::gil_scoped_release released;
    return displacements(sigma);
}

py::array_t<double> displacement(const Displacements& displacements, const Numbers& sigma) {
    const Crystal& crystal = displacements.crystal();
    const std::vector<Vector3> u = solve(displacements, species(sigma, crystal.size()));
    py::array_t<double> result({crystal.size(), Site{crystal.dimension()}});
    auto out = result.mutable_unchecked<2>();
    for (Site site = 0; site < crystal.size(); ++site)
        for (int axis = 0; axis < crystal.dimension(); ++axis)
            out(site, axis) = u[static_cast<std::size_t>(site)][static_cast<std::size_t>(axis)];
    return result;
}

py::array_t<double> local_deviation(const Displacements& displacements, const Numbers& sigma,
                                    double mismatch) {
    const std::vector<Vector3> u = solve(displacements, species(sigma, displacements.crystal().size()));
    return as_array(local_deviations(displacements.crystal(), u, mismatch));
}

py::array_t<double> energies_of_bonds(const Displacements& displacements, const Numbers& sigma) {
    const std::vector<Spin> spins = species(sigma, displacements.crystal().size());
    const std::vector<Vector3> u = solve(displacements, spins);
    return as_array(bond_energies(displacements.crystal(), dsigma(spins), u));
}

}  // namespace

void bind_strain(py::module_& module) {
    using py::arg;
    py::class_<Displacements>(module, "Displacements",
                              R"(Displacements of least elastic energy of one crystal, free or periodic.

u = 1/2 D^+ C (sigma - m) (paper: Eq. 5), without net translation and, in a free crystal, net rotation; in units of
the mismatch: a site is at position + mismatch u. Displacements(crystal) inverts the springs, which costs most;
threads may share one. Raises Error for a crystal that is floppy. misfit.strain has the same for many frames and for
the crystal of a record.)")
        .def(py::init(&invert), arg("crystal"))
        .def("displacement", &displacement, arg("sigma"),
             "u of every site, [N, D], for species sigma [N] (+1 or -1).")
        .def("local_deviation", &local_deviation, arg("sigma"), arg("mismatch") = 0.1,
             "Local change of area (paper: Eq. 14) or, in three dimensions, of volume, [N]: mean over a "
             "site's "
             "nearest bonds of |bond|^2 - 1 (|bond|^3 - 1).")
        .def("bond_energies", &energies_of_bonds, arg("sigma"),
             "Elastic energy of every bond at these displacements, [B], epsilon = 1; they sum to that of "
             "sigma.")
        .def_property_readonly("bytes", &Displacements::bytes, "Memory that the inverse takes.");
}

}  // namespace misfit::python
