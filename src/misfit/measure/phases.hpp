#pragma once

#include <array>
#include <span>
#include <vector>

#include "misfit/crystal/crystal.hpp"
#include "misfit/measure/observable.hpp"

namespace misfit {

/// Phase of a site by its plaquette (physics: Eq. 13). The value is the order parameter s.
enum class Phase : std::int8_t { U2 = -2, S2 = -1, unclassified = 0, S1 = 1, U1 = 2 };

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
