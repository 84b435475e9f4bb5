#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "misfit/engine/kmc.hpp"

namespace misfit::selfcheck {

/// The hexagon of seven sites, all of it: 128 states, their energies from V = k k^T/12 with k = 6 at the
/// centre and -1 on the rim, the rates of all events from those energies.
class SevenSites {
public:
    static constexpr std::size_t states = 128;
    using Law = std::array<double, states>;  ///< a number for each state

    SevenSites(const Crystal& crystal, const ModelParameters& model);

    /// Bit j of a state's number is 1 where site j is A.
    static std::size_t number(std::span<const Spin> sigma);
    static std::vector<Spin> species(std::size_t number);

    double energy(std::size_t state) const { return energy_[state]; }
    /// exp(-E/kT)/Z.
    Law boltzmann() const;
    /// Q[s][s'] is the rate from s to s' with k_ex = k_diff = 1; rows sum to zero.
    const std::vector<Law>& rates() const { return rates_; }

    /// The law at time t of a process that is in `start` at 0: the row of exp(t Q).
    Law law_at(double t, std::size_t start) const;
    /// The law after so many attempts of Monte Carlo that flip one of the sites.
    Law law_after(int attempts, std::size_t start) const;

private:
    double beta_;
    Law energy_ = {};
    std::vector<Law> rates_;
};

}  // namespace misfit::selfcheck
