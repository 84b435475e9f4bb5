#include "misfit/unit/ladder.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "misfit/measure/composition.hpp"
#include "misfit/measure/energies.hpp"
#include "misfit/measure/phases.hpp"
#include "misfit/model/drift.hpp"
#include "misfit/unit/start_species.hpp"
#include "misfit/unit/trajectory.hpp"

namespace misfit {
namespace {

/// True if sample k, from 0, is one of those that keep sigma.
bool is_frame(const MonteCarloParameters& monte_carlo, std::uint64_t k) {
    const std::uint64_t samples = monte_carlo.samples();
    const auto before = [&](std::uint64_t sample) { return sample * monte_carlo.frames / samples; };
    return before(k + 1) > before(k);
}

void take_sample(const LadderModel& model, const MonteCarloParameters& monte_carlo, std::size_t point,
                 std::uint64_t sweep, const State& state, Chain& chain) {
    const auto& observables = model.observables[point];
    const std::size_t columns = column_count(observables);
    const std::size_t row = chain.scalars.size();
    chain.scalars.resize(row + columns);
    measure(observables, state, std::span(chain.scalars).subspan(row));
    if (const std::size_t points = model.hamiltonians.size(); points > 1) {
        const std::size_t begin = chain.reduced_energies.size();
        chain.reduced_energies.resize(begin + points);
        model.hamiltonians.reduced_energies(point, state, std::span(chain.reduced_energies).subspan(begin));
    }
    if (is_frame(monte_carlo, chain.samples)) {
        pack_sigma(state.sigma, chain.sigma);
        chain.frame_sweep.push_back(sweep);
        ++chain.frames;
    }
    ++chain.samples;
}

void finish_chain(const Hamiltonian& hamiltonian, const State& state, Chain& chain) {
    chain.attempts = state.step;
    chain.accepted = std::accumulate(state.events.begin(), state.events.end(), std::uint64_t{0});
    State fresh = state;
    refresh_phi(hamiltonian, fresh);
    chain.phi_deviation = fresh.phi_deviation;
    chain.energy_deviation =
        std::abs(energy(hamiltonian, state).total() - energy(hamiltonian, fresh).total());
}

/// Neighbours try to exchange: pairs (0,1), (2,3), ... and (1,2), (3,4), ... in turn.
void exchange_replicas(const LadderModel& model, const Settings& settings, LadderCheckpoint& now) {
    const std::size_t points = now.states.size();
    const std::uint64_t round = now.sweep / settings.equilibrium().replica_exchange.interval;
    std::vector<std::vector<double>> energies(points, std::vector<double>(points));
    for (std::size_t k = 0; k < points; ++k)
        model.hamiltonians.reduced_energies(k, now.states[k], energies[k]);
    const RandomStream random = {settings.equilibrium().monte_carlo.seed, now.ladder.unit,
                                 now.states.front().random.stage, Stream::replica_exchange};
    for (std::size_t k = round % 2; k + 1 < points; k += 2) {
        ++now.ladder.exchanges[k];
        const double cost = exchange_cost(energies[k], k, energies[k + 1], k + 1);
        if (cost > 0.0 && uniform_pair(random, round * points + k).first >= std::exp(-cost)) continue;
        ++now.ladder.exchanged[k];
        model.hamiltonians.exchange(k, now.states[k], k + 1, now.states[k + 1]);
        std::swap(now.replica[k], now.replica[k + 1]);
    }
    // Who starts at the last point is only half way round when it comes to the first.
    std::uint8_t& at_last = now.leg[now.replica.back()];
    if (at_last == 1) at_last = 2;
    std::uint8_t& at_first = now.leg[now.replica.front()];
    if (at_first == 2) ++now.ladder.round_trips[now.replica.front()];
    at_first = 1;
}

/// A ladder in a stage, before anything has happened there.
void open_ladder(const LadderPlan& plan, std::size_t stage, LadderCheckpoint& now) {
    const std::size_t points = plan.points.size();
    now.ladder = {};
    now.ladder.unit = plan.unit;
    now.ladder.exchanges.resize(points - 1);
    now.ladder.exchanged.resize(points - 1);
    now.ladder.round_trips.resize(points);
    for (std::size_t k = 0; k < points; ++k) {
        Chain& chain = now.ladder.chains.emplace_back();
        chain.point = plan.point(k, stage);
        chain.number = plan.number;
        chain.start = plan.start;
    }
    now.sweep = 0;
    now.replica.resize(points);
    std::iota(now.replica.begin(), now.replica.end(), 0U);
    now.leg.assign(points, 0);
    now.leg.front() = 1;
}

}  // namespace

std::vector<LadderPlan> plan_ladders(const RunSpec& spec) {
    const auto axis =
        std::ranges::find(spec.sweep, spec.equilibrium().replica_exchange.over, &SweepAxis::key);
    std::uint32_t points = 1;  // in all
    std::uint32_t stride = 1;  // between points that differ only in the key of the ladder
    std::uint32_t rungs = 1;
    for (auto each = spec.sweep.begin(); each != spec.sweep.end(); ++each) {
        const auto values = static_cast<std::uint32_t>(each->values.size());
        points *= values;
        if (axis != spec.sweep.end() && each == axis) rungs = values;
        if (axis != spec.sweep.end() && each > axis) stride *= values;
    }
    const auto stages = static_cast<std::uint32_t>(std::max<std::size_t>(1, spec.stages.size()));
    std::vector<LadderPlan> plans;
    for (std::uint32_t point = 0; point < points; ++point) {
        if (point / stride % rungs != 0) continue;  // not the first of its ladder
        std::uint32_t number = 0;
        for (const StartState start : spec.equilibrium().monte_carlo.start)
            for (std::uint32_t chain = 0; chain < spec.equilibrium().monte_carlo.chains; ++chain, ++number) {
                LadderPlan& plan = plans.emplace_back();
                plan.unit = static_cast<std::uint32_t>(plans.size() - 1);
                for (std::uint32_t rung = 0; rung < rungs; ++rung)
                    plan.points.push_back(point + rung * stride);
                plan.stages = stages;
                plan.number = number;
                plan.start = start;
            }
    }
    return plans;
}

LadderModel make_ladder_model(std::vector<Hamiltonian> points, Moves moves, Spin shell_species,
                              const ObservableParameters& parameters,
                              std::vector<std::shared_ptr<const Displacements>> displacements) {
    LadderModel model = {HamiltonianLadder(std::move(points), shell_species), {}, {}};
    displacements.resize(model.hamiltonians.size());
    for (std::size_t k = 0; k < model.hamiltonians.size(); ++k) {
        model.engines.emplace_back(model.hamiltonians[k], moves);
        model.observables.push_back(
            equilibrium_observables(model.hamiltonians[k], parameters, displacements[k]));
    }
    return model;
}

LadderCheckpoint start_ladder(const LadderModel& model, const LadderPlan& plan, const Plan& run,
                              std::span<const Spin> core) {
    LadderCheckpoint now;
    open_ladder(plan, 0, now);
    for (std::size_t k = 0; k < plan.points.size(); ++k) {
        const Hamiltonian& hamiltonian = model.hamiltonians[k];
        const Settings settings = run.settings(plan.points[k], 0);
        const MonteCarloParameters& monte_carlo = settings.equilibrium().monte_carlo;
        const auto chains = static_cast<std::uint32_t>(monte_carlo.start.size()) * monte_carlo.chains;
        // A chain has random numbers of its own, whatever ladder it is in.
        const std::uint32_t chain = plan.points[k] * chains + plan.number;
        const Site count_A = core_count_A(monte_carlo, model.engines[k].core_size());
        now.states.push_back(
            make_state(hamiltonian,
                       start_species(hamiltonian.crystal(), plan.start, count_A, settings.shell_species,
                                     {monte_carlo.seed, chain, 0, Stream::monte_carlo_start}, core),
                       {monte_carlo.seed, chain, 0, Stream::monte_carlo_move}));
    }
    return now;
}

void begin_stage(const LadderModel& model, const LadderPlan& plan, LadderCheckpoint& now) {
    now.earlier.push_back(std::move(now.ladder));
    open_ladder(plan, now.stage(), now);
    for (std::size_t k = 0; k < now.states.size(); ++k) {
        RandomStream random = now.states[k].random;
        ++random.stage;
        // phi is that of this stage's epsilon.
        now.states[k] = make_state(model.hamiltonians[k], std::move(now.states[k].sigma), random);
    }
}

void advance_chain(LadderModel& model, const MonteCarloParameters& monte_carlo, std::size_t point,
                   std::uint64_t sweeps, LadderCheckpoint& now) {
    MonteCarlo& engine = model.engines[point];
    State& state = now.states[point];
    const auto attempts = static_cast<std::uint64_t>(engine.core_size());
    const std::uint64_t end = now.sweep + sweeps;
    for (std::uint64_t sweep = now.sweep; sweep < end;) {
        // The next sample, counted from the end of the equilibration.
        const std::uint64_t sampled = sweep < monte_carlo.equilibration
                                          ? 0
                                          : (sweep - monte_carlo.equilibration) / monte_carlo.sample_interval;
        const std::uint64_t due = monte_carlo.equilibration + (sampled + 1) * monte_carlo.sample_interval;
        const std::uint64_t until = std::min(end, due);
        engine.advance(state, (until - sweep) * attempts);
        sweep = until;
        if (sweep == due) take_sample(model, monte_carlo, point, sweep, state, now.ladder.chains[point]);
    }
}

std::uint64_t open_round(const LadderModel& model, const Settings& settings, std::uint64_t most,
                         LadderCheckpoint& now) {
    const std::uint64_t end =
        settings.equilibrium().monte_carlo.equilibration + settings.equilibrium().monte_carlo.sweeps;
    const std::uint64_t sweeps = std::min(most, end - now.sweep);
    if (now.states.size() == 1) return sweeps;
    const std::uint64_t interval = settings.equilibrium().replica_exchange.interval;
    if (now.sweep > 0 && now.sweep % interval == 0) exchange_replicas(model, settings, now);
    return std::min(sweeps, interval - now.sweep % interval);
}

bool close_round(const LadderModel& model, const Settings& settings, std::uint64_t sweeps,
                 LadderCheckpoint& now) {
    now.sweep += sweeps;
    if (now.sweep <
        settings.equilibrium().monte_carlo.equilibration + settings.equilibrium().monte_carlo.sweeps)
        return false;
    for (std::size_t k = 0; k < now.states.size(); ++k)
        finish_chain(model.hamiltonians[k], now.states[k], now.ladder.chains[k]);
    return true;
}

std::vector<Observable> equilibrium_observables(const Hamiltonian& hamiltonian,
                                                const ObservableParameters& parameters,
                                                std::shared_ptr<const Displacements> displacements) {
    std::vector<Observable> observables = make_observables(hamiltonian, parameters, std::move(displacements));
    observables.push_back(core_composition(hamiltonian.crystal()));
    observables.push_back(total_energy(hamiltonian));
    observables.push_back(unstructured_fraction(hamiltonian.crystal()));
    return observables;
}

}  // namespace misfit
