#pragma once

#include <filesystem>
#include <string>

#include "misfit/folder/run_notes.hpp"

namespace misfit {

/// The names in a run's folder, and the rules by which they come and go.
///
/// While a run goes on: input.toml, parts/ (notes, parts, checkpoints), lock. Afterwards: input.toml and
/// record.h5. When both record and parts are there, the record is whole, and the run was killed before it
/// had cleared up, or the parts are of an extension of it.
class RunFolder {
public:
    explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path record() const { return path_ / "record.h5"; }
    std::filesystem::path record_aside() const { return path_ / "record.h5.partial"; }
    std::filesystem::path input() const { return path_ / "input.toml"; }
    std::filesystem::path parts() const { return path_ / "parts"; }
    std::filesystem::path notes_file() const { return parts() / "notes"; }

    bool has_record() const { return std::filesystem::exists(record()); }
    bool has_unfinished_run() const { return !has_record() && std::filesystem::exists(notes_file()); }

    /// Makes the folder and those above it. Throws Error if that cannot be, or if a name of a run leads out
    /// of the folder by a symbolic link.
    void create() const;
    /// Removes a finished or unfinished run, its record last. Other files stay.
    void clear() const;
    /// Puts down input.toml and the notes. Throws Error for an input.toml of other text.
    void begin(const RunNotes& notes) const;
    /// An empty folder for parts.
    void make_parts() const;
    /// Throws Error if somebody has changed the input.toml of an unfinished run.
    void require_own_input(const RunNotes& notes) const;
    /// Puts down input.toml, if an extension has changed it, names the whole record.h5.partial record.h5, and
    /// removes the parts.
    void complete(const RunNotes& notes) const;
    void remove_parts() const;

private:
    std::filesystem::path path_;
};

}  // namespace misfit
