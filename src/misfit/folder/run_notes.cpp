#include "misfit/folder/run_notes.hpp"

#include "misfit/base/error.hpp"
#include "misfit/input/plan.hpp"
#include "misfit/input/spec_reader.hpp"
#include "misfit/measure/schedule.hpp"
#include "misfit/store/files.hpp"

namespace misfit {
namespace {

constexpr std::string_view magic = "MISFITN2";

}  // namespace

RunIdentity RunNotes::identity() const {
    const ByteSpan text(reinterpret_cast<const std::uint8_t*>(resolved.data()), resolved.size());
    return {misfit_version, potential_hash, checksum(text), provenance.arithmetic};
}

RecordHeader RunNotes::header() const {
    RecordHeader header;
    header.spec = parse_spec(resolved, "the run's notes");
    header.input_text = input_text;
    header.misfit_version = misfit_version;
    header.potential_hash = potential_hash;
    header.potential_method = potential_method;
    header.columns = columns;
    if (header.spec.kind() == Method::exchange) header.due = Plan(header.spec).due_times(0);
    return header;
}

void put(ByteWriter& writer, const RunNotes& notes) {
    for (const std::string* text : {&notes.resolved, &notes.input_text, &notes.misfit_version,
                                    &notes.potential_hash, &notes.potential_method})
        writer.put(std::string_view(*text));
    writer.put(static_cast<std::uint32_t>(notes.columns.size()));
    for (const Observable::Column& column : notes.columns)
        for (const std::string* text :
             {&column.name, &column.unit, &column.description, &column.panel, &column.label})
            writer.put(std::string_view(*text));
    const Provenance& provenance = notes.provenance;
    for (const std::string* text :
         {&provenance.host, &provenance.build, &provenance.started, &provenance.finished})
        writer.put(std::string_view(*text));
    writer.put(provenance.arithmetic);
    writer.put(provenance.threads);
    writer.put(provenance.wall_seconds);
    writer.put(provenance.potential_seconds);
}

void take(ByteReader& reader, RunNotes& notes) {
    for (std::string* text : {&notes.resolved, &notes.input_text, &notes.misfit_version,
                              &notes.potential_hash, &notes.potential_method})
        reader.take(*text);
    std::uint32_t columns = 0;
    reader.take(columns);
    for (std::uint32_t k = 0; k < columns; ++k) {
        Observable::Column& column = notes.columns.emplace_back();
        for (std::string* text :
             {&column.name, &column.unit, &column.description, &column.panel, &column.label})
            reader.take(*text);
    }
    Provenance& provenance = notes.provenance;
    for (std::string* text : {&provenance.host, &provenance.build, &provenance.started, &provenance.finished})
        reader.take(*text);
    reader.take(provenance.arithmetic);
    reader.take(provenance.threads);
    reader.take(provenance.wall_seconds);
    reader.take(provenance.potential_seconds);
}

void write_notes(const std::filesystem::path& path, const RunNotes& notes) {
    ByteWriter payload;
    put(payload, notes);
    replace_file(path, seal(magic, payload.bytes()));
}

std::optional<RunNotes> read_notes(const std::filesystem::path& path) {
    if (!std::filesystem::exists(path)) return {};
    const Bytes bytes = read_file(path);
    const std::optional<ByteSpan> payload = unseal(magic, bytes);
    if (!payload) throw Error(path.string() + ": damaged, or of another version of misfit");
    ByteReader reader(*payload, path.string());
    RunNotes notes;
    take(reader, notes);
    reader.expect_end();
    return notes;
}

}  // namespace misfit
