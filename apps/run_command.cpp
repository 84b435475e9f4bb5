// run: the main job, with progress for a person or a log.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <mutex>
#include <sys/ioctl.h>
#include <unistd.h>

#include "commands.hpp"
#include "estimate.hpp"
#include "misfit/base/error.hpp"
#include "misfit/input/spec_reader.hpp"
#include "misfit/run/memory_limit.hpp"
#include "misfit/run/run.hpp"
#include "misfit/store/files.hpp"
#include "text.hpp"

namespace misfit::cli {
namespace {

/// Set by the first signal and by the time limit.
std::atomic<bool> interrupted{false};
/// Set by the first signal that people and systems end programs with; a second one ends it at once.
std::atomic<bool> told_to_end{false};

extern "C" void interrupt(int signal) {
    interrupted = true;
    // Queues send the others as a warning, and what ends it while the work is being saved.
    const bool is_warning = signal == SIGUSR1 || signal == SIGUSR2 || signal == SIGXCPU;
    if (!is_warning && told_to_end.exchange(true)) {
        std::signal(signal, SIG_DFL);
        std::raise(signal);
    }
}

void catch_signals() {
    struct sigaction action = {};
    action.sa_handler = interrupt;
    sigemptyset(&action.sa_mask);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU}) {
        // What was to be ignored, as SIGHUP under nohup, stays ignored.
        struct sigaction before = {};
        sigaction(signal, nullptr, &before);
        if (before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
    }
}

/// How wide a line on this terminal may be; 0 where progress is for a log. The processes of MPI have a
/// terminal to themselves, which nobody sees.
int line_width() {
    for (const char* rank : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"})
        if (std::getenv(rank) != nullptr) return 0;  // NOLINT(concurrency-mt-unsafe): nothing sets it
    if (::isatty(STDERR_FILENO) == 0) return 0;
    constexpr int usual = 80;
    struct winsize size = {};
    const bool is_known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    return (is_known ? size.ws_col : usual) - 1;  // a full line would be followed by an empty one
}

/// Progress on stderr: one line that is rewritten on a terminal, plain lines that come ever more seldom in a
/// log.
class ProgressDisplay {
public:
    explicit ProgressDisplay(const RunSpec& spec) {
        if (spec.kind() == Method::exchange) return;
        units_ = spec.equilibrium().replica_exchange.over.empty() ? "chains" : "ladders of replicas";
        events_ = "attempts";
    }
    void show(const Progress& progress) {
        if (const int width = line_width(); width > 0) {  // it may change
            fmt::print(stderr, "\r{0:<{1}.{1}}", sentence(progress), width);
            std::fflush(stderr);
            open_line_ = true;
        } else if (progress.elapsed_seconds >= next_line_) {
            fmt::print(stderr, "{}\n", sentence(progress));
            next_line_ = std::max(2.0 * progress.elapsed_seconds, first_line_after);
            next_line_ = std::min(next_line_, progress.elapsed_seconds + longest_silence);
        }
    }
    void warn(const std::string& message) {
        end_line();
        fmt::print(stderr, "misfit: warning: {}\n", message);
    }
    void end_line() {
        if (open_line_) fmt::print(stderr, "\n");
        open_line_ = false;
    }

private:
    std::string sentence(const Progress& progress) const {
        const auto left = [&](double part) {
            if (part <= 0.0 || progress.fraction >= 1.0) return std::string();
            const double seconds = progress.phase_seconds * (1.0 - progress.fraction) / part;
            return fmt::format(", {} left", seconds < 1.0 ? "under 1 s" : duration(seconds));
        };
        if (progress.phase == "potential")
            return fmt::format("building V ({:.0f} %){}", 100.0 * progress.fraction, left(progress.fraction));
        if (progress.phase != "units") return fmt::format("{} ...", progress.phase);
        std::string text = fmt::format("{} of {} {} ({:.0f} %)", progress.finished, progress.total, units_,
                                       100.0 * progress.fraction);
        if (progress.phase_seconds <= 0.0) return text;
        text += fmt::format(
            ", {} {}/s", count_text(static_cast<double>(progress.events) / progress.phase_seconds), events_);
        // What an earlier start had finished took none of this start's time.
        const double before =
            progress.total > 0 ? static_cast<double>(progress.resumed) / progress.total : 0.0;
        return text + left(progress.fraction - before);
    }

    static constexpr double first_line_after = 2.0;
    static constexpr double longest_silence = 300.0;
    const char* units_ = "trajectories";
    const char* events_ = "events";
    bool open_line_ = false;
    double next_line_ = first_line_after;
};

FolderInput input_of_file(const Run& command) {
    if (command.out.empty()) throw Error("--out FOLDER is needed: the folder for the record");
    const std::string text = read_text(command.input.file);
    return {parse_spec(text, command.input.file.string(), command.input.settings), text};
}

/// A folder stands for the input of the run in it, which goes on there.
FolderInput input_of_folder(Run& command) {
    const std::string folder = command.input.file.string();
    if (!command.resume && command.extend.empty())
        throw Error(
            fmt::format("{}: is a folder; to go on with the run in it, add --resume or --extend; to begin "
                        "one, give an input file",
                        folder));
    if (!command.out.empty())
        throw Error(fmt::format("{}: is a run's folder, where it goes on; leave --out away", folder));
    if (!command.input.settings.empty())
        throw Error(fmt::format("{}: the run in this folder goes on as it is; leave --set away", folder));
    command.out = command.input.file;
    return input_of(command.input.file, !command.extend.empty());
}

}  // namespace

int execute(const Run& given) {
    Run command = given;
    const bool goes_on = std::filesystem::is_directory(command.input.file);
    const auto [spec, text] = goes_on ? input_of_folder(command) : input_of_file(command);
    catch_signals();
    ProgressDisplay display(spec);
    std::mutex display_mutex;  // warnings come from any thread
    RunOptions options;
    options.out = command.out;
    options.threads = command.threads;
    options.resume = command.resume;
    options.overwrite = command.overwrite;
    options.extend = command.extend;
    options.checkpoint_seconds = command.checkpoint_seconds;
    const auto started = std::chrono::steady_clock::now();
    bool out_of_time = false;
    options.on_progress = [&](const Progress& progress) {
        const std::scoped_lock lock(display_mutex);
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - started;
        if (command.max_time > 0.0 && spent.count() >= command.max_time && !interrupted.exchange(true))
            out_of_time = true;
        display.show(progress);
    };
    options.on_warning = [&](const std::string& message) {
        const std::scoped_lock lock(display_mutex);
        display.warn(message);
    };
    options.interrupt = &interrupted;
    require_memory(spec, command.threads);
    if (const std::string warning = disk_warning(record_bytes(Plan(spec)), command.out); !warning.empty())
        display.warn(warning);
    const std::string folder = shell_word(command.out.string());
    std::string again = fmt::format(
        "misfit run {}{} {}", shell_word(command.input.file.string()), goes_on ? "" : " --out " + folder,
        command.extend.empty() ? "--resume" : "--extend " + shell_word(command.extend));
    for (const std::string& setting : command.input.settings) again += " --set " + shell_word(setting);
    RunOutcome outcome = RunOutcome::complete;
    try {
        outcome = run(spec, text, options);
    } catch (const RunStopped& stopped) {
        display.end_line();
        std::error_code unreadable;
        const bool is_kept = std::filesystem::exists(command.out / "parts" / "notes", unreadable);
        throw Error(fmt::format("{}\n{} once that is mended:\n    {}", stopped.what(),
                                is_kept ? "What was saved before is kept. To go on" : "To begin again",
                                again));
    } catch (...) {
        display.end_line();
        throw;
    }
    display.end_line();

    if (outcome == RunOutcome::interrupted) {
        std::error_code unreadable;
        const bool is_begun = std::filesystem::exists(command.out / "parts" / "notes", unreadable);
        fmt::print(stderr, "misfit: {}; {}. To go on:\n    {}\n",
                   out_of_time ? "the time limit is reached" : "interrupted",
                   is_begun ? "all work is saved" : "V was not built yet", again);
        return exit_interrupted;
    }
    fmt::print("{}\n", (command.out / "record.h5").string());
    fmt::print("next: misfit summary {0}; misfit plot {0}; misfit report {0}\n", folder);
    return exit_fine;
}

}  // namespace misfit::cli
