#include "misfit/unit/stage_model.hpp"

#include <numeric>
#include <utility>

#include "misfit/measure/observables.hpp"
#include "misfit/unit/start_species.hpp"

namespace misfit {
namespace {

KmcStage make_stage(const Exchange& exchange, const Settings& settings, PointModels& models,
                    const UnitPlan& unit, std::size_t stage) {
    const std::size_t combination = unit.combinations.front();
    const Hamiltonian hamiltonian = models.hamiltonian(combination, stage);
    const DueTimes due = models.plan().due_times(combination);
    std::vector<Observable> observables =
        make_observables(hamiltonian, settings.observables, models.displacements(combination));
    add_observables(observables, hamiltonian, models.own_observables());
    return {Kmc(hamiltonian, exchange.kmc), std::move(observables), times_of_stage(due.scalars, stage),
            times_of_stage(due.sigma, stage)};
}

MonteCarloStage make_stage(const Equilibrium& equilibrium, const Settings& settings, PointModels& models,
                           const UnitPlan& unit, std::size_t stage) {
    std::vector<Hamiltonian> hamiltonians;
    std::vector<std::shared_ptr<const Displacements>> displacements;
    for (const std::uint32_t combination : unit.combinations) {
        hamiltonians.push_back(models.hamiltonian(combination, stage));
        displacements.push_back(models.displacements(combination));
    }
    MonteCarloStage model =
        make_monte_carlo_stage(std::move(hamiltonians), equilibrium, settings.shell_species,
                               settings.observables, std::move(displacements));
    for (std::size_t k = 0; k < model.chains(); ++k)
        add_observables(model.observables[k], model.hamiltonians[k], models.own_observables());
    return model;
}

State start_state(const KmcStage& model, const UnitPlan& plan, const Settings& settings, std::size_t,
                  std::span<const std::vector<Spin>> start) {
    const EnsembleParameters& ensemble = settings.exchange().ensemble;
    const Hamiltonian& hamiltonian = model.kmc.hamiltonian();
    if (start.empty()) return initial_state(hamiltonian, ensemble.seed, plan.number);
    return initial_state(hamiltonian, start[start.size() == 1 ? 0 : plan.number - ensemble.first],
                         ensemble.seed, plan.number);
}

State start_state(const MonteCarloStage& model, const UnitPlan& plan, const Settings& settings, std::size_t k,
                  std::span<const std::vector<Spin>> start) {
    const Hamiltonian& hamiltonian = model.hamiltonians[k];
    const MonteCarloParameters& monte_carlo = settings.equilibrium().monte_carlo;
    const auto chains = static_cast<std::uint32_t>(monte_carlo.start.size()) * monte_carlo.chains;
    // A chain has random numbers of its own, whatever ladder it is in.
    const std::uint32_t chain = plan.combinations[k] * chains + plan.number;
    const Site count_A = core_count_A(monte_carlo, model.engines[k].core_size());
    const std::span<const Spin> core = start.empty() ? std::span<const Spin>() : start.front();
    return make_state(hamiltonian,
                      start_species(hamiltonian.crystal(), plan.start, count_A, settings.shell_species,
                                    {monte_carlo.seed, chain, 0, Stream::monte_carlo_start}, core),
                      {monte_carlo.seed, chain, 0, Stream::monte_carlo_move});
}

double length_of(const Exchange& exchange) { return exchange.kmc.t_end; }

double length_of(const Equilibrium& equilibrium) {
    return static_cast<double>(equilibrium.monte_carlo.equilibration + equilibrium.monte_carlo.sweeps);
}

}  // namespace

double stage_length(const Settings& settings) {
    return std::visit([](const auto& method) { return length_of(method); }, settings.method);
}

StageModel make_stage_model(PointModels& models, const UnitPlan& unit, std::size_t stage) {
    const Settings settings = models.plan().settings(unit.combinations.front(), stage);
    return std::visit(
        [&](const auto& method) -> StageModel { return make_stage(method, settings, models, unit, stage); },
        settings.method);
}

std::vector<Observable::Column> recorded_columns(const PointModels& models) {
    const Hamiltonian any(models.crystals().front(), nullptr, {.kT = 1.0, .epsilon = 0.0});
    const RunSpec& spec = models.plan().spec();
    const auto displacements = models.displacements(0);
    std::vector<Observable> observables = std::holds_alternative<Exchange>(spec.method)
                                              ? make_observables(any, spec.observables, displacements)
                                              : equilibrium_observables(any, spec.observables, displacements);
    add_observables(observables, any, models.own_observables());
    return columns_of(observables);
}

void open_ladder(const UnitPlan& plan, Unit& unit) {
    const std::size_t chains = plan.combinations.size();
    Ladder& ladder = unit.stages.emplace_back();
    ladder.exchanges.resize(chains - 1);
    ladder.exchanged.resize(chains - 1);
    ladder.round_trips.resize(chains);
    for (std::size_t k = 0; k < chains; ++k) {
        Chain& chain = ladder.chains.emplace_back();
        chain.point = plan.point(k, unit.stage());
        chain.number = plan.number;
    }
    unit.sweep = 0;
    unit.replica.resize(chains);
    std::iota(unit.replica.begin(), unit.replica.end(), 0U);
    unit.leg.assign(chains, 0);
    unit.leg.front() = 1;
}

Unit start_unit(const StageModel& model, const UnitPlan& plan, const Plan& run,
                std::span<const std::vector<Spin>> start) {
    Unit unit;
    unit.unit = plan.unit;
    open_ladder(plan, unit);
    for (std::size_t k = 0; k < plan.combinations.size(); ++k)
        unit.states.push_back(std::visit(
            [&](const auto& stage) {
                return start_state(stage, plan, run.settings(plan.combinations[k], 0), k, start);
            },
            model));
    return unit;
}

void begin_stage(const StageModel& model, const UnitPlan& plan, Unit& unit) {
    open_ladder(plan, unit);
    for (std::size_t k = 0; k < unit.states.size(); ++k) {
        State& state = unit.states[k];
        RandomStream random = state.random;
        ++random.stage;
        const Hamiltonian& hamiltonian =
            std::visit([&](const auto& stage) -> const Hamiltonian& { return stage.hamiltonian(k); }, model);
        // phi is that of this stage's epsilon.
        state = make_state(hamiltonian, std::move(state.sigma), random);
    }
}

void reopen(Unit& unit) {
    for (Chain& chain : unit.ladder().chains) {
        chain.end = {};
        chain.events = {};
        chain.phi_deviation = chain.energy_deviation = 0.0;
    }
    unit.finished = false;
}

}  // namespace misfit
