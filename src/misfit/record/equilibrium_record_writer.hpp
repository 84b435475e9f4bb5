#pragma once

#include <filesystem>
#include <vector>

#include "misfit/folder/record_header.hpp"
#include "misfit/store/parts.hpp"
#include "misfit/unit/unit.hpp"

namespace misfit {

/// All ladders of `parts`, in unit order, and what follows from them into the record `path`; durable when it
/// returns. At points that have none, what those `under_way` have sampled (gather_ladders()). `warn` is told
/// what makes numbers untrustworthy.
void assemble_equilibrium_record(const std::filesystem::path& path, const RecordHeader& header,
                                 const PartReader& parts, const Provenance& provenance, const Warn& warn,
                                 std::vector<Unit> under_way = {});

}  // namespace misfit
