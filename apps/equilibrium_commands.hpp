#pragma once

#include "misfit/record/equilibrium_record.hpp"

namespace misfit::cli {

/// A line for each key of [sweep], of either method.
void print_sweep(const RunSpec& spec);
/// Prints the averages of every point, what replicas did, and what must be known before trusting them.
int summarise(const EquilibriumRecord& record, bool csv);
/// The part of `info` that is particular to equilibrium.
void describe(const EquilibriumRecord& record);

}  // namespace misfit::cli
