#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "misfit/folder/record_header.hpp"
#include "misfit/store/identity.hpp"

namespace misfit {

/// What a run knows about itself before its first trajectory, kept beside its parts: enough to go on with
/// it, and to make a record of what there is without the potential.
struct RunNotes {
    std::string resolved;    ///< the spec as TOML, defaults included
    std::string input_text;  ///< the user's file as it was at the first start
    std::string misfit_version;
    std::string potential_hash;
    std::string potential_method;
    std::vector<Observable::Column> columns;
    Provenance provenance;  ///< so far; seconds are those of all starts together

    RunIdentity identity() const;
    RecordHeader header() const;
};

void put(ByteWriter& writer, const RunNotes& notes);
void take(ByteReader& reader, RunNotes& notes);

/// Durable when it returns; at any instant the old notes or the new are there.
void write_notes(const std::filesystem::path& path, const RunNotes& notes);
/// Nothing if there are none: then there is no part either. Throws Error if they are damaged.
std::optional<RunNotes> read_notes(const std::filesystem::path& path);

}  // namespace misfit
