#include "misfit/elastic/elastic_bytes.hpp"

#include <algorithm>
#include <cmath>
#include <variant>
#include <vector>

#include "misfit/elastic/block_elimination.hpp"
#include "misfit/elastic/potential.hpp"

namespace misfit {
namespace {

constexpr auto number = static_cast<double>(sizeof(double));
constexpr auto entry = static_cast<double>(sizeof(MatrixEntry));
/// A node of a map from an int, or two, to a double, as malloc() rounds it.
constexpr double map_node = 64.0;
/// Square blocks that a step of an elimination holds at once: the diagonal block, its factor twice while it
/// is made, the coupling, and the factor or inverse before.
constexpr double squares = 5.0;

double sites_of(const CrystalParameters& shape, const Shell& shell) {
    return static_cast<double>(site_count(shape, shell));
}

double bonds_per_site(const CrystalParameters& shape) { return 0.5 * bonded_lattice(shape).coordination(); }

/// Numbers of unknowns in the blocks, in their order, `unknowns` a site.
std::vector<double> block_rows(std::vector<double> planes, double unknowns) {
    for (double& plane : planes) plane *= unknowns;
    return planes;
}

/// Two after another made one.
std::vector<double> joined_in_pairs(const std::vector<double>& rows) {
    std::vector<double> pairs((rows.size() + 1) / 2, 0.0);
    for (std::size_t k = 0; k < rows.size(); ++k) pairs[k / 2] += rows[k];
    return pairs;
}

double widest(const std::vector<double>& rows) { return rows.empty() ? 0.0 : std::ranges::max(rows); }

double sum_of_squares(const std::vector<double>& rows) {
    double sum = 0.0;
    for (const double each : rows) sum += each * each;
    return sum;
}

/// Of spring matrices: a support of the rigid motions of the last block, which is dense, and for each bond
/// three products of its direction with itself.
double matrix_entries(const std::vector<double>& rows, double bonds, double d) {
    return bonds * 3.0 * d * d + rows.back() * rows.back();
}

/// What add_schur_term() takes beside the matrix to which it adds: its entries, in one list and split by
/// block, and at the widest step two blocks of Y, [rows, columns so far], and squares. A share `before` of
/// all rows, and so of the columns, lies before a step's end.
double schur_bytes(const std::vector<double>& rows, double columns, double entries) {
    double total = 0.0;
    for (const double each : rows) total += each;
    double most = 0.0;
    double before = 0.0;
    double rows_before = 0.0;
    double columns_before = 0.0;
    for (const double each : rows) {
        before += each / total;
        const double columns_here = columns * before;
        most = std::max(most, each * columns_here + rows_before * columns_before + squares * each * each);
        rows_before = each;
        columns_before = columns_here;
    }
    return number * most + 2.0 * entry * entries;
}

/// Blocks of springs along the axis where they are smallest, as smallest_blocks() finds them.
std::vector<double> smallest_rows(const CrystalParameters& shape, const Shell& shell, Boundary boundary) {
    const int d = dimension_of(shape);
    std::vector<double> smallest;
    for (int axis = d - 1; axis >= 0; --axis) {
        std::vector<double> planes = plane_sizes(shape, shell, axis);
        // A ring is folded in two, plane upon plane.
        if (boundary == Boundary::periodic) planes = joined_in_pairs(planes);
        if (smallest.empty() || sum_of_squares(planes) < sum_of_squares(smallest)) smallest = planes;
    }
    return block_rows(std::move(smallest), d);
}

}  // namespace

ElasticBytes dense_bytes(const CrystalParameters& shape, const Shell& shell, Boundary boundary) {
    const double sites = sites_of(shape, shell);
    const double held = potential_bytes(site_count(shape, shell));
    if (boundary == Boundary::periodic) {
        // Complex transforms, one for each pair of sites of a cell, and V as a function of the distance.
        const auto of_cell = static_cast<double>(bonded_lattice(shape).sites.size());
        return {held, sites * number * (2.0 * of_cell + 1.0)};
    }
    const double d = dimension_of(shape);
    std::vector<double> planes = plane_sizes(shape, shell, dimension_of(shape) - 1);
    if (std::holds_alternative<Hexagon>(shape)) {
        // An unknown a site, two rows a block. 16 entries of G a bond, 7 of L a site; each bond knows its 4
        // unknowns, 16 bytes each in a list of its own, and stands in a map.
        const double entries = sites * (3.0 * 16.0 + 7.0);
        return {held, schur_bytes(joined_in_pairs(planes), sites, entries) +
                          3.0 * sites * (4.0 * entry + map_node + sizeof(std::vector<int>))};
    }
    const std::vector<double> rows = block_rows(std::move(planes), d);
    const double bonds = bonds_per_site(shape) * sites;
    return {held, schur_bytes(rows, sites, matrix_entries(rows, bonds, d) + bonds * 4.0 * d)};
}

ElasticBytes single_bytes(const CrystalParameters& shape, const Shell& shell, Boundary boundary) {
    const ElasticBytes dense = dense_bytes(shape, shell, boundary);
    const double held = single_potential_bytes(site_count(shape, shell));
    return {held, dense.held + dense.making - held};
}

ElasticBytes displacements_bytes(const CrystalParameters& shape, const Shell& shell, Boundary boundary) {
    const double d = dimension_of(shape);
    const double unknowns = d * sites_of(shape, shell);
    const double bonds = bonds_per_site(shape) * sites_of(shape, shell);
    const std::vector<double> rows = smallest_rows(shape, shell, boundary);
    const double motions = number * unknowns * d * (d + 1.0) / 2.0;
    // A packed triangle a block, and the entries that couple it to the one before.
    const double held = 0.5 * number * sum_of_squares(rows) + entry * bonds * d * d + motions;
    return {held,
            number * squares * widest(rows) * widest(rows) + 2.0 * entry * matrix_entries(rows, bonds, d)};
}

ElasticBytes block_bytes(const CrystalParameters& shape, const Shell& shell, Boundary boundary) {
    const ElasticBytes displacements = displacements_bytes(shape, shell, boundary);
    const double d = dimension_of(shape);
    const double sites = sites_of(shape, shell);
    const double bonds = bonds_per_site(shape) * sites;
    const double widest_rows = widest(smallest_rows(shape, shell, boundary));
    // Elements of V on the diagonal and on bonds come of BlockInverse::products(). The columns of a bond's
    // ends reach over four blocks: 4 + 3 + 2 + 1 blocks of A^-1 and one product. A column has the unknowns of
    // a site and its neighbours, in a map and in a list of 32 bytes each; the loads of a bond have 4 d.
    const double columns = d * (2.0 * bonds + sites);
    const double products = number * 11.0 * widest_rows * widest_rows + columns * (map_node + 32.0) +
                            entry * 4.0 * d * bonds + (bonds + sites) * (map_node + 3.0 * number);
    return {displacements.held + number * 2.0 * (bonds + sites), std::max(displacements.making, products)};
}

ElasticBytes stiffness_modes_bytes(const CrystalParameters& shape, const Shell& shell) {
    const Lattice& lattice = bonded_lattice(shape);
    const double sites = sites_of(shape, shell);
    const double of_shell = sites - sites_of(shape, {});
    // Bonds within a layer, and from each layer but the innermost to the next.
    double within = 0.0;
    for (const Direction& direction : lattice.directions)
        within += direction.step[static_cast<std::size_t>(lattice.dimension - 1)] == 0 ? 1.0 : 0.0;
    const double across = bonds_per_site(shape) - within;
    const double stiff = of_shell * (within + across * (shell.layers - 1.0) / shell.layers);
    if (shell.layers == 0 || stiff >= sites) return {};
    const double d = lattice.dimension;
    const std::vector<double> rows = block_rows(plane_sizes(shape, shell, lattice.dimension - 1), d);
    const double bonds = bonds_per_site(shape) * sites;
    const double entries = matrix_entries(rows, bonds, d) + (2.0 * bonds + stiff) * 2.0 * d;
    const double all = sites + stiff;
    // The response of all sites and stiff bonds to each other, then that of the bonds, its eigenvectors and
    // the room that LAPACK asks for, with Q once by bonds and once by modes.
    const double response =
        number * (all * all + stiff * stiff + sites * stiff) + schur_bytes(rows, all, entries);
    const double modes = number * (4.0 * stiff * stiff + 2.0 * sites * stiff);
    return {number * sites * stiff, std::max(response, modes)};
}

}  // namespace misfit
