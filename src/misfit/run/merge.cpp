#include "misfit/run/merge.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "misfit/base/error.hpp"
#include "misfit/base/message.hpp"
#include "misfit/folder/provenance.hpp"
#include "misfit/folder/run_folder.hpp"
#include "misfit/input/plan.hpp"
#include "misfit/input/spec_reader.hpp"
#include "misfit/input/spec_text.hpp"
#include "misfit/record/exchange_record_writer.hpp"
#include "misfit/record/record_head.hpp"
#include "misfit/record/recorded_units.hpp"
#include "misfit/run/work.hpp"
#include "misfit/store/files.hpp"
#include "misfit/store/identity.hpp"

namespace misfit {
namespace {

/// One of the runs to be joined.
struct Part {
    std::string name;
    RecordFile file;
    RecordHeader header;
    Provenance provenance;

    const EnsembleParameters& ensemble() const { return header.spec.exchange().ensemble; }
    std::uint64_t first() const { return ensemble().first; }
    std::uint64_t end() const { return first() + ensemble().trajectories; }
    std::string numbers() const { return fmt::format("{} (numbers {} to {})", name, first(), end() - 1); }
};

Part open_part(const std::filesystem::path& path) {
    RecordFile file(path);
    const h5::Handle opened = h5::open_file(file.path());
    const std::string name = path.string();
    require_method(RecordPlaces(opened, name), name, Method::exchange);
    RecordHeader header = read_head(opened, name);
    if (!header.complete)
        throw Error(fmt::format("{}: is not finished; finish it first, with --resume", name));
    Provenance provenance = read_provenance(opened);
    return {name, std::move(file), std::move(header), std::move(provenance)};
}

void require_same_input(const Part& first, const Part& other) {
    RunSpec alike = other.header.spec;
    alike.exchange().ensemble.first = first.ensemble().first;
    alike.exchange().ensemble.trajectories = first.ensemble().trajectories;
    if (const std::vector<std::string> lines = differences(alike, first.header.spec); !lines.empty())
        throw Error(
            fmt::format("{} and {}: are runs of other inputs, and do not go together (here: the "
                        "former):\n  {}",
                        other.name, first.name, listed(lines, "\n  ")));
    require_same_version(first.header.misfit_version, other.header.misfit_version, other.name);
    require_same_arithmetic(first.provenance.arithmetic, other.provenance.arithmetic, other.name);
    require_same_columns(first.header.columns, other.header.columns, other.name);
}

/// Throws Error unless the trajectories of all, sorted by their first number, are a row without gaps.
void require_row(const std::vector<Part>& parts) {
    for (std::size_t k = 1; k < parts.size(); ++k) {
        const Part& before = parts[k - 1];
        const Part& here = parts[k];
        if (here.first() < before.end())
            throw Error(fmt::format("{} and {}: have trajectories {} to {} twice", before.numbers(),
                                    here.numbers(), here.first(), std::min(before.end(), here.end()) - 1));
        if (here.first() > before.end())
            throw Error(fmt::format("{} and {}: trajectories {} to {} between them are missing",
                                    before.numbers(), here.numbers(), before.end(), here.first() - 1));
    }
}

/// The hash of what a run's numbers follow from beside its spec.
std::string hash_of(const RunSpec& spec) {
    Work work(spec, 0);
    work.prepare([](double) {});
    return work.potential_hash();
}

/// The hash of all together. Where each trajectory starts from a frame of its own, it is not that of a part.
std::string merged_hash(const std::vector<Part>& parts, const RunSpec& merged) {
    const ExchangeStartParameters& start = merged.exchange().start;
    if (start.start == ExchangeStart::record && start.unit < 0) {
        for (const Part& part : parts)
            require_same_potential(hash_of(part.header.spec), part.header.potential_hash, part.name);
        return hash_of(merged);
    }
    for (const Part& part : parts)
        require_same_potential(parts.front().header.potential_hash, part.header.potential_hash, part.name);
    return parts.front().header.potential_hash;
}

Provenance merged_provenance(const std::vector<Part>& parts) {
    Provenance all = parts.front().provenance;
    all.wall_seconds = all.potential_seconds = 0.0;
    for (const Part& part : parts) {
        all.started = std::min(all.started, part.provenance.started);
        all.finished = std::max(all.finished, part.provenance.finished);
        if (all.host.find(part.provenance.host) == std::string::npos) all.host += ", " + part.provenance.host;
        all.threads = std::max(all.threads, part.provenance.threads);
        all.wall_seconds += part.provenance.wall_seconds;
        all.potential_seconds += part.provenance.potential_seconds;
    }
    return all;
}

/// Point by point, and at each the trajectories of one part after the other.
void write_trajectories(const std::vector<Part>& parts, const RecordHeader& header,
                        const Provenance& provenance, const std::filesystem::path& path) {
    const Plan plan(header.spec);
    const Units units(plan);
    std::vector<std::unique_ptr<RecordedUnits>> all;
    for (const Part& part : parts) all.push_back(std::make_unique<RecordedUnits>(part.file.path()));
    ExchangeRecordWriter writer(path, header, build_crystals(plan));
    for (std::uint32_t k = 0; k < units.count(); ++k) {
        if (k % units.of_a_point() == 0)
            writer.begin_point(plan.due_times(k / units.of_a_point()), units.of_a_point());
        const UnitPlan unit = units[units.first() + k];
        const auto part =
            std::ranges::find_if(parts, [&](const Part& each) { return unit.number < each.end(); });
        const std::optional<Unit> found = all[static_cast<std::size_t>(part - parts.begin())]->unit(unit);
        if (!found) throw Error(fmt::format("{}: lacks trajectory {}", part->name, unit.number));
        writer.append(*found);
    }
    writer.finish(provenance);
}

}  // namespace

void merge_runs(const std::filesystem::path& out, std::span<const std::filesystem::path> records) {
    std::vector<Part> parts;
    for (const std::filesystem::path& path : records) parts.push_back(open_part(path));
    for (const Part& part : parts) require_same_input(parts.front(), part);
    std::ranges::sort(parts, {}, &Part::first);
    require_row(parts);

    RecordHeader header = parts.front().header;
    const std::uint64_t count = parts.back().end() - parts.front().first();
    header.spec.exchange().ensemble.trajectories = static_cast<std::uint32_t>(count);
    header.spec = parse_spec(to_toml(header.spec), "merge");  // so many may be too many
    header.potential_hash = merged_hash(parts, header.spec);

    const RunFolder folder(out);
    folder.create();
    const FolderLock lock(folder.path());
    if (folder.has_record() || folder.has_unfinished_run())
        throw Error(fmt::format("{}: holds a run; merge into a folder of its own", out.string()));
    const Provenance provenance = merged_provenance(parts);
    write_trajectories(parts, header, provenance, folder.record_aside());
    RunNotes notes;
    notes.resolved = to_toml(header.spec);
    folder.complete(notes);
}

}  // namespace misfit
