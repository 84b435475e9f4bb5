#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "misfit/input/plan.hpp"

namespace misfit {

/// What a unit of a run is, without its numbers.
struct UnitPlan {
    std::uint32_t unit = 0;                   ///< its number in the run
    std::vector<std::uint32_t> combinations;  ///< of the sweep: one, or those whose chains exchange
    std::uint32_t points_each = 1;            ///< points of the plan that a combination has
    /// Of a trajectory in its ensemble; of a chain among those of its point, starts one after the other.
    std::uint32_t number = 0;
    StartState start = StartState::random;  ///< of a chain

    /// Number in the run's plan of the k-th chain's point in a stage.
    std::uint32_t point(std::size_t k, std::size_t stage) const {
        return combinations[k] * points_each + (points_each > 1 ? static_cast<std::uint32_t>(stage) : 0);
    }
};

/// All units of a run. Of an exchange: the trajectories at the first combination by their own numbers, those
/// at the next behind them, and so on. Of an equilibrium: at every combination, or every row of them that
/// exchange replicas, the chains from each start.
class Units {
public:
    explicit Units(const Plan& plan);

    std::uint32_t first() const { return first_; }
    std::uint32_t count() const { return count_; }
    /// The unit of this number, from first() on. O(its combinations).
    UnitPlan operator[](std::uint32_t unit) const;
    std::vector<UnitPlan> all() const;
    /// The number here of what may be a unit of another run: of the same combinations, with the same number
    /// there.
    std::optional<std::uint32_t> find(const UnitPlan& plan) const;
    /// How many trajectories or chains each point has.
    std::uint32_t of_a_point() const { return of_a_point_; }
    /// In which the chain of this number starts.
    StartState start_of(std::uint32_t number) const;

private:
    std::uint32_t first_ = 0;
    std::uint32_t count_ = 0;
    std::uint32_t of_a_point_ = 1;
    std::uint32_t rungs_ = 1;   ///< combinations of a unit
    std::uint32_t stride_ = 1;  ///< between combinations that differ only in the key of the ladder
    std::uint32_t points_each_ = 1;
    std::vector<StartState> starts_;  ///< empty for an exchange
};

}  // namespace misfit
