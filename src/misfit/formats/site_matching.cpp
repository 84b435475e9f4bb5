#include "misfit/formats/site_matching.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>
#include <numeric>
#include <queue>

#include "misfit/formats/atom_grid.hpp"

namespace misfit {
namespace {

/// So many sites are tried as that of the first atom.
constexpr std::size_t most_tries = 20;

using Positions = std::vector<Vector3>;

std::size_t index(Site site) { return static_cast<std::size_t>(site); }

Vector3 minus(const Vector3& a, const Vector3& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }
Vector3 plus(const Vector3& a, const Vector3& b) { return {a[0] + b[0], a[1] + b[1], a[2] + b[2]}; }
double norm(const Vector3& v) { return std::hypot(v[0], v[1], v[2]); }

double volume_of(const std::array<Vector3, 3>& e, bool is_flat) {
    const Vector3 face = {e[0][1] * e[1][2] - e[0][2] * e[1][1], e[0][2] * e[1][0] - e[0][0] * e[1][2],
                          e[0][0] * e[1][1] - e[0][1] * e[1][0]};
    return is_flat ? norm(face) : std::abs(face[0] * e[2][0] + face[1] * e[2][1] + face[2] * e[2][2]);
}

/// The atoms of a free crystal as one piece, where the file's cell cut it: each beside the middle of all,
/// which is that of the angles that their coordinates are along an edge.
Positions in_one_piece(const AtomFrame& frame) {
    const double volume = frame.cell ? volume_of(frame.cell->edges, false) : 0.0;
    if (!(volume > 0.0) || !std::isfinite(volume)) return frame.positions;
    const Fractions fractions(frame.cell->edges);
    Positions at;
    for (const Vector3& position : frame.positions) at.push_back(fractions.of(position));
    for (std::size_t axis = 0; axis < 3; ++axis) {
        if (!frame.cell->repeats[axis]) continue;
        double sine = 0.0;
        double cosine = 0.0;
        for (const Vector3& each : at) {
            sine += std::sin(2.0 * std::numbers::pi * each[axis]);
            cosine += std::cos(2.0 * std::numbers::pi * each[axis]);
        }
        const double middle = std::atan2(sine, cosine) / (2.0 * std::numbers::pi);
        for (Vector3& each : at) each[axis] -= std::round(each[axis] - middle);
    }
    for (Vector3& each : at) each = fractions.position(each);
    return at;
}

Vector3 mean_of(const Positions& positions) {
    Vector3 mean = {};
    for (const Vector3& each : positions)
        for (std::size_t k = 0; k < 3; ++k) mean[k] += each[k] / static_cast<double>(positions.size());
    return mean;
}

double spread_of(std::span<const Vector3> positions, const Vector3& middle) {
    double sum = 0.0;
    for (const Vector3& each : positions) {
        const double away = norm(minus(each, middle));
        sum += away * away;
    }
    return std::sqrt(sum);
}

std::array<Vector3, 3> edges_of(const Crystal& crystal) {
    std::array<Vector3, 3> edges = {{{1.0, 0.0, 0.0}, {0.0, 1.0, 0.0}, {0.0, 0.0, 1.0}}};
    for (std::size_t axis = 0; axis < 3; ++axis)
        if (crystal.period()[axis] > 0) edges[axis] = crystal.lattice().edge(axis, crystal.period()[axis]);
    return edges;
}

/// Atoms on sites, as far as they could be placed.
struct Placing {
    std::vector<Site> site_of;  ///< of each atom; -1: none
    Site placed = 0;
    double spacing = 1.0;
};

/// Tries to place atoms on sites at one spacing.
class Matcher {
public:
    Matcher(const Crystal& crystal, Positions positions, double spacing)
        : crystal_(crystal),
          spacing_(spacing),
          positions_(scaled(std::move(positions), spacing)),
          grid_(positions_, edges_of(crystal),
                {crystal.period()[0] > 0, crystal.period()[1] > 0, crystal.period()[2] > 0}) {}

    /// From the first atom that is tried: at the middle of a free crystal, the first one of a periodic one.
    Placing best() const;

private:
    static Positions scaled(Positions positions, double spacing) {
        for (Vector3& position : positions)
            for (double& component : position) component /= spacing;
        return positions;
    }
    std::vector<Site> nearest_sites(const Vector3& place) const;
    Placing grow(std::size_t atom, Site site) const;

    const Crystal& crystal_;
    double spacing_;
    Positions positions_;
    AtomGrid grid_;
};

/// Nearest first; of a flat crystal the height does not matter.
std::vector<Site> Matcher::nearest_sites(const Vector3& place) const {
    const std::array<Vector3, 3> edges = edges_of(crystal_);
    const Fractions fractions(edges);
    std::vector<double> distance;
    for (const Vector3& site : crystal_.positions()) {
        Vector3 away = minus(site, place);
        if (crystal_.dimension() == 2) away[2] = 0.0;
        Vector3 at = fractions.of(away);
        for (std::size_t axis = 0; axis < 3; ++axis)
            if (crystal_.period()[axis] > 0) at[axis] -= std::round(at[axis]);
        distance.push_back(norm(fractions.position(at)));
    }
    std::vector<Site> sites(distance.size());
    std::iota(sites.begin(), sites.end(), Site{0});
    const auto end = sites.begin() + static_cast<std::ptrdiff_t>(std::min(most_tries, sites.size()));
    std::partial_sort(sites.begin(), end, sites.end(),
                      [&](Site a, Site b) { return distance[index(a)] < distance[index(b)]; });
    sites.erase(end, sites.end());
    return sites;
}

/// An atom that may be the one of a site.
struct Guess {
    double away;  ///< from where it was expected
    Site site;
    std::size_t atom;
    Vector3 place;

    bool operator<(const Guess& other) const {  // the last is the best one
        return away != other.away ? away > other.away : site > other.site;
    }
};

/// From this atom on this site on, over nearest bonds. The best guess goes first: across a boundary between
/// A and B an atom may be nearest to where another one is expected. Sites that no bond leads to are looked
/// for as seen from the first.
Placing Matcher::grow(std::size_t atom, Site first) const {
    Placing placing = {std::vector<Site>(positions_.size(), -1), 0, spacing_};
    std::vector<bool> is_done(positions_.size(), false);
    std::priority_queue<Guess> guesses;
    const auto guess = [&](Site site, const Vector3& expected) {
        if (const auto found = grid_.nearest(expected))
            guesses.push({norm(found->away), site, found->atom, plus(expected, found->away)});
    };
    const Lattice& lattice = crystal_.lattice();
    const int half = lattice.half_coordination();
    const auto guess_neighbors = [&](Site site, const Vector3& place) {
        const LatticePoint& point = crystal_.points()[index(site)];
        for (int slot = 0; slot < lattice.slots(); ++slot) {
            const Site neighbor = crystal_.neighbor(site, slot);
            const Direction& direction = lattice.directions[static_cast<std::size_t>(slot % half)];
            if (neighbor < 0 || is_done[index(neighbor)] || !direction.nearest) continue;
            LatticePoint there = point;
            for (std::size_t k = 0; k < 3; ++k)
                there[k] += slot < half ? direction.step[k] : -direction.step[k];
            guess(neighbor, plus(place, minus(lattice.position(there), lattice.position(point))));
        }
    };
    guess(first, positions_[atom]);
    for (Site next = 0; next < crystal_.size(); ++next) {
        while (!guesses.empty()) {
            const Guess best = guesses.top();
            guesses.pop();
            if (is_done[index(best.site)] || placing.site_of[best.atom] >= 0) continue;
            is_done[index(best.site)] = true;
            placing.site_of[best.atom] = best.site;
            ++placing.placed;
            guess_neighbors(best.site, best.place);
        }
        if (!is_done[index(next)])
            guess(next, plus(positions_[atom],
                             minus(crystal_.positions()[index(next)], crystal_.positions()[index(first)])));
    }
    return placing;
}

Placing Matcher::best() const {
    const bool is_free = crystal_.boundary() == Boundary::free;
    std::size_t atom = 0;
    Vector3 origin = {};
    if (is_free) {
        origin = mean_of(positions_);
        const auto middle = std::ranges::min_element(
            positions_, {}, [&](const Vector3& position) { return norm(minus(position, origin)); });
        atom = static_cast<std::size_t>(middle - positions_.begin());
    }
    Placing best = {std::vector<Site>(positions_.size(), -1), 0, spacing_};
    for (const Site site : nearest_sites(minus(positions_[atom], origin))) {
        Placing placing = grow(atom, site);
        if (placing.placed > best.placed) best = std::move(placing);
        if (best.placed == crystal_.size()) break;
    }
    return best;
}

/// The atoms of a periodic crystal as they lie in its cell, if the edges of the file's are the same ones,
/// turned.
Positions in_our_cell(const AtomFrame& frame, const Crystal& crystal) {
    std::array<Vector3, 3> theirs = frame.cell->edges;
    const double height = std::sqrt(volume_of(theirs, true));
    if (crystal.dimension() == 2) theirs[2] = {0.0, 0.0, height > 0.0 ? height : 1.0};
    const Fractions from(theirs);
    const Fractions to(edges_of(crystal));
    Positions positions;
    for (const Vector3& position : frame.positions) positions.push_back(to.position(from.of(position)));
    return positions;
}

/// What a spacing may be in this file: 1, and what its size says.
std::vector<double> spacings(const AtomFrame& frame, const Positions& positions, const Crystal& crystal) {
    double likely = 1.0;
    if (crystal.boundary() == Boundary::free) {
        likely = spread_of(positions, mean_of(positions)) / spread_of(crystal.positions(), {});
    } else if (frame.cell) {
        const bool is_flat = crystal.dimension() == 2;
        const double ratio = volume_of(frame.cell->edges, is_flat) / volume_of(edges_of(crystal), is_flat);
        likely = is_flat ? std::sqrt(ratio) : std::cbrt(ratio);
    }
    std::vector<double> all;
    constexpr double near = 1.25;  // displacements change the size of a relaxed crystal by less
    const bool is_periodic = crystal.boundary() == Boundary::periodic;
    if (is_periodic || (likely < near && likely > 1.0 / near)) all.push_back(1.0);
    if (likely != 1.0 && std::isfinite(likely) && likely > 0.0) all.push_back(likely);
    return all;
}

[[noreturn]] void refuse(const AtomFrame& frame, const AtomText& text, const Crystal& crystal,
                         const Placing& best) {
    const auto lost = static_cast<std::size_t>(std::ranges::find(best.site_of, -1) - best.site_of.begin());
    for (std::size_t k = 0; k < frame.positions.size(); ++k)
        if (k != lost &&
            norm(minus(frame.positions[k], frame.positions[lost])) < AtomGrid::reach * best.spacing)
            text.fail(std::max(frame.lines[k], frame.lines[lost]),
                      fmt::format("a second atom at the place of line {}",
                                  std::min(frame.lines[k], frame.lines[lost])));
    text.fail(frame.lines[lost],
              fmt::format("the atom is on no site of the crystal ({}), of which {} of {} are found at a "
                          "lattice spacing of {:.4g} in the file; atoms may be scaled and moved, but not "
                          "turned",
                          crystal.shape(), best.placed, crystal.size(), best.spacing));
}

}  // namespace

std::vector<Site> match_sites(const AtomFrame& frame, const AtomText& text, const Crystal& crystal) {
    if (frame.positions.size() != static_cast<std::size_t>(crystal.size()))
        text.fail(frame.line, fmt::format("the frame has {} atoms, the crystal ({}) {} sites",
                                          frame.positions.size(), crystal.shape(), crystal.size()));
    const Positions positions = crystal.boundary() == Boundary::free ? in_one_piece(frame) : frame.positions;
    Placing best = {std::vector<Site>(positions.size(), -1), 0, 1.0};
    for (const double spacing : spacings(frame, positions, crystal)) {
        Placing placing = Matcher(crystal, positions, spacing).best();
        if (placing.placed == crystal.size()) return placing.site_of;
        if (placing.placed >= best.placed) best = std::move(placing);
    }
    if (frame.cell && crystal.boundary() == Boundary::periodic) {
        Placing placing = Matcher(crystal, in_our_cell(frame, crystal), 1.0).best();
        if (placing.placed == crystal.size()) return placing.site_of;
    }
    refuse(frame, text, crystal, best);
}

}  // namespace misfit
