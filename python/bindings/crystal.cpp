// Shell, Crystal.

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <memory>
#include <optional>
#include <pybind11/stl.h>

#include "bindings.hpp"
#include "misfit/base/error.hpp"
#include "misfit/crystal/shapes.hpp"
#include "misfit/input/site_points.hpp"
#include "misfit/measure/phases.hpp"

namespace misfit::python {
namespace {

using Pointer = std::shared_ptr<Crystal>;

const Crystal& crystal_of(const py::object& self) { return self.cast<const Crystal&>(); }

Pointer build(const CrystalParameters& shape, const Shell& shell, bool periodic) {
    const Boundary boundary = periodic ? Boundary::periodic : Boundary::free;
    return std::make_shared<Crystal>(build_crystal(shape, shell, boundary));
}

LatticeChoice choice(const std::string& lattice, std::optional<double> next_nearest_stiffness) {
    return {&find_lattice(lattice), next_nearest_stiffness.value_or(LatticeChoice::lattice_default)};
}

Pointer from_points(const std::vector<LatticePoint>& points, const std::string& lattice,
                    const std::string& shape, const Shell& shell, const std::array<int, 3>& period,
                    std::optional<double> next_nearest_stiffness) {
    return std::make_shared<Crystal>(find_lattice(lattice), points, shape, shell, period,
                                     next_nearest_stiffness);
}

/// Rows of coordinates as Python has them: any array, or sequence of sequences. `points[k]` names one in
/// messages.
std::vector<LatticePoint> points_of(const py::object& points, int dimension) {
    std::vector<std::vector<double>> rows;
    if (!py::isinstance<py::iterable>(points) || py::isinstance<py::str>(points))
        throw Error("points: must be [N, 2] or, in three dimensions, [N, 3] lattice points");
    for (const py::handle row : points) try {
            rows.push_back(row.cast<std::vector<double>>());
        } catch (const py::cast_error&) {
            rows.push_back({std::numeric_limits<double>::quiet_NaN()});
        }
    return lattice_points(rows, dimension, [](std::size_t k) { return fmt::format("points[{}]", k); });
}

py::array position(const py::object& self) {
    const Crystal& crystal = crystal_of(self);
    return view(self, crystal.positions().front().data(), {crystal.size(), crystal.dimension()},
                {sizeof(Vector3), sizeof(double)});
}

py::array_t<double> cell(const Crystal& crystal) {
    py::array_t<double> vectors({3, 3});
    double* out = vectors.mutable_data();
    for (const Vector3& edge : crystal.cell()) out = std::copy(edge.begin(), edge.end(), out);
    return vectors;
}

py::array point(const py::object& self) {
    const Crystal& crystal = crystal_of(self);
    return view(self, crystal.points().front().data(), {crystal.size(), 3},
                {sizeof(LatticePoint), sizeof(int)});
}

py::array layer(const py::object& self) {
    return view(self, crystal_of(self).layers().data(), crystal_of(self).layers().size());
}

py::array neighbors(const py::object& self) {
    const Crystal& crystal = crystal_of(self);
    const py::ssize_t coordination = crystal.lattice().slots();
    return view(self, crystal.neighbors().data(), {crystal.size(), coordination},
                {coordination * py::ssize_t{sizeof(Site)}, sizeof(Site)});
}

static_assert(offsetof(Bond, second) == offsetof(Bond, first) + sizeof(Site), "bonds are viewed as [B, 2]");

py::array bonds(const py::object& self) {
    const auto all = crystal_of(self).bonds();
    return view(self, &all.front().first, {static_cast<py::ssize_t>(all.size()), 2},
                {sizeof(Bond), sizeof(Site)});
}

py::array bond_stiffness(const py::object& self) {
    const auto all = crystal_of(self).bonds();
    return view(self, &all.front().stiffness, {static_cast<py::ssize_t>(all.size())}, {sizeof(Bond)});
}

py::array_t<bool> bond_nearest(const Crystal& crystal) {
    py::array_t<bool> nearest(static_cast<py::ssize_t>(crystal.bonds().size()));
    bool* out = nearest.mutable_data();
    for (const Bond& bond : crystal.bonds())
        *out++ = crystal.lattice().directions[static_cast<std::size_t>(bond.direction)].nearest;
    return nearest;
}

py::array_t<int> directions(const Crystal& crystal) {
    const int half = crystal.lattice().half_coordination();
    py::array_t<int> steps({2 * half, 3});
    auto out = steps.mutable_unchecked<2>();
    for (int d = 0; d < half; ++d)
        for (int axis = 0; axis < 3; ++axis) {
            const int step = crystal.lattice()
                                 .directions[static_cast<std::size_t>(d)]
                                 .step[static_cast<std::size_t>(axis)];
            out(d, axis) = step;
            out(d + half, axis) = -step;
        }
    return steps;
}

/// True for the sites below so many layers; for all sites where there are no layers.
py::array_t<bool> deeper_than(const Crystal& crystal, int layers) {
    py::array_t<bool> deeper(crystal.size());
    bool* out = deeper.mutable_data();
    for (const int layer : crystal.layers()) *out++ = layer == 0 || layer > layers;
    return deeper;
}

py::array_t<bool> interior(const Crystal& crystal) {
    py::array_t<bool> inside(crystal.size());
    bool* out = inside.mutable_data();
    std::fill_n(out, crystal.size(), false);
    const PhaseClassifier classifier(crystal);
    for (const Site site : classifier.sites()) out[site] = true;
    return inside;
}

py::array_t<Site> ring(const Crystal& crystal) {
    const PhaseClassifier classifier(crystal);
    py::array_t<Site> rings({classifier.sites().size(), classifier.ring_size()});
    std::copy(classifier.rings().begin(), classifier.rings().end(), rings.mutable_data());
    return rings;
}

/// What the constructor makes the same crystal of again.
py::tuple parts_of(const Crystal& crystal) {
    const auto points = crystal.points();
    return py::make_tuple(std::vector<LatticePoint>(points.begin(), points.end()),
                          std::string(crystal.lattice().name), crystal.shape(), crystal.shell().layers,
                          crystal.shell().stiffness, crystal.period(), crystal.next_nearest_stiffness());
}

Pointer from_parts(const py::tuple& parts) {
    const Shell shell = {parts[3].cast<int>(), parts[4].cast<double>()};
    return from_points(parts[0].cast<std::vector<LatticePoint>>(), parts[1].cast<std::string>(),
                       parts[2].cast<std::string>(), shell, parts[5].cast<std::array<int, 3>>(),
                       parts[6].cast<double>());
}

std::string describe(const Crystal& crystal) {
    std::string text = fmt::format("<Crystal: {}, {} sites", crystal.shape(), crystal.size());
    if (crystal.shell().layers > 0)
        text += fmt::format(", shell of {} layers, stiffness {}", crystal.shell().layers,
                            crystal.shell().stiffness);
    return text + (crystal.boundary() == Boundary::periodic ? ", periodic>" : ">");
}

}  // namespace

void bind_crystal(py::module_& module) {
    using py::arg;
    py::class_<Shell>(module, "Shell",
                      "Layers around a core whose species stay fixed, and the stiffness of their bonds.")
        .def(py::init([](int layers, double stiffness) {
                 const Shell shell = {layers, stiffness};
                 shell.validate();
                 return shell;
             }),
             arg("layers") = 0, arg("stiffness") = 1.0)
        .def_readonly("layers", &Shell::layers, "Lattice layers on every side.")
        .def_readonly("stiffness", &Shell::stiffness,
                      "k_shell of a bond between two shell sites; every other bond has 1.")
        .def(
            "__eq__", [](const Shell& a, const Shell& b) { return a == b; }, py::is_operator())
        .def("__hash__",
             [](const Shell& shell) { return py::hash(py::make_tuple(shell.layers, shell.stiffness)); })
        .def(py::pickle(
            [](const Shell& shell) { return py::make_tuple(shell.layers, shell.stiffness); },
            [](const py::tuple& parts) { return Shell{parts[0].cast<int>(), parts[1].cast<double>()}; }))
        .def("__repr__", [](const Shell& shell) {
            return fmt::format("Shell(layers={}, stiffness={})", shell.layers, shell.stiffness);
        });

    py::class_<Crystal, Pointer>(module, "Crystal",
                                 R"(A crystal: sites in one order, positions, layers, bonds. Immutable.

The order of sites is ascending z, then y, then x of the lattice coordinates, x fastest: that of sigma, phi, the
rows of V and every record. Arrays are read-only views on the crystal's memory. The attributes are also those of a
record's crystal, so functions like misfit.order_parameter take either.

Crystal(points, lattice="triangular") is any set of lattice points, in any order: [N, 3], or [N, 2] in two
dimensions, integers or numbers that are whole, as a file of points has them; the shapes are
Crystal.hexagon, box, parallelogram, disc and sphere. Raises Error, naming the row, if a point is none or repeats, if there are fewer than
two, or if the shell leaves no core; of a periodic crystal also if points are missing, a period is below 3, or
there is a shell. O(N log N).)")
        .def(py::init([](const py::object& points, const std::string& lattice, const std::string& shape,
                         const Shell& shell, const std::array<int, 3>& period,
                         std::optional<double> next_nearest_stiffness) {
                 return from_points(points_of(points, find_lattice(lattice).dimension), lattice, shape, shell,
                                    period, next_nearest_stiffness);
             }),
             arg("points"), arg("lattice") = "triangular", py::kw_only(), arg("shape") = "points",
             arg("shell") = Shell{}, arg("period") = std::array<int, 3>{},
             arg("next_nearest_stiffness") = py::none())
        .def_static(
            "hexagon", [](int side, const Shell& shell) { return build(Hexagon{side}, shell, false); },
            arg("side"), py::kw_only(), arg("shell") = Shell{},
            "Hexagon of the triangular lattice: N = 3 n (n - 1) + 1 with n = side + shell.layers. Raises "
            "Error for a "
            "side below 2.")
        .def_static(
            "box",
            [](const std::array<int, 3>& size, const Shell& shell, bool periodic, const std::string& lattice,
               std::optional<double> next_nearest_stiffness) {
                return build(Box{size, choice(lattice, next_nearest_stiffness)}, shell, periodic);
            },
            arg("size"), py::kw_only(), arg("shell") = Shell{}, arg("periodic") = false,
            arg("lattice") = "simple cubic", arg("next_nearest_stiffness") = py::none(),
            "Box of a lattice of three dimensions, size of the core along the edges of its cell: (x, y, z) "
            "of "
            "the simple cubic one. Raises Error for an extent below 2 (periodic: 3), for a shell around a "
            "periodic crystal, and where next_nearest_stiffness is not right for the lattice.")
        .def_static(
            "parallelogram",
            [](const std::array<int, 2>& size, const Shell& shell, bool periodic) {
                return build(Parallelogram{size}, shell, periodic);
            },
            arg("size"), py::kw_only(), arg("shell") = Shell{}, arg("periodic") = false,
            "Parallelogram of the triangular lattice, size along a_1 and a_2 of the core. Raises Error as "
            "box does.")
        .def_static(
            "disc", [](double radius) { return build(Disc{radius}, {}, false); }, arg("radius"),
            "The sites of the triangular lattice within `radius` of one of them. Raises Error below 1.")
        .def_static(
            "sphere",
            [](double radius, const std::string& lattice, std::optional<double> next_nearest_stiffness) {
                return build(Sphere{radius, choice(lattice, next_nearest_stiffness)}, {}, false);
            },
            arg("radius"), py::kw_only(), arg("lattice") = "simple cubic",
            arg("next_nearest_stiffness") = py::none(),
            "The sites of a lattice of three dimensions within `radius` of one of them. Raises Error for a "
            "radius below 1 and where next_nearest_stiffness is not right for the lattice.")
        .def_property_readonly("size", &Crystal::size, "N, shell included.")
        .def("__len__", &Crystal::size)
        .def_property_readonly("dimension", &Crystal::dimension, "2 or 3.")
        .def_property_readonly(
            "lattice", [](const Crystal& self) { return std::string(self.lattice().name); },
            "Its name: \"triangular\", \"simple cubic\", \"fcc\", \"hcp\", \"bcc\".")
        .def_property_readonly("next_nearest_stiffness", &Crystal::next_nearest_stiffness,
                               "k2 of the bonds that are not nearest; 0 where there are none.")
        .def_property_readonly("shape", &Crystal::shape, "What was asked for: \"hexagon, side 16\".")
        .def_property_readonly("shell", [](const Crystal& self) { return self.shell(); })
        .def_property_readonly("shell_layers", [](const Crystal& self) { return self.shell().layers; })
        .def_property_readonly("shell_stiffness", [](const Crystal& self) { return self.shell().stiffness; })
        .def_property_readonly(
            "is_periodic", [](const Crystal& self) { return self.boundary() == Boundary::periodic; },
            "Whether the crystal meets itself and so has no surface.")
        .def_property_readonly(
            "period", [](const Crystal& self) { return py::array_t<int>(3, self.period().data()); },
            "[3], lattice points after which the crystal repeats; 0: it does not.")
        .def_property_readonly(
            "cell", &cell,
            "[3, 3] float64, the vectors by which a periodic crystal repeats along each axis, "
            "lattice spacings; zeros where it does not.")
        .def_property_readonly("position", &position,
                               "[N, D] float64, lattice spacings, centred on their mean; a view.")
        .def_property_readonly("point", &point, "[N, 3] int32, lattice coordinates; a view.")
        .def_property_readonly(
            "layer", &layer,
            "[N] int32, 1 at the surface, growing inwards; 0 throughout a periodic crystal; a view.")
        .def_property_readonly("neighbors", &neighbors,
                               "[N, 6 or 18] int32, the site in each of `directions`, or -1; a view.")
        .def_property_readonly("directions", &directions,
                               "[2 h, 3] int32, changes of the lattice coordinates, forward ones first.")
        .def_property_readonly("bonds", &bonds, "[B, 2] int32, every bond once; a view.")
        .def_property_readonly("bond_stiffness", &bond_stiffness, "[B] float64, k_b; a view.")
        .def_property_readonly("bond_nearest", &bond_nearest, "[B] bool; false: next-nearest.")
        .def_property_readonly(
            "core", [](const Crystal& self) { return deeper_than(self, self.shell().layers); },
            "[N] bool, true for the sites that are not shell.")
        .def_property_readonly(
            "interior", &interior,
            "[N] bool, true for the sites whose phase is defined: all neighbours exist and are not shell.")
        .def_property_readonly(
            "ring", &ring,
            "[M, z] int32, the neighbours of those M sites; in cyclic order round the site "
            "where the lattice has one.")
        .def(
            "find", [](const Crystal& self, const LatticePoint& point) { return self.find(point); },
            arg("point"),
            "The site at a lattice point, or -1; modulo the period of a periodic crystal. O(log N).")
        .def(py::pickle(&parts_of, &from_parts))
        .def("__repr__", &describe);
}

}  // namespace misfit::python
