#include "misfit/run/trajectory.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace misfit {
namespace {

/// The next due time of either kind; infinite once all are done.
double next_due(const DueTimes& due, const Trajectory& trajectory) {
    double next = std::numeric_limits<double>::infinity();
    if (trajectory.samples < due.scalars.size()) next = due.scalars[trajectory.samples];
    if (trajectory.frames < due.sigma.size()) next = std::min(next, due.sigma[trajectory.frames]);
    return next;
}

/// Takes every sample that is due at `time` or before it.
void sample(const State& state, std::span<const Observable> observables, std::size_t columns,
            const DueTimes& due, double time, Trajectory& trajectory) {
    while (trajectory.frames < due.sigma.size() && due.sigma[trajectory.frames] <= time) {
        pack_sigma(state.sigma, trajectory.sigma);
        ++trajectory.frames;
    }
    while (trajectory.samples < due.scalars.size() && due.scalars[trajectory.samples] <= time) {
        const std::size_t row = trajectory.scalars.size();
        trajectory.scalars.resize(row + columns);
        measure(observables, state, std::span(trajectory.scalars).subspan(row));
        ++trajectory.samples;
    }
}

void finish(const Hamiltonian& hamiltonian, const KmcParameters& kmc, const State& state, Stop stop,
            Trajectory& trajectory) {
    trajectory.finished = true;
    trajectory.stop = stop;
    trajectory.end_time = stop == Stop::until ? kmc.t_end : state.time;
    trajectory.steps = state.step;
    std::copy_n(state.events.begin(), kmc_event_kinds, trajectory.events.begin());
    State fresh = state;
    fresh.phi = compute_phi(hamiltonian, state.sigma);
    trajectory.phi_deviation = state.phi_deviation;
    for (std::size_t site = 0; site < fresh.phi.size(); ++site)
        trajectory.phi_deviation =
            std::max(trajectory.phi_deviation, std::abs(fresh.phi[site] - state.phi[site]));
    trajectory.energy_deviation =
        std::abs(energy(hamiltonian, state).total() - energy(hamiltonian, fresh).total());
}

}  // namespace

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

void advance_trajectory(Kmc& kmc, State& state, std::span<const Observable> observables, const DueTimes& due,
                        std::uint64_t budget, Trajectory& trajectory) {
    const std::size_t columns = columns_of(observables).size();
    const double t_end = kmc.parameters().t_end;
    const std::uint64_t last_step = state.step + budget;
    while (!trajectory.finished) {
        const double until = std::min(next_due(due, trajectory), t_end);
        const Stop stop = kmc.advance(state, until, last_step - state.step);
        if (stop == Stop::paused) return;
        // An end holds the last state in all samples to come.
        const bool is_end = stop != Stop::until || until >= t_end;
        sample(state, observables, columns, due, is_end ? t_end : until, trajectory);
        if (is_end) finish(kmc.hamiltonian(), kmc.parameters(), state, stop, trajectory);
    }
}

State initial_state(const Hamiltonian& hamiltonian, std::uint64_t seed, std::uint32_t unit) {
    const auto sites = static_cast<std::size_t>(hamiltonian.crystal().size());
    return make_state(hamiltonian, std::vector<Spin>(sites, Spin{1}), {seed, unit, 0, Stream::kmc_event});
}

}  // namespace misfit
