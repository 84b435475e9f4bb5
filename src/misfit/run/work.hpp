#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "misfit/folder/run_notes.hpp"
#include "misfit/record/record.hpp"
#include "misfit/record/recorded_units.hpp"
#include "misfit/store/parts.hpp"
#include "misfit/unit/unit_run.hpp"

namespace misfit {

/// What a run computes, whatever its method: units of work that are independent of each other.
class Work {
public:
    /// `own` are observed beside what the spec says.
    Work(const RunSpec& spec, int threads, std::vector<ObservableMaker> own = {},
         const std::atomic<bool>* interrupt = nullptr)
        : plan_(spec), units_(plan_), threads_(threads), own_(std::move(own)), interrupt_(interrupt) {}

    /// Trajectories at all points, or ladders of chains.
    const Units& units() const { return units_; }

    /// Builds or loads every V, and tells `on_progress` which part of that is done, 0 to 1. Throws Error for
    /// what cannot be observed, Interrupted.
    void prepare(const std::function<void(double)>& on_progress);
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
    const std::atomic<bool>* interrupt_;
    std::string potential_hash_;
    std::string potential_method_;
    std::optional<PointModels> points_;
    std::vector<std::vector<Spin>> start_;  ///< as start_unit() takes it
};

}  // namespace misfit
