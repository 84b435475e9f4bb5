#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "misfit/base/error.hpp"
#include "misfit/input/spec.hpp"
#include "misfit/measure/observables.hpp"

namespace misfit {

/// How far a run has come.
struct Progress {
    std::uint32_t finished = 0;  ///< units: trajectories, or ladders of chains
    std::uint32_t total = 0;
    std::uint32_t resumed = 0;  ///< of those finished, how many an earlier start had finished
    double fraction =
        0.0;  ///< of what the phase does, 0 to 1: V, or all units, unfinished ones by their time
    std::uint64_t events = 0;  ///< events, or attempts of Monte Carlo, in this start
    double elapsed_seconds = 0.0;
    double phase_seconds = 0.0;  ///< since the phase began
    std::string phase;           ///< "potential", "units", "record"
};

/// How to carry out a run; nothing here changes the numbers of what the input asks for.
struct RunOptions {
    std::filesystem::path out;  ///< the run's folder
    int threads = 0;            ///< 0: all there are
    bool resume = false;        ///< go on with what is in `out`
    /// "t_end=300", "trajectories=400", "sweeps=200000": go on with the finished run in `out` up to there, or
    /// with an extension that was interrupted (extended_spec() in run/extension.hpp); empty: do not.
    std::string extend;
    bool overwrite = false;            ///< replace a finished or unfinished run in `out`
    double checkpoint_seconds = 30.0;  ///< an unfinished trajectory is checkpointed this often
    std::function<void(const Progress&)>
        on_progress;  ///< called from one thread at a time, about 5 times a second
    /// Told, from any of its threads, of damage that the run gets over: one sentence that names the file.
    std::function<void(const std::string&)> on_warning;
    /// Observed beside what the input asks for. Whoever goes on with the run gives them again.
    std::vector<ObservableMaker> observables;
    const std::atomic<bool>* interrupt = nullptr;  ///< set from a signal handler: checkpoint and return
};

enum class RunOutcome { complete, interrupted };

/// What ended a run that was under way: a disk without room, a folder that is gone, memory that ran out. All
/// work up to the last checkpoint is kept if the folder is.
class RunStopped : public Error {
public:
    using Error::Error;
};

/// Carries a spec out: builds or loads the potential, runs the trajectories on threads, appends finished
/// ones to checksummed part files, and assembles `out/record.h5` from them in unit order.
///
/// `out` holds while it runs: input.toml (the spec resolved), parts/, lock. Killed at any instant, a run
/// loses the work since its last checkpoint; `resume` then ends bit for bit as the uninterrupted run, on
/// any number of threads.
/// With `extend` the record is replaced by that of one run as long as both together, bit for bit; until that
/// is whole it stays as it is. Throws Error: a finished record or another run in `out` (unless resume or
/// overwrite), a resumed spec that differs (with the differences), memory that is not there, a folder that
/// cannot be written. Throws RunStopped once it is under way.
RunOutcome run(const RunSpec& spec, const std::string& input_text, const RunOptions& options);

/// What a run is of, and the user's text.
struct FolderInput {
    RunSpec spec;
    std::string input_text;
};
/// What goes on in a run's folder: an extension that is under way, or else the run, finished or not; with
/// `is_to_extend`, what is recorded there. Throws Error for a folder without a run.
FolderInput input_of(const std::filesystem::path& folder, bool is_to_extend);

}  // namespace misfit
