#pragma once

#include <filesystem>
#include <span>

namespace misfit {

/// Joins finished runs of exchange of one input that differ in ensemble.first and ensemble.trajectories alone
/// into a record in the folder `out`, bit for bit that of one run of all their trajectories but for the
/// user's text, which is that of the run with the lowest numbers. Each of `records` is a run's folder or its
/// record. Throws Error, naming the runs, for runs that are not finished or do not belong together, for
/// numbers that are missing or there twice, and for a folder that holds a run. O(bytes), memory for two of
/// the records.
void merge_runs(const std::filesystem::path& out, std::span<const std::filesystem::path> records);

}  // namespace misfit
