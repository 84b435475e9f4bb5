#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "misfit/record/record.hpp"
#include "misfit/record/run_notes.hpp"
#include "misfit/run/finished_units.hpp"
#include "misfit/store/parts.hpp"
#include "misfit/unit/ensemble.hpp"
#include "misfit/unit/equilibrium.hpp"

namespace misfit {

/// What a run computes, whatever its method: units of work that are independent of each other, and the record
/// that is assembled from them.
class Work {
public:
    Work(const RunSpec& spec, int threads) : plan_(spec), spec_(plan_.spec()), threads_(threads) {}

    /// Trajectories at all points, or ladders of chains; numbered from first_unit() on.
    std::uint32_t units() const;
    std::uint32_t first_unit() const;

    /// Builds or loads every V. `on_potential` is called before each.
    void prepare(const std::function<void()>& on_potential);
    /// After prepare(): what the run's numbers follow from beside its spec. The hash is of the values of all
    /// V and of the species of a start from a record.
    const std::string& potential_hash() const { return potential_hash_; }
    const std::string& potential_method() const { return potential_method_; }
    std::vector<Observable::Column> columns() const;

    /// Runs these units, those without a checkpoint from `finished` if it is given; false if they were
    /// interrupted.
    bool run(std::span<const std::uint32_t> units, const std::filesystem::path& parts, const RunNotes& notes,
             FinishedUnits* finished, const Warn& warn, const Ensemble::Options& options);
    void assemble(const std::filesystem::path& record, const RecordHeader& header, const PartReader& parts,
                  const Provenance& provenance, const Warn& warn) const;

private:
    void prepare_exchange();
    void prepare_equilibrium();
    EnsembleUnits ensemble_units() const;
    std::shared_ptr<const EnsembleModel> ensemble_model(std::size_t combination);

    Plan plan_;
    const RunSpec& spec_;
    int threads_;
    std::string potential_hash_;
    std::string potential_method_;
    std::optional<PointModels> points_;
    std::vector<Spin> start_core_;  ///< of an equilibrium
    /// Of an exchange that starts from a file: species of each trajectory, or of all, [N].
    std::vector<std::vector<Spin>> start_;
    /// The last model asked for, so that its V stays from one combination to the next.
    std::shared_ptr<const EnsembleModel> latest_;
    std::mutex latest_mutex_;
};

}  // namespace misfit
