#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "misfit/base/range.hpp"
#include "misfit/base/types.hpp"
#include "misfit/crystal/lattice.hpp"

namespace misfit {

/// A harmonic spring between two bonded sites.
struct Bond {
    Site first;        ///< the end from which the bond leads forward
    Site second;       ///< the site at first + directions[direction].step; comes after `first` in the site
                       ///< order unless the bond crosses a periodic boundary
    int direction;     ///< index into lattice().directions; unit vector a_b from first to second
    double stiffness;  ///< k_b, relative to a nearest bond outside a shell: k_shell between two shell sites,
                       ///< times k2 of a next-nearest bond
    double mismatch;   ///< m_b, that of its direction
};

/// A shell around the core: sites whose species stays fixed.
struct Shell {
    int layers = 0;          ///< lattice layers on every side
    double stiffness = 1.0;  ///< k_shell of a bond between two shell sites (a core-shell bond has 1)

    static constexpr Range stiffness_range = above(0.0);
    /// Throws Error, saying what is allowed, unless there are no layers or more, of a stiffness in range.
    void validate() const;
    bool operator==(const Shell&) const = default;
};

/// What is at the ends of a crystal: nothing, or the crystal again.
enum class Boundary : std::uint8_t { free, periodic };

/// A crystal, finite or the repeated cell of a periodic one: its sites in the one site order used everywhere
/// (state, potential, record, Python), their positions, bonds and layers. Immutable.
///
/// Site order: ascending z, then y, then x of the lattice coordinates; x runs fastest. It is the
/// order of every array over sites, of the rows of V, and of every record.
class Crystal {
public:
    static constexpr Range next_nearest_range = at_least(0.0);

    /// Builds the crystal that consists of `points`, in any order and without repetition.
    /// Layer 1 is outermost: the sites that lack a nearest neighbour (of the simple cubic lattice: any);
    /// layer k+1 touches layer k. `next_nearest_stiffness` is k2 of the bonds that are not nearest, 1 in the
    /// simple cubic lattice and otherwise 0 where nothing is said; with 0 there are none. With a `period` the
    /// crystal repeats after so many lattice points along each axis of the lattice; the points are then all
    /// of 0 to period - 1. Throws Error if a point repeats or lies outside the lattice's dimensions, if there
    /// are fewer than two, if the shell is out of range or leaves no core; for a periodic crystal also if a
    /// period is below 3 (two bonds would join the same pair), if it is not 0 along an axis that the lattice
    /// lacks, if points are missing, or if there is a shell; if k2 is negative, not 0 where the lattice has
    /// no next-nearest bonds, or 0 where it is floppy without them. O(N log N).
    Crystal(const Lattice& lattice, std::vector<LatticePoint> points, std::string shape,
            const Shell& shell = {}, const std::array<int, 3>& period = {},
            std::optional<double> next_nearest_stiffness = std::nullopt);

    /// Without next-nearest bonds where k2 is 0.
    const Lattice& lattice() const { return *lattice_; }
    int dimension() const { return lattice_->dimension; }
    /// What the user asked for: "hexagon, side 16".
    const std::string& shape() const { return shape_; }
    const Shell& shell() const { return shell_; }
    /// k2.
    double next_nearest_stiffness() const { return next_nearest_stiffness_; }
    Boundary boundary() const { return period_[0] > 0 ? Boundary::periodic : Boundary::free; }
    /// Lattice points along each axis after which the crystal repeats; zeros where it does not.
    const std::array<int, 3>& period() const { return period_; }
    /// The vectors, in lattice spacings, by which it repeats along each axis; zero where it does not.
    std::array<Vector3, 3> cell() const;

    /// N, shell included.
    Site size() const { return static_cast<Site>(points_.size()); }
    /// Lattice coordinates, [N].
    std::span<const LatticePoint> points() const { return points_; }
    /// Cartesian positions in lattice spacings, centred on their mean, [N].
    std::span<const Vector3> positions() const { return positions_; }
    /// 1 at the surface, growing inwards; 0 everywhere in a periodic crystal, which has no surface, [N].
    std::span<const int> layers() const { return layers_; }

    /// The site at `direction`, or -1. Directions 0 to h-1 lead forward, in the order of
    /// lattice().directions; h + d is the opposite of d (h = half the lattice's slots).
    Site neighbor(Site site, int direction) const {
        return neighbors_[static_cast<std::size_t>(site) * static_cast<std::size_t>(lattice_->slots()) +
                          static_cast<std::size_t>(direction)];
    }
    /// All of them, [N, slots], site by site.
    std::span<const Site> neighbors() const { return neighbors_; }
    /// True if the lattice has a bond here that leads to no site.
    bool lacks(Site site, int direction) const {
        return neighbor(site, direction) < 0 &&
               lattice_->has_slot(points_[static_cast<std::size_t>(site)], direction);
    }
    /// True for a site of layer 1: only there are ions exchanged.
    bool is_surface(Site site) const { return layers_[static_cast<std::size_t>(site)] == 1; }
    bool is_shell(Site site) const {
        return shell_.layers > 0 && layers_[static_cast<std::size_t>(site)] <= shell_.layers;
    }

    /// Every bond once, ordered by first end, then direction.
    std::span<const Bond> bonds() const { return bonds_; }

    /// The lattice point's site, or -1. In a periodic crystal coordinates count modulo the period.
    /// O(log N).
    Site find(const LatticePoint& point) const;
    /// The site within `distance` (below 1/2) of a position, if there is one. O(log N).
    std::optional<Site> nearest_site(const Vector3& position, double distance) const;

private:
    void set_next_nearest(std::optional<double> stiffness);
    void require_whole_cell() const;
    void require_single_bonds() const;
    void number_layers();

    const Lattice* lattice_;
    std::string shape_;
    Shell shell_;
    double next_nearest_stiffness_ = 0.0;
    std::array<int, 3> period_;
    std::vector<LatticePoint> points_;
    std::vector<Vector3> positions_;
    std::vector<Site> neighbors_;
    std::vector<int> layers_;
    std::vector<Bond> bonds_;
};

/// The sites whose species may change, ascending.
std::vector<Site> core_sites(const Crystal& crystal);

}  // namespace misfit
