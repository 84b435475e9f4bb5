#pragma once

#include "commands.hpp"
#include "misfit/run/equilibrium_record.hpp"

namespace misfit::cli {

/// Prints the averages of every point, what replicas did, and what must be known before trusting them.
int summarise(const EquilibriumRecord& record, bool csv);
/// The part of `info` that is particular to equilibrium.
void describe(const EquilibriumRecord& record);
/// Writes all frames of all chains and points as extended XYZ.
int export_frames(const EquilibriumRecord& record, const Export& command);

}  // namespace misfit::cli
