#pragma once

#include <string>

#include "misfit/input/plan.hpp"

namespace misfit {

/// What the units of a run take, by trial: events (attempts of chains), and seconds of one thread.
struct Trial {
    double events = 0.0;
    double seconds = 0.0;
    bool is_whole =
        false;  ///< true: every unit was tried at its point and to its end, nothing is extrapolated
};

/// Runs one unit at a few points of the sweep for a moment, altogether `seconds` at most beside building V,
/// and says from that what all units of the run take. A unit that ends in its time is counted as it is. Of
/// others the rest goes on as the second half of the trial did; an exchange that is driven takes as many
/// events more as exchanges of this size do. Where V would take long to build a smaller crystal of the same
/// shape is tried. Of a ladder the chain of one point is. Nothing is written but V to the cache.
Trial try_run(const Plan& plan, int threads, double seconds);

/// Says why there may have been no event in a whole run of exchange.
std::string nothing_happens(const RunSpec& spec);

}  // namespace misfit
