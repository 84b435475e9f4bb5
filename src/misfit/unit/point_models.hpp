#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "misfit/input/plan.hpp"
#include "misfit/measure/observables.hpp"
#include "misfit/model/hamiltonian.hpp"

namespace misfit {

class Displacements;

/// The models of all points of a sweep: V is loaded when a point is worked on and let go when nobody needs
/// it. May be used from several threads.
class PointModels {
public:
    /// `own` are observed beside what the plan says. `interrupt` stops the building of V, which then throws
    /// Interrupted.
    PointModels(Plan plan, int threads, std::vector<ObservableMaker> own = {},
                const std::atomic<bool>* interrupt = nullptr);
    ~PointModels();

    const Plan& plan() const { return plan_; }
    std::span<const ObservableMaker> own_observables() const { return own_; }
    /// The first combination that a crystal belongs to.
    std::size_t first_of(std::size_t crystal) const { return first_of_[crystal]; }
    /// By Plan::crystal_of().
    std::span<const std::shared_ptr<const Crystal>> crystals() const { return crystals_; }
    struct PotentialName {
        std::string hash;
        std::string method;
    };
    /// Builds every V that is not cached yet and names them, by crystal; empty without an elastic term. Tells
    /// `on_progress` which part of them is there, 0 to 1. If there is one, it stays from now on.
    std::vector<PotentialName> potential_names(const std::function<void(double)>& on_progress);
    Hamiltonian hamiltonian(std::size_t combination, std::size_t stage);
    /// Null unless strain is measured. Points of one crystal share one as long as someone uses it.
    std::shared_ptr<const Displacements> displacements(std::size_t combination) const;

private:
    struct Loaded;
    Elastic elastic(std::size_t crystal, const std::function<void(double)>& on_progress = {});

    Plan plan_;
    std::vector<std::size_t> first_of_;  ///< by crystal
    std::vector<std::shared_ptr<const Crystal>> crystals_;
    std::vector<bool> is_elastic_;  ///< by crystal: some point needs its V
    std::vector<std::unique_ptr<Loaded>> loaded_;
    int threads_;
    std::vector<ObservableMaker> own_;
    const std::atomic<bool>* interrupt_;
    Elastic only_;  ///< V, if there is but one
};

}  // namespace misfit
