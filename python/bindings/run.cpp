// Whole runs, start species.

#include "misfit/run/run.hpp"
#include "misfit/input/spec_reader.hpp"
#include "misfit/input/spec_template.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <fmt/format.h>
#include <mutex>
#include <optional>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>
#include <thread>
#include <utility>

#include "bindings.hpp"
#include "misfit/base/error.hpp"
#include "misfit/engine/monte_carlo.hpp"
#include "misfit/record/record_file.hpp"
#include "misfit/run/start_state.hpp"
#include "misfit/unit/start_species.hpp"
#include "own_observable.hpp"

namespace misfit::python {
namespace {

/// A run on a thread of its own, and what it has to say. Python's lock is not needed for any of it.
class BackgroundRun {
public:
    BackgroundRun(const RunSpec& spec, const std::string& text, RunOptions options) {
        options.interrupt = &interrupt_;
        options.on_progress = [this](const Progress& progress) {
            const std::scoped_lock lock(mutex_);
            progress_ = progress;
        };
        options.on_warning = [this](const std::string& warning) {
            const std::scoped_lock lock(mutex_);
            warnings_.push_back(warning);
        };
        thread_ = std::thread([this, spec, text, options = std::move(options)] {
            try {
                outcome_ = misfit::run(spec, text, options);
            } catch (...) {
                failure_ = std::current_exception();
            }
            const std::scoped_lock lock(mutex_);
            over_ = true;
            changed_.notify_all();
        });
    }
    BackgroundRun(const BackgroundRun&) = delete;
    BackgroundRun& operator=(const BackgroundRun&) = delete;
    ~BackgroundRun() {
        interrupt();
        const py::gil_scoped_release release;  // the thread may need the lock to let go of Python's functions
        thread_.join();
    }

    void interrupt() { interrupt_.store(true); }
    /// True once it is over; waits a twentieth of a second at the most.
    bool wait() {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::milliseconds(50), [this] { return over_; });
    }
    /// The latest progress since the last call, if there is any.
    std::optional<Progress> news() {
        const std::scoped_lock lock(mutex_);
        return std::exchange(progress_, std::nullopt);
    }
    std::vector<std::string> warnings() {
        const std::scoped_lock lock(mutex_);
        return std::exchange(warnings_, {});
    }
    /// Once it is over. Throws what the run threw.
    RunOutcome outcome() const {
        if (failure_) std::rethrow_exception(failure_);
        return outcome_;
    }

private:
    std::atomic<bool> interrupt_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool over_ = false;
    std::optional<Progress> progress_;
    std::vector<std::string> warnings_;
    RunOutcome outcome_ = RunOutcome::complete;
    std::exception_ptr failure_;
    std::thread thread_;
};

/// Whose line a warning names: who called misfit.run, two functions of misfit/runs.py away.
constexpr int callers_above = 3;

void tell(BackgroundRun& run, const py::object& on_progress) {
    const auto warn = py::module_::import("warnings").attr("warn");
    for (const std::string& warning : run.warnings())
        warn(warning, py::module_::import("builtins").attr("RuntimeWarning"),
             py::arg("stacklevel") = callers_above);
    if (on_progress.is_none()) return;
    if (const std::optional<Progress> progress = run.news()) on_progress(*progress);
}

/// True if the run is complete, false if it was interrupted. An interrupt from the keyboard, or an exception
/// of on_progress, stops the run at its next checkpoint and goes on upwards from there.
bool run_input(const std::string& text, const std::string& name, const std::vector<std::string>& settings,
               const std::filesystem::path& out, int threads, bool resume, bool overwrite,
               const std::string& extend, const std::vector<OwnObservable>& observables,
               const py::object& on_progress) {
    const RunSpec spec = parse_spec(text, name, settings);
    RunOptions options;
    options.out = out;
    options.threads = threads;
    options.resume = resume;
    options.overwrite = overwrite;
    options.extend = extend;
    options.observables = makers_of(observables);
    std::optional<BackgroundRun> run;
    run.emplace(spec, text, std::move(options));
    const auto finish = [&run] {
        const py::gil_scoped_release release;
        while (!run->wait()) {
        }
    };
    try {
        for (bool over = false; !over;) {
            {
                const py::gil_scoped_release release;
                over = run->wait();
            }
            if (PyErr_CheckSignals() != 0) throw py::error_already_set();
            tell(*run, on_progress);
        }
    } catch (...) {
        run->interrupt();
        finish();
        throw;
    }
    return run->outcome() == RunOutcome::complete;
}

py::array_t<Spin> start_array(const Crystal& crystal, double composition, const std::string& start,
                              int shell_species, std::uint64_t seed, std::uint32_t unit) {
    const auto kind = static_cast<StartState>(index_of_word(arrangement_words, start, "start"));
    require_in(composition_range, "composition", composition);
    if (shell_species != 1 && shell_species != -1)
        throw Error(fmt::format("shell_species = {}: must be +1 (A) or -1 (B)", shell_species));
    MonteCarloParameters parameters;
    parameters.composition = composition;
    const auto core_size = static_cast<Site>(core_sites(crystal).size());
    return as_array(start_species(crystal, kind, core_count_A(parameters, core_size),
                                  static_cast<Spin>(shell_species),
                                  {seed, unit, 0, Stream::monte_carlo_start}, {}));
}

}  // namespace

void bind_run(py::module_& module) {
    using py::arg;
    py::class_<Progress>(module, "Progress", "How far a run has come.")
        .def_readonly("finished", &Progress::finished, "Units: trajectories, or ladders of chains.")
        .def_readonly("total", &Progress::total, "Units in all.")
        .def_readonly("resumed", &Progress::resumed,
                      "Of those finished, how many an earlier start had finished.")
        .def_readonly("fraction", &Progress::fraction, "Of what the phase does, 0 to 1.")
        .def_readonly("events", &Progress::events, "Events, or attempts, in this start.")
        .def_readonly("elapsed_seconds", &Progress::elapsed_seconds)
        .def_readonly("phase_seconds", &Progress::phase_seconds, "Since the phase began.")
        .def_readonly("phase", &Progress::phase, "\"potential\", \"units\" or \"record\".")
        .def("__repr__", [](const Progress& self) {
            return fmt::format("<Progress: {}, {} of {}, {:.0f} %>", self.phase, self.finished, self.total,
                               100.0 * self.fraction);
        });
    module.def(
        "run_input", &run_input, arg("text"), arg("name"), arg("settings"), arg("out"), arg("threads"),
        arg("resume"), arg("overwrite"), arg("extend"), arg("observables"), arg("on_progress"),
        "What misfit.run does with an input's text: the run in the folder `out`. False: it was interrupted.");
    module.def("start_species", &start_array, arg("crystal"), arg("composition") = 0.5,
               arg("start") = "random", py::kw_only(), arg("shell_species") = -1, arg("seed") = 2021,
               arg("unit") = 0,
               "The species in which a chain of equilibrium Monte Carlo starts, [N] int8: floor(composition "
               "N_core) core "
               "sites are A, start = \"random\", \"separated\" or \"superlattice\"; the shell is of its own "
               "species. "
               "Raises Error for another word or a number out of range.");
    py::class_<RecordFile>(module, "RecordFile",
                           "A record on disk: a file, or a run's folder. What there is of a run that is not "
                           "finished is a temporary file, which goes with this. Raises Error for a folder "
                           "without a run.")
        .def(py::init<const std::filesystem::path&>(), arg("path"))
        .def_property_readonly("path", &RecordFile::path, "The file.");
    module.def("template_input", &template_input, arg("name"),
               "The commented input that `misfit init NAME` prints. Raises Error, naming the known ones, for "
               "another name.");
}

}  // namespace misfit::python
