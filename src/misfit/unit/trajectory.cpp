#include "misfit/unit/trajectory.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

#include "misfit/base/error.hpp"

namespace misfit {

std::uint64_t Trajectory::steps() const {
    return std::accumulate(stages.begin(), stages.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const StageEnd& stage) { return sum + stage.steps; });
}

Trajectory trajectory_of(const Unit& unit) {
    Trajectory all;
    for (const Ladder& ladder : unit.stages) {
        const Chain& chain = ladder.chains.front();
        all.unit = chain.number;
        all.scalars.insert(all.scalars.end(), chain.scalars.begin(), chain.scalars.end());
        all.sigma.insert(all.sigma.end(), chain.sigma.begin(), chain.sigma.end());
        all.samples += chain.samples;
        all.frames += chain.frames;
        all.stages.push_back(chain.end);
        for (std::size_t kind = 0; kind < kmc_event_kinds; ++kind) all.events[kind] += chain.events[kind];
        all.phi_deviation = std::max(all.phi_deviation, chain.phi_deviation);
        all.energy_deviation = std::max(all.energy_deviation, chain.energy_deviation);
    }
    return all;
}

std::int32_t end_number(Stop stop) {
    const auto found = std::ranges::find(possible_ends, stop);
    if (found == possible_ends.end()) throw Error("a trajectory that has not ended cannot be recorded");
    return static_cast<std::int32_t>(found - possible_ends.begin());
}

std::string end_word(Stop stop) {
    end_number(stop);
    return stop == Stop::until ? "t_end" : stop_words[static_cast<std::size_t>(stop)];
}

Stop end_of_word(const std::string& word) {
    for (const Stop end : possible_ends)
        if (end_word(end) == word) return end;
    throw Error(fmt::format("'{}' is no end of a trajectory", word));
}

}  // namespace misfit
