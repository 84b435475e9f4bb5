#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "misfit/engine/kmc.hpp"
#include "misfit/model/model.hpp"

namespace misfit {

/// Where a process happens.
enum class Where : std::uint8_t {
    surface,       ///< at one surface site: only from[0] and to[0] count
    nearest,       ///< at the two ends of a nearest bond, whichever end is which
    next_nearest,  ///< at the two ends of any other bond
};

/// What can happen: the species `from` give way to the species `to`, with the rate k0 exp(-beta dE/2).
struct Process {
    std::array<Spin, 2> from;
    std::array<Spin, 2> to;
    Where where;
    double rate;     ///< k0; the same for a process and its reverse keeps detailed balance
    EventKind kind;  ///< as what it is counted
};

/// Exchange of A and B at the surface and swaps of unlike pairs: what Kmc does with these parameters and
/// exact rates.
std::vector<Process> ion_processes(const KmcParameters& parameters);

/// Rejection-free kinetic Monte Carlo of any species by a table of processes, from the model's energy changes
/// alone: the general engine, of which Kmc is the specialisation to two species, many times faster. The law
/// of A and B is the same, and the order of events too (by site; at a site the processes of the surface, then
/// its bonds forward; processes in the order of the table); trajectories are not, as here every attempt is an
/// event.
class ProcessKmc {
public:
    struct Event {
        EventKind kind;
        Site first;   ///< the surface site, or the bond's first end
        Site second;  ///< the bond's second end; -1 at the surface
        double rate;
        std::array<Change, 2> changes;  ///< the first alone at the surface
        std::span<const Change> made() const { return std::span(changes).first(second < 0 ? 1 : 2); }
    };

    /// Of the parameters t_end and the two limits count. Throws Error for parameters or rates out of range,
    /// for a species that the model does not know, and for crystals that Kmc refuses.
    ProcessKmc(Model model, std::vector<Process> processes, const KmcParameters& parameters);

    /// As Kmc::advance. One event is O(N z) energy changes.
    Stop advance(State& state, double until,
                 std::uint64_t budget = std::numeric_limits<std::uint64_t>::max());
    /// Every possible event of a state in the order of choice, each with its rate above 0.
    std::vector<Event> events(const State& state) const;

    const Model& model() const { return model_; }

private:
    Model model_;
    std::vector<Process> processes_;
    KmcParameters parameters_;
};

}  // namespace misfit
