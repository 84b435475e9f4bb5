#pragma once

#include <filesystem>

#include "misfit/folder/record_header.hpp"
#include "misfit/store/parts.hpp"

namespace misfit {

/// All units of `parts`, in their order, and what follows from them into the record `path`; durable when it
/// returns. `warn` is told what makes numbers untrustworthy.
void assemble_record(const std::filesystem::path& path, const RecordHeader& header, const PartReader& parts,
                     const Provenance& provenance, const Warn& warn);

}  // namespace misfit
