#include "misfit/record/record_file.hpp"

#include <fmt/format.h>
#include <optional>
#include <utility>
#include <vector>

#include "misfit/base/error.hpp"
#include "misfit/folder/run_folder.hpp"
#include "misfit/record/assembly.hpp"
#include "misfit/record/record_seal.hpp"
#include "misfit/store/checkpoint.hpp"
#include "misfit/store/temporary_folder.hpp"
#include "misfit/unit/units.hpp"

namespace misfit {
namespace {

/// What the checkpoints of an equilibrium hold; one may vanish meanwhile, when its unit is finished.
std::vector<Unit> units_under_way(const RunFolder& folder, const RunNotes& notes, const Plan& plan) {
    std::vector<Unit> units;
    const CheckpointFolder checkpoints(folder.parts(), notes.identity());
    for (std::uint32_t number = 0; number < Units(plan).count(); ++number)
        if (auto unit = checkpoints.read<Unit>(number)) units.push_back(*std::move(unit));
    return units;
}

/// Assembles what a run has finished so far, and what the chains of an equilibrium have sampled.
void assemble_unfinished(const RunFolder& folder, const std::filesystem::path& record) {
    const std::optional<RunNotes> notes = read_notes(folder.notes_file());
    if (!notes)
        throw Error(fmt::format("{}: holds no record; or its run has not begun yet", folder.path().string()));
    RecordHeader header = notes->header();
    header.complete = false;
    // The checkpoints first: a unit that ends in between is in the parts by then.
    std::vector<Unit> under_way;
    if (header.spec.kind() == Method::equilibrium)
        under_way = units_under_way(folder, *notes, Plan(header.spec));
    const PartReader parts(folder.parts(), notes->identity(), {});
    assemble_record(record, header, parts, notes->provenance, {}, std::move(under_way));
}

/// A record of what there is of a run so far, in a temporary folder; its own if it ends meanwhile.
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
