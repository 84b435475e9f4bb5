#include "misfit/selfcheck/potential_checks.hpp"

#include <algorithm>
#include <cmath>

#include "misfit/crystal/shapes.hpp"
#include "misfit/elastic/potential_report.hpp"

namespace misfit::selfcheck {
namespace {

/// Half a unit of the ninth decimal, to which the values are known.
constexpr double ninth = 5e-10;

Site corner_of(const Crystal& crystal) {
    Site corner = 0;
    const auto fewest = [&](Site site) {
        return std::ranges::count(
            crystal.neighbors().subspan(
                static_cast<std::size_t>(site) * static_cast<std::size_t>(crystal.lattice().slots()),
                static_cast<std::size_t>(crystal.lattice().slots())),
            -1);
    };
    for (Site site = 1; site < crystal.size(); ++site)
        if (fewest(site) > fewest(corner)) corner = site;
    return corner;
}

}  // namespace

std::vector<Finding> check_hexagon_potential(const Crystal& crystal, const Potential& V) {
    const PotentialReport report = report_potential(V, true);
    const Site centre = crystal.find({0, 0, 0});
    const Site nearest = crystal.find({1, 0, 0});
    const Site corner = corner_of(crystal);
    return {
        at_most("hexagon of 271: max |V_ij - V_ji|", report.asymmetry, 1e-14),
        // Rounding of 271 numbers below 4.
        at_most("max |row sum of V|", report.largest_row_sum, 1e-14 * V.size()),
        equal("zero eigenvalues: 6 (side - 1)", report.zero_eigenvalues, 54),
        near("least other eigenvalue", report.smallest_nonzero_eigenvalue, 3.020453293, ninth),
        near("greatest eigenvalue", report.largest_eigenvalue, 3.981944903, ninth),
        near("trace of V", report.trace, 788.841711455, ninth, 12),
        near("V centre, centre", V(centre, centre), 3.638587206, ninth),
        near("V centre, nearest", V(centre, nearest), 0.064759288, ninth, 8),
        near("V corner, corner", V(corner, corner), 0.137883241, ninth, 9),
    };
}

std::vector<Finding> check_box_potential(const Crystal& crystal, const Potential& V) {
    const PotentialReport report = report_potential(V, false);
    const Site corner = corner_of(crystal);
    // In a box the point in the middle of the lowest corner's opposite octant: a middle one of 6 x 6 x 6.
    const Site middle = *crystal.nearest_site({0.5, 0.5, 0.5}, 0.1);
    return {
        at_most("box 6 x 6 x 6: max |V_ij - V_ji|", report.asymmetry, 1e-13),
        at_most("max |row sum of V|", report.largest_row_sum, 1e-13 * V.size()),
        near("V middle, middle unprojected", V.raw_diagonal(middle), 14.991014924, ninth, 11),
        near("V corner, corner unprojected", V.raw_diagonal(corner), 0.135287898, ninth, 9),
    };
}

std::vector<Finding> check_periodic_potential(const Potential& V) {
    const PotentialReport report = report_potential(V, true);
    return {
        at_most("periodic 12 x 12: max |row sum of V|", report.largest_row_sum, 1e-14 * V.size()),
        equal("zero eigenvalues: the uniform one", report.zero_eigenvalues, 1),
        near("least other eigenvalue, at the zone corner", report.smallest_nonzero_eigenvalue, 3.0, 1e-12,
             12),
    };
}

Finding check_same_potential(const std::string& what, const Potential& a, const Potential& b) {
    double difference = a.size() == b.size() ? 0.0 : INFINITY;
    for (Site i = 0; i < std::min(a.size(), b.size()); ++i)
        for (Site j = 0; j < std::min(a.size(), b.size()); ++j)
            difference = std::max(difference, std::abs(a(i, j) - b(i, j)));
    return at_most(what, difference, 1e-12);
}

std::vector<Finding> check_potentials() {
    const Crystal hexagon = build_crystal(Hexagon{10});
    const Crystal box = build_crystal(Box{{6, 6, 6}});
    std::vector<Finding> all = check_hexagon_potential(hexagon, build_potential(hexagon));
    all.push_back(check_same_potential("V by closed form - V by elimination", hexagon_potential(hexagon),
                                       general_potential(hexagon)));
    for (const std::vector<Finding>& more : {check_box_potential(box, build_potential(box)),
                                             check_periodic_potential(build_potential(build_crystal(
                                                 Parallelogram{{12, 12}}, {}, Boundary::periodic)))})
        all.insert(all.end(), more.begin(), more.end());
    return all;
}

}  // namespace misfit::selfcheck
