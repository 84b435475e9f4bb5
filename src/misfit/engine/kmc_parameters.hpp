#pragma once

#include <array>
#include <cstdint>
#include <limits>

#include "misfit/base/range.hpp"
#include "misfit/crystal/arrangement.hpp"

namespace misfit {

/// Which energy change the rates are made of.
enum class RateRule {
    exact,      ///< dE of the Hamiltonian: detailed balance holds
    published,  ///< the self-term of the paper's released program (physics: section 2)
};
inline constexpr std::array<const char*, 2> rate_words = {"exact", "published"};

/// Which pairs of sites may swap.
enum class Swaps {
    bonded,   ///< every bonded pair: nearest and, in three dimensions, next-nearest neighbours
    nearest,  ///< nearest neighbours only; the other bonds are springs all the same
};
inline constexpr std::array<const char*, 2> swap_words = {"bonded", "nearest"};

/// A site's rates are made anew when phi has moved by this many kT since they were made (KmcRates).
inline constexpr double rate_tolerance = 0.25;

/// The [kmc] table.
struct KmcParameters {
    double t_end = 400.0;  ///< the run ends at this time, in units of 1/k0
    /// The trajectory ends when c has come down to this; a negative value never ends it.
    double stop_at_composition = -1.0;
    std::uint64_t max_events = std::numeric_limits<std::uint64_t>::max();
    double exchange_rate = 1.0;   ///< k_ex, the bare rate of exchange at a surface site
    double diffusion_rate = 1.0;  ///< k_diff, the bare rate of a swap along a bond
    RateRule rates = RateRule::exact;
    Swaps swaps = Swaps::bonded;

    static constexpr Range t_end_range = above(0.0);
    static constexpr Range stop_at_composition_range = composition_range;
    static constexpr Range rate_range = at_least(0.0);
    /// Throws Error, naming the parameter, what it is and what is allowed, unless all are in range.
    void validate() const;
    bool operator==(const KmcParameters&) const = default;
};

/// True if rates follow the same law: ends may differ.
bool have_one_law(const KmcParameters& a, const KmcParameters& b);

}  // namespace misfit
