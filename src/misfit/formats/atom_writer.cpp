#include "misfit/formats/atom_writer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <utility>

#include "misfit/base/error.hpp"
#include "misfit/measure/strain.hpp"

namespace misfit {
namespace {

/// What nine digits after the point write as nothing is 0, not -0.
double without_sign_of_nothing(double value) { return std::abs(value) < 5e-10 ? 0.0 : value; }

using Axes = std::array<Vector3, 3>;

/// A cell about the origin, as the sites are: its edges and its corner.
struct Cell {
    std::array<Vector3, 3> edges = {};
    Vector3 corner = {};
};

double dot(const Vector3& a, const Vector3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Vector3 cross(const Vector3& a, const Vector3& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

Vector3 scaled(const Vector3& v, double factor) { return {factor * v[0], factor * v[1], factor * v[2]}; }

/// The vector by its parts along these axes.
Vector3 along(const Axes& axes, const Vector3& v) {
    return {dot(axes[0], v), dot(axes[1], v), dot(axes[2], v)};
}

/// Edges of the cell of a periodic crystal; one spacing high where it is flat.
Axes edges_of(const Crystal& crystal) {
    Axes edges;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const bool is_flat = axis == 2 && crystal.dimension() == 2;
        edges[axis] = is_flat ? Vector3{0.0, 0.0, 1.0} : crystal.lattice().edge(axis, crystal.period()[axis]);
    }
    return edges;
}

/// The axes of a file: our own, but LAMMPS wants the first edge of a cell along x and the second in the plane
/// of x and y, which those of fcc and bcc are not.
Axes axes_of(const Crystal& crystal, AtomFormat format) {
    if (format != AtomFormat::lammps_dump || crystal.boundary() == Boundary::free)
        return {{{1.0, 0.0, 0.0}, {0.0, 1.0, 0.0}, {0.0, 0.0, 1.0}}};
    const auto [a, b, c] = edges_of(crystal);
    const Vector3 up = cross(a, b);
    const Vector3 x = scaled(a, 1.0 / std::sqrt(dot(a, a)));
    const Vector3 z = scaled(up, 1.0 / std::sqrt(dot(up, up)));
    return {x, cross(z, x), z};
}

Cell periodic_cell(const Crystal& crystal, const Axes& axes, double scale) {
    Cell cell;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        cell.edges[axis] = scaled(along(axes, edges_of(crystal)[axis]), scale);
        for (std::size_t k = 0; k < 3; ++k) cell.corner[k] -= cell.edges[axis][k] / 2.0;
    }
    return cell;
}

/// A box half a spacing wider than the sites, for formats that want one of a free crystal.
Cell box_around(const Crystal& crystal, double scale) {
    Cell box;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const auto [low, high] = std::ranges::minmax(crystal.positions(), {},
                                                     [&](const Vector3& position) { return position[axis]; });
        box.corner[axis] = scale * (low[axis] - 0.5);
        box.edges[axis][axis] = scale * (high[axis] - low[axis] + 1.0);
    }
    return box;
}

std::string cell_text(const Crystal& crystal, const Axes& axes, double scale) {
    if (crystal.boundary() == Boundary::free) return "";
    const Cell cell = periodic_cell(crystal, axes, scale);
    std::string numbers;
    for (const Vector3& edge : cell.edges)
        for (const double component : edge)
            numbers += fmt::format("{}{:.6f}", numbers.empty() ? "" : " ", component);
    return fmt::format("Lattice=\"{}\" Origin=\"{:.6f} {:.6f} {:.6f}\" ", numbers, cell.corner[0],
                       cell.corner[1], cell.corner[2]);
}

std::string boundary_text(const Crystal& crystal) {
    if (crystal.boundary() == Boundary::free) return "F F F";
    return crystal.dimension() == 2 ? "T T F" : "T T T";
}

/// LAMMPS' BOX BOUNDS: of a tilted box those of all its corners, and the tilts.
std::string bounds_text(const Crystal& crystal, const Axes& axes, double scale) {
    const bool is_periodic = crystal.boundary() == Boundary::periodic;
    const Cell cell = is_periodic ? periodic_cell(crystal, axes, scale) : box_around(crystal, scale);
    const double xy = cell.edges[1][0];
    const double xz = cell.edges[2][0];
    const double yz = cell.edges[2][1];
    const std::array<double, 3> below = {std::min({0.0, xy, xz, xy + xz}), std::min(0.0, yz), 0.0};
    const std::array<double, 3> above = {std::max({0.0, xy, xz, xy + xz}), std::max(0.0, yz), 0.0};
    const std::array<double, 3> tilts = {xy, xz, yz};
    std::string text = "ITEM: BOX BOUNDS";
    if (is_periodic) text += " xy xz yz";
    for (std::size_t axis = 0; axis < 3; ++axis) text += crystal.period()[axis] > 0 ? " pp" : " ff";
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const double low = cell.corner[axis];
        text += fmt::format("\n{:.6f} {:.6f}", low + below[axis], low + cell.edges[axis][axis] + above[axis]);
        if (is_periodic) text += fmt::format(" {:.6f}", tilts[axis]);
    }
    return text;
}

std::vector<std::string> position_texts(const Crystal& crystal, const Axes& axes, double scale) {
    std::vector<std::string> texts;
    for (const Vector3& position : crystal.positions()) {
        const Vector3 r = scaled(along(axes, position), scale);
        texts.push_back(fmt::format(" {:.6f} {:.6f} {:.6f}", r[0], r[1], r[2]));
    }
    return texts;
}

}  // namespace

AtomWriter::AtomWriter(std::shared_ptr<const Crystal> crystal, const Elements& elements, double mismatch,
                       bool is_elastic, const AtomStyle& style, std::ostream& out)
    : crystal_(std::move(crystal)),
      elements_(elements),
      mismatch_(mismatch),
      style_(style),
      out_(out),
      axes_(axes_of(*crystal_, style.format)),
      positions_(position_texts(*crystal_, axes_, style.scale)),
      classifier_(*crystal_) {
    if (!AtomStyle::scale_range.contains(style.scale))
        throw Error(fmt::format("--scale {}: must be {}", style.scale, AtomStyle::scale_range.text()));
    // Without an elastic term the sites need not hold each other.
    if (is_elastic && style.format != AtomFormat::plain_xyz) displacements_.emplace(crystal_);
}

std::string AtomWriter::xyz_head(std::span<const Spin> species, const std::string& comment) const {
    const auto count_A = static_cast<double>(std::ranges::count(species, Spin{1}));
    std::string columns;
    if (style_.format == AtomFormat::extended_xyz)
        columns = "Properties=species:S:1:pos:R:3:displacement:R:3:sigma:I:1:layer:I:1:phase:I:1";
    if (displacements_) columns += fmt::format(":{}:R:1", local_deviation_name(*crystal_));
    if (!columns.empty()) columns += ' ';
    const std::string scale = style_.scale == 1.0 ? "" : fmt::format(" scale={}", style_.scale);
    return fmt::format("{}\n{}{}pbc=\"{}\"{} composition={:.6f} {}\n", species.size(),
                       cell_text(*crystal_, axes_, style_.scale), columns, boundary_text(*crystal_), scale,
                       count_A / static_cast<double>(species.size()), comment);
}

std::string AtomWriter::dump_head(std::int64_t number) const {
    const std::string deviation = displacements_ ? fmt::format(" v_{}", local_deviation_name(*crystal_)) : "";
    return fmt::format(
        "ITEM: TIMESTEP\n{}\nITEM: NUMBER OF ATOMS\n{}\n{}\nITEM: ATOMS id type x y z element "
        "v_displacement_x v_displacement_y v_displacement_z v_sigma v_layer v_phase{}\n",
        number, crystal_->size(), bounds_text(*crystal_, axes_, style_.scale), deviation);
}

void AtomWriter::write(std::span<const Spin> species, std::int64_t number, const std::string& comment) {
    const bool is_dump = style_.format == AtomFormat::lammps_dump;
    const bool is_plain = style_.format == AtomFormat::plain_xyz;
    std::vector<int> phase(species.size(), 0);
    for (std::size_t i = 0; i < classifier_.sites().size() && !is_plain; ++i)
        phase[static_cast<std::size_t>(classifier_.sites()[i])] =
            static_cast<int>(classifier_.classify(species, i));
    std::vector<Vector3> u(species.size(), Vector3{});
    std::vector<double> deviations;
    if (displacements_) {
        u = (*displacements_)(species);
        deviations = local_deviations(*crystal_, u, mismatch_);
    }

    fmt::memory_buffer text;
    const auto end = std::back_inserter(text);
    fmt::format_to(end, "{}", is_dump ? dump_head(number) : xyz_head(species, comment));
    for (std::size_t site = 0; site < species.size(); ++site) {
        const std::string& element = elements_.of(species[site]);
        if (is_dump)
            fmt::format_to(end, "{} {}{} {}", site + 1, species[site] > 0 ? 1 : 2, positions_[site], element);
        else
            fmt::format_to(end, "{}{}", element, positions_[site]);
        if (!is_plain) {
            const Vector3 moved = scaled(along(axes_, u[site]), style_.scale * mismatch_);
            for (const double component : moved)
                fmt::format_to(end, " {:.9f}", without_sign_of_nothing(component));
            fmt::format_to(end, " {} {} {}", int{species[site]}, crystal_->layers()[site], phase[site]);
        }
        if (displacements_) fmt::format_to(end, " {:.9f}", without_sign_of_nothing(deviations[site]));
        fmt::format_to(end, "\n");
    }
    out_.write(text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace misfit
