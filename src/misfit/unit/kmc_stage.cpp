#include "misfit/unit/kmc_stage.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace misfit {
namespace {

/// The next due time of either kind; infinite once all are done.
double next_due(const KmcStage& stage, const Chain& chain) {
    double next = std::numeric_limits<double>::infinity();
    const auto look_at = [&](const std::vector<double>& times, std::uint32_t done) {
        if (done < times.size()) next = std::min(next, times[done]);
    };
    look_at(stage.scalar_times, chain.samples);
    look_at(stage.frame_times, chain.frames);
    return next;
}

/// Takes every sample that is due at `time` or before it.
void sample(const KmcStage& stage, const State& state, double time, Chain& chain) {
    for (; chain.frames < stage.frame_times.size() && stage.frame_times[chain.frames] <= time; ++chain.frames)
        pack_sigma(state.sigma, chain.sigma);
    const std::size_t columns = column_count(stage.observables);
    for (; chain.samples < stage.scalar_times.size() && stage.scalar_times[chain.samples] <= time;
         ++chain.samples) {
        const std::size_t row = chain.scalars.size();
        chain.scalars.resize(row + columns);
        measure(stage.observables, state, std::span(chain.scalars).subspan(row));
    }
}

}  // namespace

std::uint64_t KmcStage::open_round(Unit&) const { return events_between_looks(kmc.hamiltonian()); }

void KmcStage::advance(std::size_t, std::uint64_t events, Unit& unit) {
    State& state = unit.states.front();
    Chain& chain = unit.ladder().chains.front();
    while (!chain.has_ended()) {
        const double until = std::min(next_due(*this, chain), length());
        const std::uint64_t before = state.step;
        const Stop stop = kmc.advance(state, until, events);
        events -= state.step - before;
        if (stop == Stop::paused) return;
        // An end holds the last state in all samples to come.
        const bool is_end = stop != Stop::until || until >= length();
        sample(*this, state, is_end ? length() : until, chain);
        if (is_end) chain.end = {stop, stop == Stop::until ? length() : state.time, state.step};
    }
}

bool KmcStage::close_round(std::uint64_t, Unit& unit) const {
    Chain& chain = unit.ladder().chains.front();
    if (!chain.has_ended()) return false;
    close_chain(kmc.hamiltonian(), unit.states.front(), chain);
    return true;
}

std::vector<double> times_of_stage(const std::vector<DueTime>& due, std::size_t stage) {
    std::vector<double> times;
    for (const DueTime& each : due)
        if (each.stage == stage) times.push_back(each.time);
    return times;
}

State initial_state(const Hamiltonian& hamiltonian, std::vector<Spin> sigma, std::uint64_t seed,
                    std::uint32_t number) {
    return make_state(hamiltonian, std::move(sigma), {seed, number, 0, Stream::kmc_event});
}

State initial_state(const Hamiltonian& hamiltonian, std::uint64_t seed, std::uint32_t number) {
    const auto sites = static_cast<std::size_t>(hamiltonian.crystal().size());
    return initial_state(hamiltonian, std::vector<Spin>(sites, Spin{1}), seed, number);
}

}  // namespace misfit
