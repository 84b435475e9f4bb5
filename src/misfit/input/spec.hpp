#pragma once

#include <string>
#include <utility>
#include <vector>

#include "misfit/input/settings.hpp"
#include "misfit/input/value.hpp"

namespace misfit {

/// One key of [sweep] and its values.
struct SweepAxis {
    std::string key;  ///< "crystal.shell.stiffness"
    std::vector<Value> values;

    bool operator==(const SweepAxis&) const = default;
};

/// One [[stage]] of a run: the keys that have values of their own in it, in the order of the reference page:
/// {"kmc.t_end", 7.84}. kmc.t_end or monte_carlo.sweeps is always among them.
struct Stage {
    std::vector<std::pair<std::string, Value>> settings;

    bool operator==(const Stage&) const = default;
};

/// A whole run, as an input file gives it: the settings of its first point outside all stages, and what
/// differs from them elsewhere. What holds at a point in a stage is the Plan's (input/plan.hpp).
struct RunSpec : Settings {
    std::vector<SweepAxis> sweep;
    std::vector<Stage> stages;  ///< none: [kmc] or [monte_carlo] is the only one

    bool operator==(const RunSpec&) const = default;
};

}  // namespace misfit
