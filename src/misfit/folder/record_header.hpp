#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "misfit/input/spec.hpp"
#include "misfit/measure/observable.hpp"
#include "misfit/measure/schedule.hpp"

namespace misfit {

/// What a record holds beside trajectories.
struct RecordHeader {
    RunSpec spec;
    std::string input_text;  ///< the user's file as it was
    std::string misfit_version;
    std::string potential_hash;  ///< empty without an elastic term
    std::string potential_method;
    std::vector<Observable::Column> columns;
    DueTimes due;          ///< of an exchange, at its first point
    bool complete = true;  ///< false: assembled from a run that is still going or was interrupted
};

/// Where and how long, outside every comparison of numbers.
struct Provenance {
    std::string host;
    std::string build;             ///< compiler, kind of build, instruction set
    std::uint64_t arithmetic = 0;  ///< fingerprint of its last digits (unit/arithmetic.hpp)
    std::string started;           ///< UTC, ISO 8601
    std::string finished;
    int threads = 0;
    double wall_seconds = 0.0;  ///< of all starts together
    double potential_seconds = 0.0;
};

}  // namespace misfit
