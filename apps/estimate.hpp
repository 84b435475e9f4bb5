#pragma once

#include <filesystem>
#include <string>

#include "misfit/crystal/crystal.hpp"
#include "misfit/input/spec.hpp"

namespace misfit::cli {

/// Rough figures for `misfit check`, within a factor of a few: no promise, and nothing is computed to find
/// them.
struct Estimate {
    double potential_seconds = 0.0;      ///< to build V
    double events_per_trajectory = 0.0;  ///< to the end of the exchange
    double seconds_per_event = 0.0;      ///< on one thread
    double record_bytes = 0.0;           ///< on disk, before compression of the scalars
    std::size_t scalar_times = 0;
    std::size_t sigma_times = 0;

    double run_seconds(const RunSpec& spec, int threads) const;
};

Estimate estimate(const RunSpec& spec, const Crystal& crystal, int threads);

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
