#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "misfit/base/random.hpp"
#include "misfit/base/types.hpp"

namespace misfit {

/// What can happen to a crystal, for counting.
enum class EventKind : std::uint8_t {
    exchange_A_to_B = 0,    ///< a surface site gives up A for B
    exchange_B_to_A = 1,    ///< the reverse
    swap_nearest = 2,       ///< two unlike nearest neighbours change places
    swap_next_nearest = 3,  ///< three dimensions: along a next-nearest bond
    swap_nonlocal = 4,      ///< two unlike sites anywhere in the core: equilibrium Monte Carlo only
};
inline constexpr std::size_t event_kinds = 5;
inline constexpr std::size_t kmc_event_kinds = 4;  ///< the first ones, which kinetic Monte Carlo knows
inline constexpr std::array<const char*, event_kinds> event_kind_names = {
    "exchange_A_to_B", "exchange_B_to_A", "swap_nearest", "swap_next_nearest", "swap_nonlocal"};

/// The only thing that changes during a run. All that a checkpoint must hold is a field here;
/// whatever an engine caches is a function of it.
struct State {
    std::vector<Spin> sigma;    ///< species, [N]
    AlignedVector<double> phi;  ///< V dsigma, epsilon included, [N]
    /// phi (less m V_raw,jj for published rates) at each site as it was when kinetic Monte Carlo last made
    /// its rates, which are not made anew before phi has moved far enough; [N], empty until then.
    AlignedVector<double> rated_phi;
    Site count_A = 0;        ///< number of sites with sigma = +1
    double time = 0.0;       ///< of the last event, in units of 1/k0
    std::uint64_t step = 0;  ///< events (KMC) or attempts so far: in the stream's counter
    RandomStream random;     ///< names this trajectory's random numbers
    std::array<std::uint64_t, event_kinds> events = {};  ///< events so far by kind
    double phi_deviation = 0.0;  ///< largest |phi - V dsigma| seen when phi was recomputed

    Site size() const { return static_cast<Site>(sigma.size()); }
    /// m = mean of sigma over all sites.
    double mean_sigma() const {
        return (2.0 * count_A - static_cast<double>(size())) / static_cast<double>(size());
    }
    /// c, the fraction of A.
    double composition() const { return static_cast<double>(count_A) / static_cast<double>(size()); }

    bool operator==(const State&) const = default;
};

}  // namespace misfit
