// Potential.

#include <cmath>
#include <fmt/format.h>
#include <memory>

#include "bindings.hpp"
#include "misfit/base/error.hpp"
#include "misfit/base/parallel.hpp"
#include "misfit/elastic/potential.hpp"
#include "misfit/elastic/potential_cache.hpp"

namespace misfit::python {
namespace {

using Pointer = std::shared_ptr<Potential>;

Pointer build(const Crystal& crystal, int threads, bool cached) {
    const py::gil_scoped_release release;
    const int count = threads > 0 ? threads : hardware_threads();
    return std::make_shared<Potential>(cached ? PotentialCache::standard().load_or_build(crystal, count)
                                              : build_potential(crystal, count));
}

Pointer from_matrix(const Numbers& matrix) {
    if (matrix.ndim() != 2 || matrix.shape(0) != matrix.shape(1) || matrix.shape(0) < 2)
        throw Error("a potential is a square matrix of 2 rows or more");
    const auto V = matrix.unchecked<2>();
    auto potential = std::make_shared<Potential>(static_cast<Site>(V.shape(0)));
    for (py::ssize_t i = 0; i < V.shape(0); ++i)
        for (py::ssize_t j = 0; j < V.shape(1); ++j) {
            if (!std::isfinite(V(i, j)) || V(i, j) != V(j, i))
                throw Error(
                    fmt::format("V[{0}, {1}] = {2}, V[{1}, {0}] = {3}: a potential is finite and symmetric",
                                i, j, V(i, j), V(j, i)));
            potential
                ->values()[static_cast<std::size_t>(i) * potential->stride() + static_cast<std::size_t>(j)] =
                V(i, j);
        }
    potential->project("given");
    return potential;
}

py::array matrix(const py::object& self) {
    const auto& potential = self.cast<const Potential&>();
    return view(self, potential.values().data(), {potential.size(), potential.size()},
                {static_cast<py::ssize_t>(potential.stride() * sizeof(double)), sizeof(double)});
}

}  // namespace

void bind_potential(py::module_& module) {
    using py::arg;
    py::class_<Potential, Pointer>(module, "Potential",
                                   R"(The elastic pair potential V of a crystal, in units of epsilon.

V = P (4 S - C^T D^-1 C) P with P = 1 - 1 1^T/N: dense, symmetric, every row sums to zero. Immutable; everything
that needs it shares one matrix.)")
        .def_static("build", &build, arg("crystal"), arg("threads") = 0, py::kw_only(), arg("cached") = true,
                    "V of a crystal, from the cache of potentials if it is there, otherwise built and kept "
                    "(cached=False: "
                    "built anew, not kept). threads=0: all there are. Other Python threads go on meanwhile. "
                    "Raises Error "
                    "for a crystal that is floppy beyond rigid motions. O(N^3).")
        .def_static(
            "from_matrix", &from_matrix, arg("matrix"),
            "V from numbers of one's own, [N, N] in the order of the crystal's sites; copied and projected. "
            "Raises Error unless it is finite and symmetric. O(N^2).")
        .def_property_readonly("size", &Potential::size, "N.")
        .def("__len__", &Potential::size)
        .def_property_readonly("matrix", &matrix,
                               "[N, N] float64, V; a read-only view whose rows are `stride` numbers apart.")
        .def_property_readonly(
            "stride", &Potential::stride,
            "Numbers from one row to the next in memory: N rounded up to a whole cache line.")
        .def_property_readonly(
            "raw_row_sums",
            [](const py::object& self) {
                const auto sums = self.cast<const Potential&>().raw_row_sums();
                return view(self, sums.data(), sums.size());
            },
            "[N] float64, sums of the rows before projection; a view. Zero for a free crystal in two "
            "dimensions.")
        .def_property_readonly("method", &Potential::method,
                               "How it was made: \"general\", \"closed form\", \"Fourier\" or \"given\".")
        .def_property_readonly(
            "hash", &potential_hash,
            "128 bits in hexadecimal: the same V to the last bit is the same hash. O(N^2).")
        .def("__repr__", [](const Potential& self) {
            return fmt::format("<Potential: {} sites, {}>", self.size(), self.method());
        });
}

}  // namespace misfit::python
