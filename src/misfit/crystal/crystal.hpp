#pragma once

#include <span>
#include <string>
#include <vector>

#include "misfit/base/types.hpp"
#include "misfit/crystal/lattice.hpp"

namespace misfit {

/// A harmonic spring between two bonded sites.
struct Bond {
    Site first;        ///< the end that comes first in the site order
    Site second;       ///< first + directions[direction].step
    int direction;     ///< index into lattice().directions; unit vector a_b from first to second
    double stiffness;  ///< k_b, relative to an ordinary bond: 1, or k_shell between two shell sites
};

/// A shell around the core: sites whose species stays fixed.
struct Shell {
    int layers = 0;          ///< lattice layers on every side
    double stiffness = 1.0;  ///< k_shell of a bond between two shell sites (a core-shell bond has 1)
};

/// A finite crystal: its sites in the one site order used everywhere (state, potential, record,
/// Python), their positions, bonds and layers. Immutable.
///
/// Site order: ascending z, then y, then x of the lattice coordinates; x runs fastest. It is the
/// order of every array over sites, of the rows of V, and of every record.
class Crystal {
public:
    /// Builds the crystal that consists of `points`, in any order and without repetition.
    /// Layer 1 is outermost: the sites that lack a neighbour; layer k+1 touches layer k.
    /// Throws Error if a point repeats, if there are fewer than two, or if the shell leaves no core.
    /// O(N log N).
    Crystal(const Lattice& lattice, std::vector<LatticePoint> points, std::string shape,
            const Shell& shell = {});

    const Lattice& lattice() const { return *lattice_; }
    int dimension() const { return lattice_->dimension; }
    /// What the user asked for: "hexagon, side 16".
    const std::string& shape() const { return shape_; }
    const Shell& shell() const { return shell_; }

    /// N, shell included.
    Site size() const { return static_cast<Site>(points_.size()); }
    /// Lattice coordinates, [N].
    std::span<const LatticePoint> points() const { return points_; }
    /// Cartesian positions in lattice spacings, centred on their mean, [N].
    std::span<const Vector3> positions() const { return positions_; }
    /// 1 at the surface, growing inwards, [N].
    std::span<const int> layers() const { return layers_; }

    /// The site at `direction`, or -1. Directions 0 to h-1 lead forward, in the order of
    /// lattice().directions; h + d is the opposite of d (h = half the coordination number).
    Site neighbor(Site site, int direction) const {
        return neighbors_[static_cast<std::size_t>(site) *
                              static_cast<std::size_t>(lattice_->coordination()) +
                          static_cast<std::size_t>(direction)];
    }
    /// True for a site with fewer neighbours than the lattice has: only there are ions exchanged.
    bool is_surface(Site site) const { return layers_[static_cast<std::size_t>(site)] == 1; }
    bool is_shell(Site site) const { return layers_[static_cast<std::size_t>(site)] <= shell_.layers; }

    /// Every bond once, ordered by first end, then direction.
    std::span<const Bond> bonds() const { return bonds_; }

    /// The lattice point's site, or -1. O(log N).
    Site find(const LatticePoint& point) const;

private:
    const Lattice* lattice_;
    std::string shape_;
    Shell shell_;
    std::vector<LatticePoint> points_;
    std::vector<Vector3> positions_;
    std::vector<Site> neighbors_;
    std::vector<int> layers_;
    std::vector<Bond> bonds_;
};

}  // namespace misfit
