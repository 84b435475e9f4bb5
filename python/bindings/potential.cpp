// Potential, BlockPotential.

#include <cmath>
#include <fmt/format.h>
#include <memory>

#include "bindings.hpp"
#include "misfit/base/error.hpp"
#include "misfit/base/parallel.hpp"
#include "misfit/elastic/block_potential.hpp"
#include "misfit/elastic/potential.hpp"
#include "misfit/elastic/potential_cache.hpp"
#include "misfit/run/memory.hpp"

namespace misfit::python {
namespace {

using Pointer = std::shared_ptr<Potential>;

void require_room(const Crystal& crystal, int threads) {
    const auto sites = static_cast<double>(crystal.size());
    const double needed = sites * sites * sizeof(double);
    const double available = available_memory(threads);
    if (needed > available)
        throw Error(
            fmt::format("N = {} sites need {} for V; {} are available; misfit.BlockPotential does without "
                        "V",
                        crystal.size(), format_bytes(needed), format_bytes(available)));
}

Pointer build(const Crystal& crystal, int threads, bool cached) {
    require_room(crystal, threads);
    const int count = threads > 0 ? threads : hardware_threads();
    return interruptible([&](const Watch& watch) {
        return std::make_shared<Potential>(
            cached ? PotentialCache::standard().load_or_build(crystal, count, watch)
                   : build_potential(crystal, count, watch));
    });
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

std::shared_ptr<SinglePotential> round_to_single(const Potential& exact) {
    const py::gil_scoped_release release;
    return std::make_shared<SinglePotential>(exact, exact.identity());
}

/// What both matrices offer.
template <class Real>
py::class_<DensePotential<Real>, std::shared_ptr<DensePotential<Real>>> bind_matrix(const py::module_& module,
                                                                                    const char* name,
                                                                                    const char* text,
                                                                                    const char* of_matrix) {
    using V = DensePotential<Real>;
    py::class_<V, std::shared_ptr<V>> bound(module, name, text);
    bound.def_property_readonly("size", &V::size, "N.")
        .def("__len__", &V::size)
        .def_property_readonly(
            "matrix",
            [](const py::object& self) {
                const auto& potential = self.cast<const V&>();
                return view(self, potential.values().data(), {potential.size(), potential.size()},
                            {static_cast<py::ssize_t>(potential.stride() * sizeof(Real)), sizeof(Real)});
            },
            of_matrix)
        .def_property_readonly(
            "stride", &V::stride,
            "Numbers from one row to the next in memory: N rounded up to a whole cache line.")
        .def_property_readonly(
            "raw_row_sums",
            [](const py::object& self) {
                const auto sums = self.cast<const V&>().raw_row_sums();
                return view(self, sums.data(), sums.size());
            },
            "[N] float64, sums of the rows before projection; a view. Zero for a free crystal in two "
            "dimensions.")
        .def_property_readonly("method", &V::method,
                               "How it was made: \"general\", \"closed form\", \"Fourier\" or \"given\".")
        .def("__repr__", [name = std::string(name)](const V& self) {
            return fmt::format("<{}: {} sites, {}>", name, self.size(), self.method());
        });
    return bound;
}

std::shared_ptr<BlockPotential> invert(const std::shared_ptr<Crystal>& crystal) {
    if (!crystal) throw Error("a potential needs a crystal");
    return interruptible(
        [&](const Watch& watch) { return std::make_shared<BlockPotential>(crystal, watch); });
}

py::array_t<double> diagonal(const BlockPotential& V) {
    std::vector<double> values;
    for (Site site = 0; site < V.size(); ++site) values.push_back(V.diagonal(site));
    return as_array(std::move(values));
}

double pair(const BlockPotential& V, Site i, Site j) {
    require_site(i, V.size());
    require_site(j, V.size());
    const py::gil_scoped_release release;
    return V.pair(i, j);
}

py::array_t<double> product(const BlockPotential& V, const Numbers& sizes) {
    if (sizes.ndim() != 1 || sizes.size() != V.size())
        throw Error(fmt::format("sizes has {} values; the crystal has {} sites", sizes.size(), V.size()));
    const std::vector<double> given(sizes.data(), sizes.data() + sizes.size());
    std::vector<double> phi(given.size());
    {
        const py::gil_scoped_release release;
        V.solve(given, phi);
    }
    return as_array(std::move(phi));
}

void bind_block_potential(py::module_& module) {
    using py::arg;
    py::class_<BlockPotential, std::shared_ptr<BlockPotential>>(
        module, "BlockPotential",
        R"(V of a crystal without its N x N numbers, in units of epsilon: wherever a Potential goes.

phi = V (sigma - m) is had by one solution of the springs, block by block; V of a site with itself and of bonded pairs
are kept. BlockPotential(crystal) takes O(N) rows of the largest block instead of N^2 numbers. Immutable. Kmc runs on
it, and MonteCarlo with local swaps and flips. Raises Error for a crystal that is floppy beyond rigid motions.)")
        .def(py::init(&invert), arg("crystal"))
        .def_property_readonly("size", &BlockPotential::size, "N.")
        .def("__len__", &BlockPotential::size)
        .def_property_readonly("diagonal", &diagonal, "[N] float64, V of each site with itself.")
        .def("pair", &pair, arg("i"), arg("j"),
             "V of two sites: O(1) if they are bonded or the same, otherwise one solution. Raises Error for "
             "a site that "
             "is not there.")
        .def("product", &product, arg("sizes"), "V sizes for any numbers of the sites, [N]: one solution.")
        .def_property_readonly("method", &BlockPotential::method, "\"blocks\".")
        .def_property_readonly("hash", &BlockPotential::identity,
                               "128 bits in hexadecimal: the same V to the last bit is the same hash.")
        .def_property_readonly("bytes", &BlockPotential::bytes, "Of memory, beside the crystal.")
        .def("__repr__", [](const BlockPotential& self) {
            return fmt::format("<BlockPotential: {} sites>", self.size());
        });
}

}  // namespace

void bind_potential(py::module_& module) {
    using py::arg;
    bind_block_potential(module);
    bind_matrix<double>(module, "Potential",
                        R"(The elastic pair potential V of a crystal, in units of epsilon.

V = P (4 S - C^T D^-1 C) P with P = 1 - 1 1^T/N: dense, symmetric, every row sums to zero. Immutable; everything
that needs it shares one matrix.)",
                        "[N, N] float64, V; a read-only view whose rows are `stride` numbers apart.")
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
        .def_property_readonly(
            "hash", &potential_hash,
            "128 bits in hexadecimal: the same V to the last bit is the same hash. O(N^2).");
    bind_matrix<float>(
        module, "SinglePotential",
        R"(V with every number rounded to single precision, wherever a Potential goes.

Half the memory, and an event of a large crystal takes less time. phi itself is of doubles. This is what runs of
exchange use above 1,024 sites unless their input says model.elastic = "dense": an engine over it makes their
trajectories, bit for bit.)",
        "[N, N] float32, V; a read-only view whose rows are `stride` numbers apart. Its diagonal is without "
        "the corrections, some 1e-8, that let the rows sum to zero.")
        .def(py::init(&round_to_single), arg("potential"))
        .def_property_readonly("hash", &SinglePotential::identity, "That of the Potential it was made of.");
}

}  // namespace misfit::python
