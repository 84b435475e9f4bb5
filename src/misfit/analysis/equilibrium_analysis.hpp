#pragma once

#include <optional>
#include <string>
#include <vector>

#include "misfit/input/plan.hpp"
#include "misfit/measure/observable.hpp"
#include "misfit/statistics/blocking.hpp"
#include "misfit/statistics/transition.hpp"
#include "misfit/unit/unit.hpp"

namespace misfit {

/// Averages of one observable over all chains of each point, [P] each; times in sweeps. NaN where there
/// is no chain.
struct Averages {
    std::string name;
    std::vector<PooledMean> by_point;
};

/// Variance of the energy over kT^2, [P].
using HeatCapacity = Estimates;

/// What the samples of all chains along one row of points that exchange replicas tell together.
struct LadderAnalysis {
    std::vector<std::uint32_t> points;
    std::vector<double> values;   ///< of the key, by point
    std::vector<double> overlap;  ///< [points][points], Reweighting::overlaps
    std::optional<Transition> transition;
    std::vector<double> bin_edges;  ///< of its distribution
    std::string note;               ///< why there is no transition; empty otherwise
};

struct EquilibriumAnalysis {
    std::vector<Averages> averages;
    HeatCapacity heat_capacity;
    std::vector<LadderAnalysis> ladders;
};

/// Names of the observables that a transition is followed in, beside f_U.
std::vector<std::string> transition_scalars(const std::vector<Observable::Column>& columns);

/// Everything that is computed from the samples of a run. Samples in reweighting are thinned to 200,000 in
/// all: neighbouring ones tell the same.
EquilibriumAnalysis analyse_equilibrium(const Plan& plan, const std::vector<Observable::Column>& columns,
                                        const std::vector<Ladder>& ladders);

/// The note of a ladder over shell layers, which is no fault.
inline constexpr const char* no_curve_along_layers = "there is nothing between two numbers of layers";

}  // namespace misfit
