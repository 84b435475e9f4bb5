#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "misfit/unit/unit.hpp"

namespace misfit {

/// A finished trajectory of an exchange, through all its stages, as a record has it.
struct Trajectory {
    std::uint32_t unit = 0;           ///< its number in the ensemble
    std::vector<double> scalars;      ///< [samples][columns], row by row
    std::vector<std::uint8_t> sigma;  ///< [frames][ceil(N/8)], as pack_sigma() gives them
    std::uint32_t samples = 0;        ///< of all stages
    std::uint32_t frames = 0;         ///< likewise
    std::vector<StageEnd> stages;
    std::array<std::uint64_t, kmc_event_kinds> events = {};
    double phi_deviation = 0.0;     ///< largest |phi - V dsigma| seen
    double energy_deviation = 0.0;  ///< largest |energy of the incremental phi - energy from scratch| at a
                                    ///< stage's end

    /// Why and when the last stage ended. Only if there is one.
    Stop stop() const { return stages.back().stop; }
    double end_time() const { return stages.back().end_time; }
    /// Events of all stages.
    std::uint64_t steps() const;
    bool operator==(const Trajectory&) const = default;
};

/// What a finished unit of an exchange recorded.
Trajectory trajectory_of(const Unit& unit);

/// The ends of a trajectory: a record has their places here.
inline constexpr std::array<Stop, 4> possible_ends = {Stop::until, Stop::composition, Stop::max_events,
                                                      Stop::frozen};
/// Throws Error for a trajectory that has not ended.
std::int32_t end_number(Stop stop);
/// The word for an end: "t_end", "composition", "max_events", "frozen". Throws Error likewise.
std::string end_word(Stop stop);
/// The reverse. Throws Error for another word.
Stop end_of_word(const std::string& word);

}  // namespace misfit
