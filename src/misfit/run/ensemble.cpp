#include "misfit/run/ensemble.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "misfit/base/parallel.hpp"
#include "misfit/base/types.hpp"

namespace misfit {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point then) {
    return std::chrono::duration<double>(Clock::now() - then).count();
}

constexpr double progress_interval_seconds = 0.2;

/// Events between two looks at the clock and at the interrupt: 10 ms of work or less, as an event is O(N).
std::uint64_t event_budget(Site sites) {
    return static_cast<std::uint64_t>(std::clamp(2'000'000 / sites, 16, 1000));
}

}  // namespace

/// One call of run(): the workers and what they tell each other.
class Ensemble::Shift {
public:
    Shift(const Ensemble& ensemble, const Options& options)
        : ensemble_(ensemble),
          options_(options),
          budget_(event_budget(ensemble.kmc_.hamiltonian().crystal().size())),
          workers_(static_cast<std::size_t>(options.threads)) {}

    void run(std::uint32_t unit, std::size_t worker_number);
    /// Progress, if the last was a while ago.
    void report();
    /// After the last trajectory: makes everything durable, and tells the final progress.
    void finish();
    void stop() { stopped_ = true; }
    bool all_finished() const { return !left_unfinished_; }

private:
    /// Each on its own cache lines: workers do not disturb each other.
    struct alignas(2 * vector_alignment) Worker {
        explicit Worker(const Ensemble& ensemble) : kmc(ensemble.kmc_), observables(ensemble.observables_) {}

        Kmc kmc;
        std::vector<Observable> observables;
        std::optional<PartWriter> part;
        std::atomic<std::uint32_t> finished{0};
        std::atomic<std::uint64_t> events{0};
        std::atomic<double> fraction{0.0};  ///< of the trajectory under way
    };

    bool is_stopping() const { return stopped_ || (options_.interrupt != nullptr && *options_.interrupt); }
    Checkpoint start(std::uint32_t unit, bool has_checkpoint) const;
    void report_now();

    const Ensemble& ensemble_;
    const Options& options_;
    std::uint64_t budget_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::atomic<bool> stopped_{false};
    std::atomic<bool> left_unfinished_{false};
    std::mutex report_mutex_;
    std::atomic<Clock::time_point> reported_{Clock::now()};
};

Checkpoint Ensemble::Shift::start(std::uint32_t unit, bool has_checkpoint) const {
    if (has_checkpoint)
        if (std::optional<Checkpoint> checkpoint = ensemble_.checkpoints_.read<Checkpoint>(unit))
            return *checkpoint;
    Checkpoint fresh;
    fresh.state = initial_state(ensemble_.kmc_.hamiltonian(), ensemble_.seed_, unit);
    fresh.trajectory.unit = unit;
    return fresh;
}

void Ensemble::Shift::run(std::uint32_t unit, std::size_t worker_number) {
    if (is_stopping()) {
        left_unfinished_ = true;
        return;
    }
    // Made by the thread that uses it, so that its memory lies near.
    if (!workers_[worker_number]) {
        auto worker = std::make_unique<Worker>(ensemble_);
        const std::scoped_lock lock(report_mutex_);
        workers_[worker_number] = std::move(worker);
    }
    Worker& worker = *workers_[worker_number];
    const CheckpointFolder& checkpoints = ensemble_.checkpoints_;
    bool has_checkpoint = checkpoints.contains(unit);
    Checkpoint now = start(unit, has_checkpoint);
    const double t_end = ensemble_.kmc_.parameters().t_end;

    Clock::time_point saved = Clock::now();
    while (true) {
        const std::uint64_t steps = now.state.step;
        advance_trajectory(worker.kmc, now.state, worker.observables, ensemble_.due_, budget_,
                           now.trajectory);
        worker.events += now.state.step - steps;
        if (now.trajectory.finished) break;
        worker.fraction = std::min(1.0, now.state.time / t_end);
        const bool is_last = is_stopping();
        if (is_last || seconds_since(saved) >= options_.checkpoint_seconds) {
            checkpoints.write(now);
            has_checkpoint = true;
            saved = Clock::now();
        }
        report();
        if (is_last) {
            left_unfinished_ = true;
            return;
        }
    }
    if (!worker.part) worker.part.emplace(ensemble_.parts_, ensemble_.identity_);
    worker.part->append(now.trajectory);
    worker.fraction = 0.0;
    ++worker.finished;
    if (has_checkpoint) {
        // Not before the whole trajectory is as durable as its checkpoint was.
        worker.part->sync();
        checkpoints.remove(unit);
    }
    report();
}

void Ensemble::Shift::report() {
    if (seconds_since(reported_) < progress_interval_seconds) return;
    const std::unique_lock lock(report_mutex_, std::try_to_lock);
    if (lock) report_now();
}

void Ensemble::Shift::report_now() {
    reported_ = Clock::now();
    EnsembleProgress progress;
    for (const auto& worker : workers_) {
        if (!worker) continue;
        progress.finished += worker->finished;
        progress.unfinished += worker->fraction;
        progress.events += worker->events;
    }
    options_.on_progress(progress);
}

void Ensemble::Shift::finish() {
    for (const auto& worker : workers_)
        if (worker && worker->part) worker->part->sync();
    report_now();
}

Ensemble::Ensemble(const Kmc& kmc, std::vector<Observable> observables, DueTimes due, std::uint64_t seed,
                   std::filesystem::path parts, RunIdentity identity, Warn warn)
    : kmc_(kmc),
      observables_(std::move(observables)),
      due_(std::move(due)),
      seed_(seed),
      parts_(std::move(parts)),
      identity_(std::move(identity)),
      checkpoints_(parts_, identity_, std::move(warn)) {}

bool Ensemble::run(std::span<const std::uint32_t> units, const Options& options) const {
    Shift shift(*this, options);
    parallel_for(units.size(), options.threads, [&](std::size_t k, int worker) {
        try {
            shift.run(units[k], static_cast<std::size_t>(worker));
        } catch (...) {
            shift.stop();
            throw;
        }
    });
    shift.finish();
    return shift.all_finished();
}

}  // namespace misfit
