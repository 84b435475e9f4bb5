#include "misfit/record/record_file.hpp"

#include <fmt/format.h>
#include <optional>

#include "misfit/base/error.hpp"
#include "misfit/folder/run_folder.hpp"
#include "misfit/record/assembly.hpp"
#include "misfit/record/record_seal.hpp"
#include "misfit/store/temporary_folder.hpp"

namespace misfit {
namespace {

/// Assembles what a run has finished so far.
void assemble_unfinished(const RunFolder& folder, const std::filesystem::path& record) {
    const std::optional<RunNotes> notes = read_notes(folder.notes_file());
    if (!notes)
        throw Error(fmt::format("{}: holds no record; or its run has not begun yet", folder.path().string()));
    RecordHeader header = notes->header();
    header.complete = false;
    const PartReader parts(folder.parts(), notes->identity(), {});
    assemble_record(record, header, parts, notes->provenance, {});
}

/// A record of what a run has finished so far, in a temporary folder; its own if it ends meanwhile.
std::filesystem::path assemble(const RunFolder& folder, std::optional<TemporaryFolder>& temporary) {
    temporary.emplace();
    std::filesystem::path record = temporary->path() / "record.h5";
    try {
        assemble_unfinished(folder, record);
    } catch (const std::exception&) {
        // The run may have ended while its parts were read.
        if (!folder.has_record()) throw;
        temporary.reset();
        return folder.record();
    }
    return record;
}

}  // namespace

struct RecordFile::Contents {
    std::optional<TemporaryFolder> temporary;
    std::filesystem::path path;
};

RecordFile::RecordFile(const std::filesystem::path& given) : contents_(std::make_unique<Contents>()) {
    std::filesystem::path& path = contents_->path;
    path = given;
    if (std::filesystem::is_directory(given)) {
        const RunFolder folder(given);
        path = folder.has_record() ? folder.record() : assemble(folder, contents_->temporary);
    }
    if (std::filesystem::is_regular_file(path)) verify_record(path);
}

RecordFile::RecordFile(RecordFile&&) noexcept = default;
RecordFile& RecordFile::operator=(RecordFile&&) noexcept = default;
RecordFile::~RecordFile() = default;
const std::filesystem::path& RecordFile::path() const { return contents_->path; }
Method RecordFile::kind() const { return record_kind(contents_->path); }

}  // namespace misfit
