#include "misfit/engine/process_kmc.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "misfit/base/error.hpp"
#include "misfit/engine/kmc_tables.hpp"
#include "misfit/model/drift.hpp"

namespace misfit {

std::vector<Process> ion_processes(const KmcParameters& parameters) {
    constexpr Spin A = 1;
    constexpr Spin B = -1;
    std::vector<Process> processes = {
        {{A}, {B}, Where::surface, parameters.exchange_rate, EventKind::exchange_A_to_B},
        {{B}, {A}, Where::surface, parameters.exchange_rate, EventKind::exchange_B_to_A},
        {{A, B}, {B, A}, Where::nearest, parameters.diffusion_rate, EventKind::swap_nearest}};
    if (parameters.swaps == Swaps::bonded)
        processes.push_back(
            {{A, B}, {B, A}, Where::next_nearest, parameters.diffusion_rate, EventKind::swap_next_nearest});
    return processes;
}

ProcessKmc::ProcessKmc(Model model, std::vector<Process> processes, const KmcParameters& parameters)
    : model_(std::move(model)), processes_(std::move(processes)), parameters_(parameters) {
    parameters_.validate();
    require_exchangeable(model_.crystal());
    for (const Process& process : processes_) {
        require_in(KmcParameters::rate_range, "rate of a process", process.rate);
        const std::size_t sites = process.where == Where::surface ? 1 : 2;
        for (std::size_t k = 0; k < sites; ++k)
            for (const Spin sigma : {process.from[k], process.to[k]})
                if (!model_.species().knows(sigma))
                    throw Error(
                        fmt::format("a process of sigma = {}, which is no species of the model", sigma));
    }
}

std::vector<ProcessKmc::Event> ProcessKmc::events(const State& state) const {
    const Crystal& crystal = model_.crystal();
    const auto sigma = [&](Site site) { return state.sigma[static_cast<std::size_t>(site)]; };
    std::vector<Event> found;
    const auto add = [&](const Process& process, Event event) {
        event.rate =
            process.rate * std::exp(-0.5 * model_.beta() * model_.energy_change(state, event.made()));
        if (event.rate > 0.0) found.push_back(event);
    };
    for (Site site = 0; site < crystal.size(); ++site) {
        for (const Process& process : processes_)
            if (process.where == Where::surface && crystal.is_surface(site) && process.from[0] == sigma(site))
                add(process, {process.kind, site, -1, 0.0, {{{site, process.from[0], process.to[0]}, {}}}});
        for (int d = 0; d < crystal.lattice().half_coordination(); ++d) {
            const Site other = crystal.neighbor(site, d);
            if (other < 0) continue;
            const bool nearest = crystal.lattice().directions[static_cast<std::size_t>(d)].nearest;
            for (const Process& process : processes_) {
                if (process.where != (nearest ? Where::nearest : Where::next_nearest)) continue;
                for (const std::size_t end : {std::size_t{0}, std::size_t{1}}) {
                    if (process.from[end] != sigma(site) || process.from[1 - end] != sigma(other)) continue;
                    add(process, {process.kind,
                                  site,
                                  other,
                                  0.0,
                                  {{{site, process.from[end], process.to[end]},
                                    {other, process.from[1 - end], process.to[1 - end]}}}});
                    if (process.from[0] == process.from[1]) break;  // the same event from either end
                }
            }
        }
    }
    return found;
}

Stop ProcessKmc::advance(State& state, double until, std::uint64_t budget) {
    if (std::isnan(until)) throw Error("until = nan: must be a number");
    for (;; --budget) {
        if (state.composition() <= parameters_.stop_at_composition) return Stop::composition;
        if (state.step >= parameters_.max_events) return Stop::max_events;
        const std::vector<Event> possible = events(state);
        double total = 0.0;
        for (const Event& event : possible) total += event.rate;
        if (possible.empty()) return Stop::frozen;
        if (!std::isfinite(total))
            throw Error(fmt::format("trajectory {}, event {}, t = {}: the rates leave the range of a double",
                                    state.random.unit, state.step, state.time));
        const UniformPair uniform = uniform_pair(state.random, state.step);
        const double time = state.time - std::log(uniform.first) / total;
        if (!(time < std::min(until, parameters_.t_end))) return Stop::until;
        if (budget == 0) return Stop::paused;
        double target = uniform.second * total;
        std::size_t chosen = 0;
        while (chosen + 1 < possible.size() && target >= possible[chosen].rate)
            target -= possible[chosen++].rate;
        state.time = time;
        ++state.step;
        ++state.events[static_cast<std::size_t>(possible[chosen].kind)];
        model_.apply(state, possible[chosen].made());
        if (state.step % refresh_interval(state.size()) == 0) model_.refresh(state);
    }
}

}  // namespace misfit
