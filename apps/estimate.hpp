#pragma once

#include <filesystem>
#include <string>

#include "misfit/input/plan.hpp"

namespace misfit::cli {

/// Rough figures for `misfit check`, within a factor of a few: no promise, and nothing is computed to find
/// them.
struct Estimate {
    double potential_seconds = 0.0;  ///< to build every V
    double trajectories = 0.0;       ///< at all points
    double events = 0.0;             ///< of all of them, to the end of the exchange
    double event_seconds = 0.0;      ///< of all events, on one thread
    double record_bytes = 0.0;       ///< on disk, before compression of the scalars

    double run_seconds(int threads) const;
};

Estimate estimate_exchange(const Plan& plan, int threads);

/// The same for an equilibrium run.
struct EquilibriumEstimate {
    double potential_seconds = 0.0;  ///< to build every V
    double attempts = 0.0;           ///< of all chains
    double seconds_per_attempt = 0.0;
    double chains = 0.0;
    double units = 0.0;         ///< chains or ladders that run at once
    double record_bytes = 0.0;  ///< before compression

    double run_seconds(int threads) const;
};
EquilibriumEstimate estimate_equilibrium(const RunSpec& spec, int threads);

/// "the record may take 654 GiB; 76 GiB are free", if it may take more than is free where `folder` is or will
/// be; otherwise empty.
std::string disk_warning(double record_bytes, const std::filesystem::path& folder);
/// Bytes that the record of either kind of run may take.
double record_bytes(const RunSpec& spec);

}  // namespace misfit::cli
