#include "misfit/folder/run_folder.hpp"

#include <fmt/format.h>

#include "misfit/base/error.hpp"
#include "misfit/store/files.hpp"

namespace misfit {
namespace {

ByteSpan bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

void RunFolder::create() const {
    make_folder(path_);
    // What is written and removed here stays here, whoever made the folder.
    for (const std::filesystem::path& path : {record(), record_aside(), input(), parts(), path_ / "lock"})
        if (std::filesystem::is_symlink(path))
            throw Error(
                fmt::format("{}: is a symbolic link, which nothing in a run's folder is", path.string()));
}

void RunFolder::clear() const {
    remove_parts();
    std::filesystem::remove(record_aside());
    std::filesystem::remove(input());
    std::filesystem::remove(record());
    sync_folder(path_);
}

void RunFolder::begin(const RunNotes& notes) const {
    if (std::filesystem::exists(input()) && read_text(input()) != notes.resolved)
        throw Error(
            fmt::format("{}: is there already, but not from a run in this folder; choose another "
                        "folder, or allow to overwrite",
                        input().string()));
    make_parts();
    replace_file(input(), bytes_of(notes.resolved));
    write_notes(notes_file(), notes);
}

void RunFolder::require_own_input(const RunNotes& notes) const {
    // While a finished run is extended, the input that stands there is that of before.
    if (!std::filesystem::exists(input()) || std::filesystem::exists(record())) return;
    if (read_text(input()) != notes.resolved)
        throw Error(
            fmt::format("{}: has been changed since the run began, which goes on as it began: put it back or "
                        "remove it; --extend makes a run longer, and another input needs another folder",
                        input().string()));
}

void RunFolder::make_parts() const {
    remove_parts();
    make_folder(parts());
}

void RunFolder::complete(const RunNotes& notes) const {
    const bool is_input = std::filesystem::exists(input()) && read_text(input()) == notes.resolved;
    if (!is_input) replace_file(input(), bytes_of(notes.resolved));
    rename_durably(record_aside(), record());
    remove_parts();
}

void RunFolder::remove_parts() const {
    // The notes go last: while they are there, the folder is known to hold a run.
    if (!std::filesystem::exists(parts())) return;
    for (const auto& entry : std::filesystem::directory_iterator(parts()))
        if (entry.path() != notes_file()) std::filesystem::remove(entry.path());
    std::filesystem::remove_all(parts());
}

}  // namespace misfit
