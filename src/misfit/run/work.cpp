#include "misfit/run/work.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "misfit/elastic/displacements.hpp"
#include "misfit/formats/potential_file.hpp"
#include "misfit/record/equilibrium_record.hpp"
#include "misfit/record/record_writer.hpp"
#include "misfit/run/start_state.hpp"

namespace misfit {

std::uint32_t Work::units() const {
    return spec_.kind() == Method::exchange
               ? ensemble_units().trajectories * static_cast<std::uint32_t>(plan_.combinations())
               : static_cast<std::uint32_t>(plan_ladders(spec_).size());
}

std::uint32_t Work::first_unit() const {
    return spec_.kind() == Method::exchange ? ensemble_units().first : 0;
}

EnsembleUnits Work::ensemble_units() const {
    const EnsembleParameters& ensemble = spec_.exchange().ensemble;
    return {ensemble.first, ensemble.trajectories};
}

void Work::prepare(const std::function<void()>& on_potential) {
    points_.emplace(plan_, threads_);
    spec_.kind() == Method::exchange ? prepare_exchange() : prepare_equilibrium();
    ByteWriter all;
    std::string only;
    for (const PointModels::PotentialName& name : points_->potential_names(on_potential)) {
        all.put(std::string_view(name.hash));
        only = name.hash;
        if (!name.method.empty()) potential_method_ = name.method;
    }
    // That of one exchange from all A is the hash of its V itself.
    if (spec_.kind() == Method::exchange && plan_.crystals() == 1) {
        potential_hash_ = only;
        if (start_.empty()) return;
        all = {};
        all.put(std::string_view(only));
    }
    all.put(std::span<const Spin>(start_core_));
    for (const std::vector<Spin>& species : start_) all.put(std::span<const Spin>(species));
    if (!potential_method_.empty() || !start_core_.empty() || !start_.empty())
        potential_hash_ = fmt::format("{:016x}", checksum(all.bytes()));
}

void Work::prepare_exchange() {
    for (const std::shared_ptr<const Crystal>& crystal : points_->crystals())
        if (spec_.exchange().start.start != ExchangeStart::all_A)
            start_ = read_exchange_start(spec_.exchange(), *crystal);
    // What is named next is then built once, and kept for the run.
    if (plan_.crystals() == 1) ensemble_model(0);
}

void Work::prepare_equilibrium() {
    if (spec_.equilibrium().monte_carlo.starts_from_file()) start_core_ = read_start(plan_);
}

std::vector<Observable::Column> Work::columns() const {
    const Hamiltonian any(points_->crystals().front(), nullptr, {.kT = 1.0, .epsilon = 0.0});
    const auto displacements = points_->displacements(0);
    return columns_of(spec_.kind() == Method::exchange
                          ? make_observables(any, spec_.observables, displacements)
                          : equilibrium_observables(any, spec_.observables, displacements));
}

std::shared_ptr<const EnsembleModel> Work::ensemble_model(std::size_t combination) {
    const std::scoped_lock lock(latest_mutex_);
    auto model = std::make_shared<EnsembleModel>();
    const std::shared_ptr<const Displacements> displacements = points_->displacements(combination);
    for (std::size_t k = 0; k < plan_.stages(); ++k) {
        const Settings stage = plan_.settings(combination, k);
        const Hamiltonian hamiltonian = points_->hamiltonian(combination, k);
        model->stages.push_back({Kmc(hamiltonian, stage.exchange().kmc),
                                 make_observables(hamiltonian, stage.observables, displacements)});
    }
    model->due = plan_.due_times(combination);
    model->seed = plan_.settings(combination, 0).exchange().ensemble.seed;
    const auto sites = static_cast<std::size_t>(model->stages.front().kmc.hamiltonian().crystal().size());
    model->start = start_;
    if (model->start.empty()) model->start.emplace_back(sites, Spin{1});
    latest_ = model;
    return model;
}

bool Work::run(std::span<const std::uint32_t> units, const std::filesystem::path& parts,
               const RunNotes& notes, FinishedUnits* finished, const Warn& warn,
               const Ensemble::Options& options) {
    if (spec_.kind() == Method::exchange) {
        const EnsembleUnits all = ensemble_units();
        Ensemble::Earlier earlier;
        if (finished != nullptr)
            earlier = [finished, all](std::uint32_t unit) {
                std::optional<Checkpoint> found =
                    finished->trajectory(all.combination_of(unit), all.number_of(unit));
                if (found) found->trajectory.unit = unit;
                return found;
            };
        const auto models = [this](std::size_t combination) { return ensemble_model(combination); };
        return Ensemble(all, models, parts, notes.identity(), warn, std::move(earlier)).run(units, options);
    }
    EquilibriumRun::Earlier earlier;
    if (finished != nullptr) earlier = [finished](const LadderPlan& plan) { return finished->ladder(plan); };
    std::vector<LadderPlan> plans;
    for (const LadderPlan& plan : plan_ladders(spec_))
        if (std::ranges::find(units, plan.unit) != units.end()) plans.push_back(plan);
    return EquilibriumRun(*points_, start_core_, parts, notes.identity(), warn, std::move(earlier))
        .run(plans, options);
}

void Work::assemble(const std::filesystem::path& record, const RecordHeader& header, const PartReader& parts,
                    const Provenance& provenance, const Warn& warn) const {
    if (spec_.kind() == Method::exchange)
        assemble_record(record, header, points_->crystals(), parts, provenance);
    else
        assemble_equilibrium_record(record, header, parts, provenance, warn);
}

}  // namespace misfit
