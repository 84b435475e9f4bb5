#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "misfit/crystal/crystal.hpp"
#include "misfit/crystal/species.hpp"
#include "misfit/measure/observable.hpp"

namespace misfit {

/// Phase of a site by its plaquette (physics: Eq. 13). The value is the order parameter s.
enum class Phase : std::int8_t { U2 = -2, S2 = -1, unclassified = 0, S1 = 1, U1 = 2 };

/// A phase for people: in records, tables, pictures.
struct PhaseLook {
    Phase phase;
    std::string_view name;
    std::string_view description;  ///< completes "fraction of interior sites in ..."
    std::string_view color;        ///< of a site; U1 looks as A, U2 as B
    std::string_view dark_color;   ///< on a dark page
    std::string_view line_color;   ///< of a curve
    bool needs_ring;               ///< defined only where neighbours have an order round the site
};

/// In the order of the succession, in which tables and keys list them.
inline constexpr std::array<PhaseLook, 5> phase_looks = {
    {{Phase::U1, "U1", "U1: A among A", species_looks[0].color, species_looks[0].dark_color,
      species_looks[0].color, false},
     {Phase::S1, "S1", "S1: superlattice rich in A", "#67b3d6", "#8fd0ea", "#67b3d6", true},
     {Phase::S2, "S2", "S2: superlattice rich in B", "#f6cf5b", "#f6cf5b", "#f6cf5b", true},
     {Phase::U2, "U2", "U2: B among B", species_looks[1].color, species_looks[1].dark_color,
      species_looks[1].color, false},
     {Phase::unclassified, "unclassified", "no phase", "#f2f2f2", "#4a4f58", "#9a9a9a", false}}};

/// How many sites are in each phase, by phase_index.
using PhaseCounts = std::array<std::size_t, 5>;
constexpr std::size_t phase_index(Phase phase) {
    return static_cast<std::size_t>(static_cast<int>(phase) + 2);
}

/// Classifies sites by themselves and their neighbours. Where these have an order round the site, as in the
/// triangular lattice (Eq. 13): U1 A among A, U2 B among B, S1 B among A or A with neighbours alternating
/// round the ring, S2 A among B or B with alternating neighbours. Elsewhere: U1 and U2 if all neighbours, 18
/// in the simple cubic lattice, are like the site. Only interior sites, all of whose neighbours exist and are
/// not shell, are classified; the outermost layer of the crystal (of the core, where there is a shell) is
/// left out.
class PhaseClassifier {
public:
    explicit PhaseClassifier(const Crystal& crystal);

    /// The sites that are classified.
    std::span<const Site> sites() const { return sites_; }
    /// The neighbours by which they are, [sites][ring_size()]; in order round the site where the lattice has
    /// one.
    std::span<const Site> rings() const { return rings_; }
    std::size_t ring_size() const { return ring_size_; }
    bool rings_are_cyclic() const { return is_cyclic_; }
    /// Phase of the k-th of sites(). O(z).
    Phase classify(std::span<const Spin> sigma, std::size_t k) const;
    /// How many of sites() are in each phase. O(N z).
    PhaseCounts count(std::span<const Spin> sigma) const;

private:
    bool is_cyclic_;
    std::size_t ring_size_;
    std::vector<Site> sites_;
    std::vector<Site> rings_;  // [sites][ring_size]
};

/// f_U1, f_S1, f_S2 (where rings are cyclic), f_U2, f_unclassified: fractions of the classified sites.
Observable phase_fractions(const Crystal& crystal);

/// f_U = f_U1 + f_U2: the order parameter of the transition from modulated to unstructured cores, whose
/// variance is chi.
Observable unstructured_fraction(const Crystal& crystal);

}  // namespace misfit
