#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "misfit/input/spec.hpp"

namespace misfit {

struct SpecKey;

/// What one key is at every point of a run.
struct PointColumn {
    std::string key;            ///< "model.kT", or "stage"
    std::vector<Value> values;  ///< by point
    bool is_axis = true;        ///< false: it follows from the stage

    /// As TOML writes it.
    std::string text(std::size_t point) const { return toml_text(values[point]); }
};

/// "crystal.shell.stiffness = 17, model.kT = 0.2": the columns at one point; empty if there are none.
std::string describe_point(const std::vector<PointColumn>& columns, std::size_t point);

/// What an input means, worked out once: which points there are, which stages, and what holds at each. Points
/// share the spec; the settings of one are made when they are asked for, so that a sweep of n points takes
/// memory for n values. Immutable.
///
/// A combination is one choice of a value for every key of the sweep, those of the last key running fastest.
/// In an exchange each is a point, with an ensemble that goes through all stages. In an equilibrium each
/// stage is a point of its own, and stages run faster than any key.
class Plan {
public:
    /// Throws Error for a value of the sweep or of a stage that its key does not take.
    explicit Plan(RunSpec spec);

    const RunSpec& spec() const { return *spec_; }
    Method kind() const { return spec_->kind(); }
    /// At least 1; 1 too where the spec has no list of them.
    std::size_t stages() const { return stages_.empty() ? 1 : stages_.size(); }
    std::size_t combinations() const { return combinations_; }
    std::size_t points() const { return combinations_ * points_each_; }

    /// What holds at a combination in a stage. The trajectories at the points of an exchange are independent:
    /// the seed of every combination but the first is a random number made from the run's (point_seed()),
    /// unless the sweep gives seeds. O(keys of the sweep and of the stage).
    Settings settings(std::size_t combination, std::size_t stage) const;
    /// The run of a combination by itself, without a sweep, in all its stages; without replicas that
    /// exchange.
    RunSpec alone(std::size_t combination) const;
    /// What holds at a point: of an exchange, in its first stage.
    Settings point(std::size_t point) const;
    /// Those of all points: for few. O(points()).
    std::vector<Settings> all_points() const;

    /// The number of crystals, and which of them a combination has: they differ where a key of [crystal]
    /// does.
    std::size_t crystals() const;
    std::size_t crystal_of(std::size_t combination) const;

    /// True if epsilon is not zero in some stage of the combination: then V is needed.
    bool is_elastic(std::size_t combination) const;
    /// When an exchange is measured, in all its stages.
    DueTimes due_times(std::size_t combination) const;

    /// What tells the points apart: the keys of the sweep in their order, in an equilibrium "stage" where
    /// there is a list of them, and then those keys of [model] that are not the same in all stages.
    /// O(points()).
    std::vector<PointColumn> columns() const;

private:
    struct Axis {
        const SpecKey* key;
        const std::vector<Value>* values;
        std::size_t stride;  ///< of combinations from one value to the next
    };
    using StageSettings = std::vector<std::pair<const SpecKey*, const Value*>>;

    void go_to(std::size_t combination, Settings& settings) const;

    std::shared_ptr<const RunSpec> spec_;  ///< copies of a plan share it
    std::vector<Axis> axes_;
    std::vector<StageSettings> stages_;
    std::size_t combinations_ = 1;
    std::size_t points_each_ = 1;  ///< points that a combination has
};

/// All crystals of a plan, by Plan::crystal_of().
std::vector<std::shared_ptr<const Crystal>> build_crystals(const Plan& plan);

/// The seed of a combination of the sweep: that of the run for the first, random bits that belong to it for
/// the others, from 0 to 2^63 - 1. The run of that point alone with this seed is the same to the last bit.
std::uint64_t point_seed(std::uint64_t seed, std::size_t combination);

}  // namespace misfit
