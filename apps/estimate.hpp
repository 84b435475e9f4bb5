#pragma once

#include <filesystem>
#include <string>

#include "misfit/crystal/crystal.hpp"
#include "misfit/run/spec.hpp"

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

/// "the record may take 654 GiB; 76 GiB are free", if it may take more than is free where `folder` is or will
/// be; otherwise empty.
std::string disk_warning(const Estimate& rough, const std::filesystem::path& folder);

}  // namespace misfit::cli
