#pragma once

#include <string>
#include <vector>

#include "misfit/input/spec.hpp"
#include "misfit/record/equilibrium_record.hpp"
#include "misfit/unit/unit.hpp"
#include "misfit/unit/units.hpp"

/// Small equilibrium runs, and arbitrary results of them.
namespace misfit::support {

/// A spec from TOML that is added to a hexagon of 37 core sites with one shell layer at kT = 0.6;
/// [monte_carlo] is the last table begun: 2 starts, 40 samples and 4 frames a chain.
RunSpec equilibrium_spec(const std::string& added = "");

/// A ladder of these points in the first stage, which has ended, with arbitrary contents for `columns`
/// observables of `sites` sites.
Ladder arbitrary_ladder(const UnitPlan& plan, const MonteCarloParameters& monte_carlo, std::size_t columns,
                        std::size_t sites);

/// The same of a run's own spec, with equilibrium_columns().
Ladder arbitrary_ladder(const RunSpec& spec, const UnitPlan& plan);
/// A finished unit of that in one stage.
Unit finished_unit(std::uint32_t number, const Ladder& ladder);

/// Observables that every equilibrium run has, as far as averages and transitions need them.
std::vector<Observable::Column> equilibrium_columns();

}  // namespace misfit::support
