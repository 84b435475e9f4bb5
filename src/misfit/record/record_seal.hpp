#pragma once

#include <filesystem>

namespace misfit {

/// Appends to a closed record what tells damage: "MISFITRC", the size so far (u64) and the CRC-32 of all that
/// (u32), little-endian. HDF5 takes no notice of bytes behind its own; CRC-32 is what zlib and Python's
/// standard library have. The file is durable when this returns. O(bytes).
void seal_record(const std::filesystem::path& record);

/// False once another program has rewritten the record.
bool is_sealed(const std::filesystem::path& record);

/// Throws Error if a sealed record is not what was written, but for HDF5's note that it was open for writing.
/// HDF5 itself may crash on a damaged file, so this comes before it opens one. A file without a seal is not
/// judged: it is older than seals, or another program has rewritten it. O(bytes).
void verify_record(const std::filesystem::path& record);

}  // namespace misfit
