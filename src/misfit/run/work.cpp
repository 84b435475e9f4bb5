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
    return spec_.kind() == Method::exchange ? spec_.exchange().ensemble.trajectories
                                            : static_cast<std::uint32_t>(plan_ladders(spec_).size());
}

std::uint32_t Work::first_unit() const {
    return spec_.kind() == Method::exchange ? spec_.exchange().ensemble.first : 0;
}

void Work::prepare(const std::function<void()>& on_potential) {
    spec_.kind() == Method::exchange ? prepare_exchange(on_potential) : prepare_equilibrium(on_potential);
}

void Work::prepare_exchange(const std::function<void()>& on_potential) {
    const auto crystal = std::make_shared<const Crystal>(build_crystal(spec_));
    std::shared_ptr<const Potential> potential;
    if (plan_.is_elastic(0)) {
        on_potential();
        potential = std::make_shared<const Potential>(potential_of(*crystal, spec_.potential_file, threads_));
        potential_hash_ = misfit::potential_hash(*potential);
        potential_method_ = potential->method();
    }
    ensemble_ = {.stages = {},
                 .due = plan_.due_times(0),
                 .seed = spec_.exchange().ensemble.seed,
                 .first_unit = spec_.exchange().ensemble.first,
                 .start = read_exchange_start(spec_.exchange(), *crystal)};
    std::shared_ptr<const Displacements> displacements;
    if (spec_.observables.strain) displacements = std::make_shared<const Displacements>(crystal);
    for (std::size_t k = 0; k < plan_.stages(); ++k) {
        const Settings stage = plan_.settings(0, k);
        const Hamiltonian hamiltonian(crystal, potential, stage.model);
        ensemble_.stages.push_back({Kmc(hamiltonian, stage.exchange().kmc),
                                    make_observables(hamiltonian, spec_.observables, displacements)});
    }
    if (spec_.exchange().start.start == ExchangeStart::all_A) return;
    ByteWriter all;
    all.put(std::string_view(potential_hash_));
    for (const std::vector<Spin>& species : ensemble_.start) all.put(std::span<const Spin>(species));
    potential_hash_ = fmt::format("{:016x}", checksum(all.bytes()));
}

void Work::prepare_equilibrium(const std::function<void()>& on_potential) {
    if (spec_.equilibrium().monte_carlo.starts_from_file()) start_core_ = read_start(plan_);
    points_.emplace(plan_, threads_);
    ByteWriter all;
    for (const PointModels::PotentialName& name : points_->potential_names(on_potential)) {
        all.put(std::string_view(name.hash));
        if (!name.method.empty()) potential_method_ = name.method;
    }
    all.put(std::span<const Spin>(start_core_));
    if (!potential_method_.empty() || !start_core_.empty())
        potential_hash_ = fmt::format("{:016x}", checksum(all.bytes()));
}

std::vector<Observable::Column> Work::columns() const {
    if (spec_.kind() == Method::exchange) return columns_of(ensemble_.stages.front().observables);
    return columns_of(equilibrium_observables(
        Hamiltonian(points_->crystals().front(), nullptr, {.kT = 1.0, .epsilon = 0.0}), spec_.observables,
        points_->displacements(0)));
}

bool Work::run(std::span<const std::uint32_t> units, const std::filesystem::path& parts,
               const RunNotes& notes, FinishedUnits* finished, const Warn& warn,
               const Ensemble::Options& options) {
    if (spec_.kind() == Method::exchange) {
        Ensemble::Earlier earlier;
        if (finished != nullptr)
            earlier = [finished](std::uint32_t unit) { return finished->trajectory(0, unit); };
        return Ensemble(ensemble_, parts, notes.identity(), warn, std::move(earlier)).run(units, options);
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
        assemble_record(record, header, ensemble_.stages.front().kmc.hamiltonian().shared_crystal(), parts,
                        provenance);
    else
        assemble_equilibrium_record(record, header, parts, provenance, warn);
}

}  // namespace misfit
