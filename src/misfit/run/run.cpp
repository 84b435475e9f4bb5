#include "misfit/run/run.hpp"

#include <chrono>
#include <fmt/format.h>
#include <memory>
#include <new>
#include <vector>

#include "misfit/base/error.hpp"
#include "misfit/base/message.hpp"
#include "misfit/base/parallel.hpp"
#include "misfit/base/watch.hpp"
#include "misfit/folder/provenance.hpp"
#include "misfit/folder/run_folder.hpp"
#include "misfit/input/spec_text.hpp"
#include "misfit/record/assembly.hpp"
#include "misfit/record/record_head.hpp"
#include "misfit/record/record_seal.hpp"
#include "misfit/run/extension.hpp"
#include "misfit/run/memory_limit.hpp"
#include "misfit/run/trial.hpp"
#include "misfit/run/work.hpp"
#include "misfit/store/checkpoint.hpp"
#include "misfit/store/files.hpp"
#include "misfit/store/version.hpp"
#include "misfit/unit/arithmetic.hpp"

namespace misfit {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point then) {
    return std::chrono::duration<double>(Clock::now() - then).count();
}

constexpr double notes_interval_seconds = 10.0;
constexpr double potential_interval_seconds = 0.2;

void refuse_differences(const RunFolder& folder, const RunSpec& here, const RunSpec& recorded) {
    const std::vector<std::string> lines = differences(here, recorded);
    if (lines.empty()) return;
    throw Error(
        fmt::format("{}: the run in this folder has other input; to go on with it, give its own:\n  {}",
                    folder.path().string(), listed(lines, "\n  ")));
}

RecordHeader recorded_header(const std::filesystem::path& record) {
    const RecordFile file(record);
    return read_head(h5::open_file(file.path()), record.string());
}

RunSpec recorded_spec(const std::filesystem::path& record) { return recorded_header(record).spec; }

/// What the folder is in when a run starts in it.
enum class Found { nothing, unfinished, finished, to_extend };

/// What a run that goes on in the folder is of; nothing if none does.
std::optional<RunSpec> spec_under_way(const RunFolder& folder) {
    const std::optional<RunNotes> notes = read_notes(folder.notes_file());
    if (!notes) return {};
    require_same_version(misfit_version(), notes->misfit_version, folder.path().string());
    return notes->header().spec;
}

/// To extend the run `given` to `spec`.
Found enter_to_extend(const RunFolder& folder, const RunSpec& spec, const RunSpec& given) {
    const std::string name = folder.path().string();
    if (!folder.has_record())
        throw Error(fmt::format("{}: holds no finished run to extend{}", name,
                                folder.has_unfinished_run() ? "; finish it first, with --resume" : ""));
    const RunSpec recorded = recorded_spec(folder.record());
    if (differences(spec, recorded).empty()) return Found::finished;
    refuse_differences(folder, given, recorded);
    return spec_under_way(folder) == spec ? Found::unfinished : Found::to_extend;
}

/// Refuses what must not be touched; clears the folder if it may be overwritten.
Found enter(const RunFolder& folder, const RunSpec& spec, const RunSpec& given, const RunOptions& options) {
    const std::string name = folder.path().string();
    if (!options.extend.empty() && options.overwrite)
        throw Error(fmt::format("{}: a run is either extended or overwritten, not both", name));
    if (!options.extend.empty()) return enter_to_extend(folder, spec, given);
    if (options.resume && options.overwrite)
        throw Error(fmt::format("{}: a run is either resumed or overwritten, not both", name));
    if (options.overwrite) {
        folder.clear();
        return Found::nothing;
    }
    if (folder.has_record()) {
        if (!options.resume)
            throw Error(
                fmt::format("{}: holds a finished record; it is replaced only with --overwrite", name));
        const RunSpec recorded = recorded_spec(folder.record());
        const RunSpec under_way = spec_under_way(folder).value_or(recorded);
        if (under_way != recorded && under_way == spec) return Found::unfinished;
        if (!is_extension(recorded, spec)) refuse_differences(folder, spec, recorded);
        if (under_way != recorded)
            throw Error(
                fmt::format("{0}: an extension of this run is under way; go on with the same "
                            "--extend, or with misfit run {0} --resume",
                            name));
        return Found::finished;
    }
    if (!folder.has_unfinished_run()) return Found::nothing;
    if (!options.resume)
        throw Error(fmt::format(
            "{}: holds an unfinished run; go on with --resume, or begin anew with --overwrite", name));
    refuse_differences(folder, spec, *spec_under_way(folder));
    return Found::unfinished;
}

std::string sentence(const std::filesystem::filesystem_error& failure) {
    return fmt::format("{}: {}", failure.path1().string(), failure.code().message());
}

/// Carries out what may fail for causes outside the program, and may be resumed then.
template <class Action>
RunOutcome under_way(Action action) {
    try {
        return action();
    } catch (const Error& error) {
        throw RunStopped(error.what());
    } catch (const std::filesystem::filesystem_error& failure) {
        throw RunStopped(sentence(failure));
    } catch (const std::bad_alloc&) {
        throw RunStopped("memory ran out");
    }
}

/// One start of a run, from the moment its folder is locked.
class Start {
public:
    Start(const RunSpec& spec, const RunSpec& given, const RunOptions& options)
        : spec_(spec),
          given_(given),
          options_(options),
          threads_(options.threads > 0 ? options.threads : hardware_threads()),
          folder_(options.out),
          work_(spec, threads_, options.observables, options.interrupt) {
        progress_.total = work_.units().count();
    }

    RunOutcome carry_out(const std::string& input_text);

private:
    void prepare();
    void open_notes(const std::string& input_text, Found found);
    void begin_extension();
    bool run_units();
    void write_record();
    void report(const std::string& phase);
    void report(const UnitProgress& progress);
    void save_notes();

    const RunSpec& spec_;
    const RunSpec& given_;  ///< before it was extended
    const RunOptions& options_;
    int threads_;
    RunFolder folder_;
    Clock::time_point started_ = Clock::now();
    Clock::time_point phase_began_ = started_;
    Clock::time_point reported_ = started_;
    double saved_seconds_ = 0.0;  ///< of this start, in the notes
    Progress progress_;
    RunNotes notes_;
    Work work_;
    double potential_seconds_ = 0.0;
};

RunOutcome Start::carry_out(const std::string& input_text) {
    folder_.create();
    const FolderLock lock(folder_.path());
    if (!lock.is_held() && options_.on_warning)
        options_.on_warning(
            fmt::format("{}: the file system there has no locks: see to it that no second run goes on in "
                        "this folder",
                        folder_.path().string()));
    const Found found = enter(folder_, spec_, given_, options_);
    if (found == Found::finished) {
        folder_.remove_parts();
        progress_.finished = progress_.resumed = progress_.total;
        progress_.fraction = 1.0;
        report("record");
        return RunOutcome::complete;
    }
    try {
        prepare();
    } catch (const Interrupted&) {
        return RunOutcome::interrupted;  // nothing has been written yet
    }
    open_notes(input_text, found);
    return under_way([this] {
        if (!run_units()) return RunOutcome::interrupted;
        write_record();
        return RunOutcome::complete;
    });
}

void Start::prepare() {
    report("potential");
    const Clock::time_point begin = Clock::now();
    work_.prepare([this](double fraction) {
        progress_.fraction = fraction;
        if (seconds_since(reported_) >= potential_interval_seconds) report("potential");
    });
    progress_.fraction = 0.0;
    potential_seconds_ = seconds_since(begin);
}

void Start::open_notes(const std::string& input_text, Found found) {
    notes_.resolved = to_toml(spec_);
    notes_.input_text = input_text;
    notes_.misfit_version = misfit_version();
    notes_.potential_hash = work_.potential_hash();
    notes_.provenance.arithmetic = arithmetic();
    notes_.potential_method = work_.potential_method();
    notes_.columns = work_.columns();
    notes_.provenance.started = utc_now();
    if (found == Found::unfinished) {
        const RunNotes earlier = *read_notes(folder_.notes_file());
        require_same_run(notes_.identity(), earlier.identity(), folder_.path().string());
        require_same_columns(notes_.columns, earlier.columns, folder_.path().string());
        folder_.require_own_input(earlier);
        notes_ = earlier;
    }
    Provenance& provenance = notes_.provenance;
    provenance.host = host_name();
    provenance.build = build_description();
    provenance.threads = threads_;
    provenance.potential_seconds += potential_seconds_;
    if (found == Found::nothing) folder_.begin(notes_);
    if (found == Found::to_extend) begin_extension();
}

/// From the notes on, the extension is under way.
void Start::begin_extension() {
    const std::string name = folder_.record().string();
    const RecordHeader recorded = recorded_header(folder_.record());
    require_same_version(notes_.misfit_version, recorded.misfit_version, name);
    require_same_potential(notes_.potential_hash, recorded.potential_hash, name);
    require_same_arithmetic(notes_.provenance.arithmetic,
                            read_provenance(h5::open_file(folder_.record())).arithmetic, name);
    require_same_columns(notes_.columns, recorded.columns, name);
    if (!is_sealed(folder_.record()) && options_.on_warning)
        options_.on_warning(
            fmt::format("{}: another program has rewritten it; what it has added or changed is "
                        "not carried over, and is lost at the end",
                        name));
    notes_.input_text = recorded.input_text;
    folder_.make_parts();
    write_notes(folder_.notes_file(), notes_);
}

bool Start::run_units() {
    const RunIdentity identity = notes_.identity();
    std::vector<std::uint32_t> units;
    {
        const PartReader finished(folder_.parts(), identity, options_.on_warning);
        for (std::uint32_t k = 0; k < work_.units().count(); ++k)
            if (const std::uint32_t unit = work_.units().first() + k; !finished.contains(unit))
                units.push_back(unit);
    }
    progress_.resumed = progress_.total - static_cast<std::uint32_t>(units.size());
    progress_.finished = progress_.resumed;
    report("units");
    // While there is a record, it is that of the run that is extended.
    std::optional<RecordedUnits> before;
    if (folder_.has_record()) before.emplace(folder_.record());
    const bool all_finished =
        work_.run(units, folder_.parts(), notes_, before ? &*before : nullptr, options_.on_warning,
                  {.threads = threads_,
                   .checkpoint_seconds = options_.checkpoint_seconds,
                   .interrupt = options_.interrupt,
                   .on_progress = [this](const UnitProgress& p) { report(p); }});
    save_notes();
    return all_finished;
}

void Start::write_record() {
    progress_.finished = progress_.total;
    progress_.fraction = 1.0;
    report("record");
    // Of what was recorded before an extension, the events are not counted here.
    const bool is_still = spec_.kind() == Method::exchange && progress_.resumed == 0 &&
                          progress_.events == 0 && !folder_.has_record();
    if (is_still && options_.on_warning) options_.on_warning(nothing_happens(spec_));
    Provenance provenance = notes_.provenance;
    provenance.finished = utc_now();
    const PartReader parts(folder_.parts(), notes_.identity(), options_.on_warning);
    assemble_record(folder_.record_aside(), notes_.header(), parts, provenance, options_.on_warning);
    folder_.complete(notes_);
}

void Start::report(const std::string& phase) {
    if (progress_.phase != phase) phase_began_ = Clock::now();
    progress_.phase = phase;
    progress_.elapsed_seconds = seconds_since(started_);
    progress_.phase_seconds = seconds_since(phase_began_);
    reported_ = Clock::now();
    if (options_.on_progress) options_.on_progress(progress_);
}

void Start::report(const UnitProgress& progress) {
    progress_.finished = progress_.resumed + progress.finished;
    progress_.fraction = (progress_.finished + progress.unfinished) / progress_.total;
    progress_.events = progress.events;
    report("units");
    if (seconds_since(started_) - saved_seconds_ >= notes_interval_seconds) save_notes();
}

void Start::save_notes() {
    const double seconds = seconds_since(started_);
    notes_.provenance.wall_seconds += seconds - saved_seconds_;
    saved_seconds_ = seconds;
    write_notes(folder_.notes_file(), notes_);
}

}  // namespace

FolderInput input_of(const std::filesystem::path& path, bool is_to_extend) {
    const RunFolder folder(path);
    const std::optional<RunNotes> notes = read_notes(folder.notes_file());
    if (notes && !(is_to_extend && folder.has_record())) return {notes->header().spec, notes->input_text};
    if (!folder.has_record())
        throw Error(fmt::format("{}: is a folder without a run; give an input file", path.string()));
    const RecordHeader recorded = recorded_header(folder.record());
    return {recorded.spec, recorded.input_text};
}

RunOutcome run(const RunSpec& spec, const std::string& input_text, const RunOptions& options) {
    RunSpec given = spec;
    RunSpec whole = spec;
    if (!options.extend.empty()) {
        // Of a run that has been extended before, the input may be that of its beginning.
        const RunFolder folder(options.out);
        if (folder.has_record())
            if (const RunSpec recorded = recorded_spec(folder.record()); is_extension(recorded, spec))
                given = recorded;
        whole = is_extended_to(given, options.extend) && given != spec ? given
                                                                       : extended_spec(given, options.extend);
    }
    require_memory(whole, options.threads);
    try {
        return Start(whole, given, options).carry_out(input_text);
    } catch (const std::filesystem::filesystem_error& failure) {
        throw Error(sentence(failure));
    }
}

}  // namespace misfit
