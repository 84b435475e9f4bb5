#pragma once

#include <filesystem>
#include <vector>

#include "misfit/folder/record_header.hpp"
#include "misfit/store/parts.hpp"
#include "misfit/unit/unit.hpp"

namespace misfit {

/// All units of `parts`, in their order, and what follows from them into the record `path`; durable when it
/// returns. At points of an equilibrium that have none, what those `under_way` have sampled. `warn` is told
/// what makes numbers untrustworthy.
void assemble_record(const std::filesystem::path& path, const RecordHeader& header, const PartReader& parts,
                     const Provenance& provenance, const Warn& warn, std::vector<Unit> under_way = {});

}  // namespace misfit
