#include "misfit/measure/phases.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace misfit {
namespace {

/// The slots of a site's neighbours, in cyclic order if the lattice has one.
std::vector<int> ring_of(const Crystal& crystal, Site site) {
    const Lattice& lattice = crystal.lattice();
    if (!lattice.ring.empty()) return {lattice.ring.begin(), lattice.ring.end()};
    std::vector<int> slots;
    for (int slot = 0; slot < lattice.slots(); ++slot)
        if (lattice.has_slot(crystal.points()[static_cast<std::size_t>(site)], slot)) slots.push_back(slot);
    return slots;
}

/// Phase by the species of the ring (bit k: neighbour k is A) and of the site itself.
Phase triangular_phase(bool center_is_A, unsigned ring) {
    constexpr unsigned all_A = 0b111111;
    constexpr unsigned all_B = 0;
    const bool alternating = ring == 0b010101 || ring == 0b101010;
    if (center_is_A) {
        if (ring == all_A) return Phase::U1;
        if (ring == all_B) return Phase::S2;
        return alternating ? Phase::S1 : Phase::unclassified;
    }
    if (ring == all_B) return Phase::U2;
    if (ring == all_A) return Phase::S1;
    return alternating ? Phase::S2 : Phase::unclassified;
}

double fraction(std::size_t count, const PhaseClassifier& classifier) {
    return static_cast<double>(count) /
           static_cast<double>(std::max<std::size_t>(classifier.sites().size(), 1));
}

}  // namespace

PhaseClassifier::PhaseClassifier(const Crystal& crystal)
    : is_cyclic_(!crystal.lattice().ring.empty()),
      ring_size_(static_cast<std::size_t>(crystal.lattice().coordination())) {
    for (Site site = 0; site < crystal.size(); ++site) {
        if (crystal.is_shell(site)) continue;
        const std::vector<int> ring = ring_of(crystal, site);
        const bool interior = std::all_of(ring.begin(), ring.end(), [&](int slot) {
            const Site other = crystal.neighbor(site, slot);
            return other >= 0 && !crystal.is_shell(other);
        });
        if (!interior) continue;
        sites_.push_back(site);
        for (const int slot : ring) rings_.push_back(crystal.neighbor(site, slot));
    }
}

Phase PhaseClassifier::classify(std::span<const Spin> sigma, std::size_t k) const {
    const bool center_is_A = sigma[static_cast<std::size_t>(sites_[k])] > 0;
    const std::span<const Site> ring(rings_.data() + k * ring_size_, ring_size_);
    if (is_cyclic_) {
        unsigned bits = 0;
        for (std::size_t n = 0; n < ring_size_; ++n)
            bits |= (sigma[static_cast<std::size_t>(ring[n])] > 0 ? 1U : 0U) << n;
        return triangular_phase(center_is_A, bits);
    }
    const bool uniform = std::ranges::all_of(
        ring, [&](Site site) { return (sigma[static_cast<std::size_t>(site)] > 0) == center_is_A; });
    if (!uniform) return Phase::unclassified;
    return center_is_A ? Phase::U1 : Phase::U2;
}

PhaseCounts PhaseClassifier::count(std::span<const Spin> sigma) const {
    PhaseCounts counts = {};
    for (std::size_t k = 0; k < sites_.size(); ++k) ++counts[phase_index(classify(sigma, k))];
    return counts;
}

Observable phase_fractions(const Crystal& crystal) {
    std::vector<PhaseLook> rows;
    for (const PhaseLook& look : phase_looks)
        if (!look.needs_ring || !crystal.lattice().ring.empty()) rows.push_back(look);
    Observable observable;
    for (const PhaseLook& row : rows)
        observable.columns.push_back({fmt::format("f_{}", row.name), "1",
                                      fmt::format("fraction of interior sites in {}", row.description),
                                      "phases", std::string(row.name)});
    observable.measure = [rows, classifier = PhaseClassifier(crystal)](const State& state,
                                                                       std::span<double> values) {
        const PhaseCounts counts = classifier.count(state.sigma);
        for (std::size_t column = 0; column < rows.size(); ++column)
            values[column] = fraction(counts[phase_index(rows[column].phase)], classifier);
    };
    return observable;
}

Observable unstructured_fraction(const Crystal& crystal) {
    return {{{"f_U", "1", "fraction of interior sites in U1 or U2", "order", "f_U"}},
            [classifier = PhaseClassifier(crystal)](const State& state, std::span<double> values) {
                const PhaseCounts counts = classifier.count(state.sigma);
                values[0] =
                    fraction(counts[phase_index(Phase::U1)] + counts[phase_index(Phase::U2)], classifier);
            }};
}

}  // namespace misfit
