#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "misfit/record/record.hpp"
#include "misfit/record/recorded_units.hpp"
#include "misfit/record/run_notes.hpp"
#include "misfit/store/parts.hpp"
#include "misfit/unit/unit_run.hpp"

namespace misfit {

/// What a run computes, whatever its method: units of work that are independent of each other.
class Work {
public:
    /// `own` are observed beside what the spec says.
    Work(const RunSpec& spec, int threads, std::vector<ObservableMaker> own = {})
        : plan_(spec), units_(plan_), threads_(threads), own_(std::move(own)) {}

    /// Trajectories at all points, or ladders of chains.
    const Units& units() const { return units_; }

    /// Builds or loads every V. `on_potential` is called before each. Throws Error for what cannot be
    /// observed.
    void prepare(const std::function<void()>& on_potential);
    /// After prepare(): what the run's numbers follow from beside its spec. The hash is of the values of all
    /// V and of the species of a start from a record.
    const std::string& potential_hash() const { return potential_hash_; }
    const std::string& potential_method() const { return potential_method_; }
    std::vector<Observable::Column> columns() const { return recorded_columns(*points_); }

    /// Runs these units, those without a checkpoint from what the shorter run `earlier` recorded, if it is
    /// given; false if they were interrupted.
    bool run(std::span<const std::uint32_t> units, const std::filesystem::path& parts, const RunNotes& notes,
             RecordedUnits* earlier, const Warn& warn, const UnitRun::Options& options);

private:
    Plan plan_;
    Units units_;
    int threads_;
    std::vector<ObservableMaker> own_;
    std::string potential_hash_;
    std::string potential_method_;
    std::optional<PointModels> points_;
    std::optional<Hamiltonian> kept_;       ///< so that the only V stays from prepare() to run()
    std::vector<std::vector<Spin>> start_;  ///< as start_unit() takes it
};

}  // namespace misfit
