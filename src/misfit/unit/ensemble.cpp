#include "misfit/unit/ensemble.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "misfit/base/parallel.hpp"
#include "misfit/base/types.hpp"
#include "misfit/model/drift.hpp"
#include "misfit/unit/trajectory_bytes.hpp"

namespace misfit {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point then) {
    return std::chrono::duration<double>(Clock::now() - then).count();
}

/// Events of all stages.
std::uint64_t events_of(const State& state) {
    return std::accumulate(state.events.begin(), state.events.end(), std::uint64_t{0});
}

/// The part of all stages' time that has gone by.
double fraction_of(const Checkpoint& now, const EnsembleModel& model) {
    double time = now.state.time;
    double all = 0.0;
    for (std::size_t k = 0; k < model.stages.size(); ++k) {
        const double t_end = model.stages[k].kmc.parameters().t_end;
        if (k < now.trajectory.stages.size()) time += t_end;
        all += t_end;
    }
    return std::min(1.0, time / all);
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
        : ensemble_(ensemble), options_(options), workers_(static_cast<std::size_t>(options.threads)) {}

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
        std::size_t combination = 0;
        std::shared_ptr<const EnsembleModel> model;  ///< of the combination
        std::vector<StageEngine> stages;             ///< copies of the model's
        std::optional<PartWriter> part;
        std::atomic<std::uint32_t> finished{0};
        std::atomic<std::uint64_t> events{0};
        std::atomic<double> fraction{0.0};  ///< of the trajectory under way
    };

    bool is_stopping() const { return stopped_ || (options_.interrupt != nullptr && *options_.interrupt); }
    Worker& worker_for(std::uint32_t unit, std::size_t worker_number);
    Checkpoint start(std::uint32_t unit, bool has_checkpoint, const EnsembleModel& model) const;
    void report_now();

    const Ensemble& ensemble_;
    const Options& options_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::atomic<bool> stopped_{false};
    std::atomic<bool> left_unfinished_{false};
    std::mutex report_mutex_;
    std::atomic<Clock::time_point> reported_{Clock::now()};
};

Checkpoint Ensemble::Shift::start(std::uint32_t unit, bool has_checkpoint, const EnsembleModel& model) const {
    if (has_checkpoint)
        if (std::optional<Checkpoint> checkpoint = ensemble_.checkpoints_.read<Checkpoint>(unit))
            return *checkpoint;
    if (ensemble_.earlier_)
        if (std::optional<Checkpoint> checkpoint = ensemble_.earlier_(unit)) return *std::move(checkpoint);
    const EnsembleUnits& units = ensemble_.units_;
    const std::uint32_t number = units.number_of(unit);
    Checkpoint fresh;
    fresh.state =
        initial_state(model.stages.front().kmc.hamiltonian(),
                      model.start[model.start.size() == 1 ? 0 : number - units.first], model.seed, number);
    fresh.trajectory.unit = unit;
    return fresh;
}

/// The worker of this number with the engines of the unit's combination.
Ensemble::Shift::Worker& Ensemble::Shift::worker_for(std::uint32_t unit, std::size_t worker_number) {
    // Made by the thread that uses it, so that its memory lies near.
    if (!workers_[worker_number]) {
        auto worker = std::make_unique<Worker>();
        const std::scoped_lock lock(report_mutex_);
        workers_[worker_number] = std::move(worker);
    }
    Worker& worker = *workers_[worker_number];
    const std::size_t combination = ensemble_.units_.combination_of(unit);
    if (worker.model && worker.combination == combination) return worker;
    worker.stages.clear();
    worker.model.reset();
    worker.model = ensemble_.models_(combination);
    for (const StageEngine& stage : worker.model->stages) worker.stages.push_back(stage);
    worker.combination = combination;
    return worker;
}

void Ensemble::Shift::run(std::uint32_t unit, std::size_t worker_number) {
    if (is_stopping()) {
        left_unfinished_ = true;
        return;
    }
    Worker& worker = worker_for(unit, worker_number);
    const EnsembleModel& model = *worker.model;
    const std::uint64_t budget = event_budget(model.stages.front().kmc.hamiltonian().crystal().size());
    const CheckpointFolder& checkpoints = ensemble_.checkpoints_;
    bool has_checkpoint = checkpoints.contains(unit);
    Checkpoint now = start(unit, has_checkpoint, model);
    Clock::time_point saved = Clock::now();
    while (!now.trajectory.finished) {
        const std::uint64_t before = events_of(now.state);
        advance_trajectory(worker.stages, now.state, model.due, budget, now.trajectory);
        worker.events += events_of(now.state) - before;
        if (now.trajectory.finished) break;
        worker.fraction = fraction_of(now, model);
        const bool is_last = is_stopping();
        if (is_last || seconds_since(saved) >= options_.checkpoint_seconds) {
            require_consistent(worker.stages[now.trajectory.stages.size()].kmc.hamiltonian(), now.state);
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

Ensemble::Ensemble(EnsembleUnits units, Models models, std::filesystem::path parts, RunIdentity identity,
                   Warn warn, Earlier earlier)
    : units_(units),
      models_(std::move(models)),
      parts_(std::move(parts)),
      identity_(std::move(identity)),
      checkpoints_(parts_, identity_, std::move(warn)),
      earlier_(std::move(earlier)) {}

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
