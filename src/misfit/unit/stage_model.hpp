#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "misfit/unit/kmc_stage.hpp"
#include "misfit/unit/monte_carlo_stage.hpp"
#include "misfit/unit/point_models.hpp"
#include "misfit/unit/units.hpp"

namespace misfit {

/// What carries a unit through one stage. Copies share tables and V, each has work space of its own.
using StageModel = std::variant<KmcStage, MonteCarloStage>;

/// That of a unit, and of all others at its combinations, in a stage.
StageModel make_stage_model(PointModels& models, const UnitPlan& unit, std::size_t stage);

/// How long a stage is, in units of 1/k0 or in sweeps.
double stage_length(const Settings& settings);

/// Observables that a run of this plan records, at its first point.
std::vector<Observable::Column> recorded_columns(const PointModels& models);

/// Opens a stage of a unit in which nothing has happened yet.
void open_ladder(const UnitPlan& plan, Unit& unit);

/// A unit before its first event or sweep. `model` is that of its first stage, `run` what it is part of;
/// `start` are the species that a start from a file gives: for each trajectory of a point or for all, [N], or
/// of a core; empty: as the settings say, or all A.
Unit start_unit(const StageModel& model, const UnitPlan& plan, const Plan& run,
                std::span<const std::vector<Spin>> start);

/// Brings a unit from the end of a stage to the beginning of the next one, whose model this is: the species
/// stay, all else begins anew, with random numbers of its own; so no event straddles the switch.
void begin_stage(const StageModel& model, const UnitPlan& plan, Unit& unit);

/// Takes back that the last stage of a unit has ended: it goes on, in a longer one.
void reopen(Unit& unit);

}  // namespace misfit
