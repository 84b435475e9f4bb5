#include "misfit/unit/monte_carlo_stage.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "misfit/measure/composition.hpp"
#include "misfit/measure/energies.hpp"
#include "misfit/measure/observables.hpp"
#include "misfit/measure/phases.hpp"

namespace misfit {
namespace {

/// Attempts between two looks at the clock of the wall.
constexpr std::uint64_t round_attempts = 200'000;

void take_sample(const MonteCarloStage& stage, std::size_t point, const State& state, Chain& chain) {
    const auto& observables = stage.observables[point];
    const std::size_t columns = column_count(observables);
    const std::size_t row = chain.scalars.size();
    chain.scalars.resize(row + columns);
    measure(observables, state, std::span(chain.scalars).subspan(row));
    if (const std::size_t points = stage.chains(); points > 1) {
        const std::size_t begin = chain.reduced_energies.size();
        chain.reduced_energies.resize(begin + points);
        stage.hamiltonians.reduced_energies(point, state, std::span(chain.reduced_energies).subspan(begin));
    }
    if (stage.monte_carlo.is_frame(chain.samples)) {
        pack_sigma(state.sigma, chain.sigma);
        ++chain.frames;
    }
    ++chain.samples;
}

/// Neighbours try to exchange: pairs (0,1), (2,3), ... and (1,2), (3,4), ... in turn.
void exchange_replicas(const MonteCarloStage& stage, Unit& unit) {
    Ladder& ladder = unit.ladder();
    const std::size_t points = unit.states.size();
    const std::uint64_t round = unit.sweep / stage.exchange_interval;
    std::vector<std::vector<double>> energies(points, std::vector<double>(points));
    for (std::size_t k = 0; k < points; ++k)
        stage.hamiltonians.reduced_energies(k, unit.states[k], energies[k]);
    const RandomStream random = {stage.monte_carlo.seed, unit.unit, unit.states.front().random.stage,
                                 Stream::replica_exchange};
    for (std::size_t k = round % 2; k + 1 < points; k += 2) {
        ++ladder.exchanges[k];
        const double cost = exchange_cost(energies[k], k, energies[k + 1], k + 1);
        if (cost > 0.0 && uniform_pair(random, round * points + k).first >= std::exp(-cost)) continue;
        ++ladder.exchanged[k];
        stage.hamiltonians.exchange(k, unit.states[k], k + 1, unit.states[k + 1]);
        std::swap(unit.replica[k], unit.replica[k + 1]);
    }
    // Who starts at the last point is only half way round when it comes to the first.
    std::uint8_t& at_last = unit.leg[unit.replica.back()];
    if (at_last == 1) at_last = 2;
    std::uint8_t& at_first = unit.leg[unit.replica.front()];
    if (at_first == 2) ++ladder.round_trips[unit.replica.front()];
    at_first = 1;
}

}  // namespace

MonteCarloStage make_monte_carlo_stage(std::vector<Hamiltonian> points, const Equilibrium& equilibrium,
                                       Spin shell_species, const ObservableParameters& parameters,
                                       std::vector<std::shared_ptr<const Displacements>> displacements) {
    MonteCarloStage stage = {HamiltonianLadder(std::move(points), shell_species),
                             {},
                             {},
                             equilibrium.monte_carlo,
                             static_cast<std::uint64_t>(equilibrium.replica_exchange.interval)};
    displacements.resize(stage.hamiltonians.size());
    for (std::size_t k = 0; k < stage.hamiltonians.size(); ++k) {
        stage.engines.emplace_back(stage.hamiltonians[k], equilibrium.monte_carlo.moves);
        stage.observables.push_back(
            equilibrium_observables(stage.hamiltonians[k], parameters, displacements[k]));
    }
    return stage;
}

std::uint64_t MonteCarloStage::open_round(Unit& unit) const {
    const auto attempts = static_cast<std::uint64_t>(engines.front().core_size());
    const std::uint64_t most = std::max<std::uint64_t>(1, round_attempts / attempts);
    const std::uint64_t left = std::min(most, sweeps() - unit.sweep);
    if (chains() == 1) return left;
    if (unit.sweep > 0 && unit.sweep % exchange_interval == 0) exchange_replicas(*this, unit);
    return std::min(left, exchange_interval - unit.sweep % exchange_interval);
}

void MonteCarloStage::advance(std::size_t chain, std::uint64_t sweeps, Unit& unit) {
    MonteCarlo& engine = engines[chain];
    State& state = unit.states[chain];
    const auto attempts = static_cast<std::uint64_t>(engine.core_size());
    const std::uint64_t end = unit.sweep + sweeps;
    for (std::uint64_t sweep = unit.sweep; sweep < end;) {
        // The next sample, counted from the end of the equilibration.
        const std::uint64_t sampled = sweep < monte_carlo.equilibration
                                          ? 0
                                          : (sweep - monte_carlo.equilibration) / monte_carlo.sample_interval;
        const std::uint64_t due = monte_carlo.equilibration + (sampled + 1) * monte_carlo.sample_interval;
        const std::uint64_t until = std::min(end, due);
        engine.advance(state, (until - sweep) * attempts);
        sweep = until;
        if (sweep == due) take_sample(*this, chain, state, unit.ladder().chains[chain]);
    }
}

bool MonteCarloStage::close_round(std::uint64_t sweeps_made, Unit& unit) const {
    unit.sweep += sweeps_made;
    if (unit.sweep < sweeps()) return false;
    for (std::size_t k = 0; k < chains(); ++k) {
        Chain& chain = unit.ladder().chains[k];
        chain.end = {Stop::until, 0.0, unit.states[k].step};
        close_chain(hamiltonians[k], unit.states[k], chain);
    }
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
