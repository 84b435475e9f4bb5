#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "misfit/base/types.hpp"

namespace misfit {

/// The species at a site gives way to another one. In a list of changes no site stands twice.
struct Change {
    Site site;
    Spin from;
    Spin to;

    bool operator==(const Change&) const = default;
};

/// What the energy knows of a species.
struct SpeciesEnergy {
    Spin sigma = 0;       ///< what stands for it in sigma, and multiplies itself in the Ising term
    double size = 0.0;    ///< s: of what the elastic energy is made; A has 1, B -1
    double charge = 0.0;  ///< q, of pair interactions
    double mu = 0.0;      ///< chemical potential
};

/// The species of a model, by what stands for them in sigma.
class SpeciesEnergies {
public:
    /// Throws Error if there are none, if two have the same sigma, or if a number is not finite.
    explicit SpeciesEnergies(std::vector<SpeciesEnergy> species);

    std::span<const SpeciesEnergy> all() const { return species_; }
    bool knows(Spin sigma) const { return index_[slot(sigma)] >= 0; }
    /// Only if it is known.
    const SpeciesEnergy& operator[](Spin sigma) const {
        return species_[static_cast<std::size_t>(index_[slot(sigma)])];
    }

private:
    static std::size_t slot(Spin sigma) { return static_cast<std::uint8_t>(sigma); }

    std::vector<SpeciesEnergy> species_;
    std::array<int, 256> index_ = {};  ///< by slot, -1 where there is none
};

/// A and B: sizes and charges 1 and -1, chemical potentials delta_mu/2 and -delta_mu/2.
SpeciesEnergies ions(double delta_mu);

}  // namespace misfit
