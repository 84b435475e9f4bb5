#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "misfit/engine/kmc_event.hpp"
#include "misfit/engine/kmc_parameters.hpp"
#include "misfit/model/hamiltonian.hpp"
#include "misfit/model/state.hpp"

namespace misfit {

/// Why `advance` returned.
enum class Stop {
    until,        ///< the next event does not come before `until`
    composition,  ///< c has come down to stop_at_composition
    max_events,   ///< so many events have happened
    frozen,       ///< nothing can happen: every rate is zero
    paused,       ///< the event budget of this call is spent; call again to go on
};
inline constexpr std::array<const char*, 5> stop_words = {"until", "composition", "max_events", "frozen",
                                                          "paused"};

/// What all trajectories of one model share: the tables of the rate kernels. Immutable.
class KmcTables;

/// Kinetic Monte Carlo in continuous time (Gillespie 1977; paper: KMC Algorithm, Eqs. 11 and 12) of
/// exchange at surface sites and swaps of bonded unlike pairs.
///
/// Attempts that are events with a probability known exactly (KmcRates) stand in for rates that are exact at
/// every instant: the law is the same, and most rates need not be touched at an event.
///
/// Rates factorise. With z_j = exp(beta [sigma_j (phi_j - J h_j) - V_jj]), the rate of a swap is
/// k_diff z_i z_j exp(2 beta V_ij) (times exp(-2 beta J) for a nearest pair) and the rate of an
/// exchange k_ex z_j exp(-beta delta_mu sigma_j / 2): one exponential a site gives all of them.
/// Sums are always made afresh from what they are sums of, so rates over 30 decades lose no digits.
///
/// The order of events, in which the choice runs, is: by site; at a site its exchange first, then its
/// bonds forward in the order of lattice().directions. An engine borrows the state; what it caches is
/// rebuilt from the state to the same bits.
class Kmc {
public:
    /// Builds the tables. O(N z). Throws Error for t_end, rates or limits out of range.
    Kmc(const Hamiltonian& hamiltonian, const KmcParameters& parameters);
    /// Another engine over the same tables, for another thread.
    Kmc(const Kmc& other);
    Kmc& operator=(const Kmc&) = delete;
    ~Kmc();

    /// Lets events happen until the next one would not come before `until` (or t_end), an end condition
    /// holds, or `budget` events have happened in this call. The state is left as it is after the last
    /// event, so an observable taken at a due time `until` sees the state before the event that crosses
    /// it. Where calls are cut does not change the trajectory. Who goes on from `until` under another law, or
    /// with other species, sets the state's time to it and takes another stage's random numbers: those of the
    /// next event are known not to let it come before. One event is one multiplication a site with
    /// rows of V, and O(log N) without an elastic term.
    /// Throws Error, naming site and state, when a rate is not finite, and for an `until` that is no number.
    Stop advance(State& state, double until,
                 std::uint64_t budget = std::numeric_limits<std::uint64_t>::max());

    /// Every possible event of a state in the order of choice, each with its rate above 0. O(N z).
    std::vector<KmcEvent> events(const State& state);

    const Hamiltonian& hamiltonian() const;
    const KmcParameters& parameters() const;

private:
    struct Workspace;
    /// Makes the caches those of the state, unless they are.
    void prepare(State& state);
    /// Lets an event happen: species, counts, phi and rates.
    void apply(State& state, const KmcEvent& event);

    std::shared_ptr<const KmcTables> tables_;
    std::unique_ptr<Workspace> workspace_;
};

/// Events between which an engine may be left to look at something else: some hundredths of a second, or one
/// where V is held in blocks, and so many that what a call costs besides, O(N), does not count.
std::uint64_t events_between_looks(const Hamiltonian& hamiltonian);

}  // namespace misfit
