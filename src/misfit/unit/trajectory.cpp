#include "misfit/unit/trajectory.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "misfit/model/drift.hpp"

namespace misfit {
namespace {

/// The next due time of either kind in this stage; infinite once all are done.
double next_due(const DueTimes& due, const Trajectory& trajectory) {
    const std::size_t stage = trajectory.stages.size();
    double next = std::numeric_limits<double>::infinity();
    const auto look_at = [&](const std::vector<DueTime>& times, std::uint32_t done) {
        if (done < times.size() && times[done].stage == stage) next = std::min(next, times[done].time);
    };
    look_at(due.scalars, trajectory.samples);
    look_at(due.sigma, trajectory.frames);
    return next;
}

/// Takes every sample that is due in this stage at `time` or before it.
void sample(const State& state, std::span<const Observable> observables, const DueTimes& due, double time,
            Trajectory& trajectory) {
    const DueTime now = {static_cast<std::uint16_t>(trajectory.stages.size()), time};
    for (; trajectory.frames < due.sigma.size() && due.sigma[trajectory.frames] <= now; ++trajectory.frames)
        pack_sigma(state.sigma, trajectory.sigma);
    const std::size_t columns = column_count(observables);
    for (; trajectory.samples < due.scalars.size() && due.scalars[trajectory.samples] <= now;
         ++trajectory.samples) {
        const std::size_t row = trajectory.scalars.size();
        trajectory.scalars.resize(row + columns);
        measure(observables, state, std::span(trajectory.scalars).subspan(row));
    }
}

/// Computes phi afresh for the Hamiltonian and notes how far it had drifted.
void end_stage(const Kmc& kmc, Stop stop, State& state, Trajectory& trajectory) {
    const Hamiltonian& hamiltonian = kmc.hamiltonian();
    const double incremental = energy(hamiltonian, state).total();
    refresh_phi(hamiltonian, state);
    trajectory.phi_deviation = state.phi_deviation;
    trajectory.energy_deviation =
        std::max(trajectory.energy_deviation, std::abs(energy(hamiltonian, state).total() - incremental));
    const double end_time = stop == Stop::until ? kmc.parameters().t_end : state.time;
    trajectory.stages.push_back({stop, end_time, state.step});
    std::copy_n(state.events.begin(), kmc_event_kinds, trajectory.events.begin());
}

void begin_stage(const Hamiltonian& hamiltonian, State& state) {
    state.phi = compute_phi(hamiltonian, state.sigma);  // epsilon may be another
    state.time = 0.0;
    state.step = 0;
    ++state.random.stage;
}

}  // namespace

std::uint64_t Trajectory::steps() const {
    return std::accumulate(stages.begin(), stages.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const StageEnd& stage) { return sum + stage.steps; });
}

void pack_sigma(std::span<const Spin> sigma, std::vector<std::uint8_t>& bits) {
    const std::size_t begin = bits.size();
    bits.resize(begin + (sigma.size() + 7) / 8, 0);
    for (std::size_t site = 0; site < sigma.size(); ++site)
        if (sigma[site] > 0) bits[begin + site / 8] |= static_cast<std::uint8_t>(1U << (site % 8));
}

void unpack_sigma(std::span<const std::uint8_t> bits, std::span<Spin> sigma) {
    for (std::size_t site = 0; site < sigma.size(); ++site)
        sigma[site] = ((static_cast<unsigned>(bits[site / 8]) >> (site % 8)) & 1U) != 0 ? Spin{1} : Spin{-1};
}

void advance_trajectory(std::span<StageEngine> stages, State& state, const DueTimes& due,
                        std::uint64_t budget, Trajectory& trajectory) {
    while (!trajectory.finished) {
        StageEngine& stage = stages[trajectory.stages.size()];
        const double t_end = stage.kmc.parameters().t_end;
        const double until = std::min(next_due(due, trajectory), t_end);
        const std::uint64_t before = state.step;
        const Stop stop = stage.kmc.advance(state, until, budget);
        budget -= state.step - before;
        if (stop == Stop::paused) return;
        // An end holds the last state in all samples to come.
        const bool is_end = stop != Stop::until || until >= t_end;
        sample(state, stage.observables, due, is_end ? t_end : until, trajectory);
        if (!is_end) continue;
        if (trajectory.stages.size() + 1 == stages.size())
            trajectory.last = {state, trajectory.energy_deviation};
        end_stage(stage.kmc, stop, state, trajectory);
        trajectory.finished = trajectory.stages.size() == stages.size();
        if (!trajectory.finished) begin_stage(stages[trajectory.stages.size()].kmc.hamiltonian(), state);
    }
}

State initial_state(const Hamiltonian& hamiltonian, std::vector<Spin> sigma, std::uint64_t seed,
                    std::uint32_t unit) {
    return make_state(hamiltonian, std::move(sigma), {seed, unit, 0, Stream::kmc_event});
}

State initial_state(const Hamiltonian& hamiltonian, std::uint64_t seed, std::uint32_t unit) {
    const auto sites = static_cast<std::size_t>(hamiltonian.crystal().size());
    return initial_state(hamiltonian, std::vector<Spin>(sites, Spin{1}), seed, unit);
}

}  // namespace misfit
