#include "misfit/unit/equilibrium.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "misfit/base/parallel.hpp"
#include "misfit/model/drift.hpp"

namespace misfit {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point then) {
    return std::chrono::duration<double>(Clock::now() - then).count();
}

constexpr double progress_interval_seconds = 0.2;

/// Attempts between two looks at the clock and at the interrupt: milliseconds of work, or tenths of a second
/// where most are accepted.
constexpr std::uint64_t round_attempts = 200'000;

/// A ladder under way, in one stage.
struct Active {
    Active(const LadderPlan& its_plan, std::shared_ptr<const LadderModel> its_row)
        : plan(its_plan), row(std::move(its_row)), model(*row) {}

    const LadderPlan& plan;
    std::shared_ptr<const LadderModel> row;  ///< kept for others that start from other species
    LadderModel model;                       ///< a copy: engines have work space of their own
    LadderCheckpoint now;
    bool has_checkpoint = false;
    std::uint64_t sweeps = 0;           ///< of this round
    std::atomic<std::size_t> left = 0;  ///< chains that have not made them yet
    std::atomic<bool> failed = false;
    Clock::time_point saved = Clock::now();
};

/// One chain's share of a round.
struct Task {
    std::shared_ptr<Active> ladder;
    std::size_t chain;
};

}  // namespace

/// One call of run(): tasks wait in a queue; who ends the last of a ladder's round closes it and queues the
/// next.
class EquilibriumRun::Shift {
public:
    Shift(EquilibriumRun& run, std::span<const LadderPlan> plans, const Options& options)
        : run_(run), plans_(plans), options_(options) {}

    bool work() {
        parallel_for(static_cast<std::size_t>(options_.threads), options_.threads,
                     [this](std::size_t, int) { work_alone(); });
        if (failure_) std::rethrow_exception(failure_);
        report_now();
        return finished_ == plans_.size();
    }

private:
    void work_alone();
    /// The next thing to do: a task, or a plan to start; nothing once all is done.
    struct Job {
        std::optional<Task> task;
        const LadderPlan* plan = nullptr;
        bool is_any() const { return task || plan != nullptr; }
    };
    Job next_job();
    std::shared_ptr<const LadderModel> model_of(const LadderPlan& plan, std::size_t stage);
    void start(const LadderPlan& plan);
    std::shared_ptr<Active> next_stage(Active& ladder);
    std::uint64_t sweeps_before(std::size_t stage) const;
    const Settings& settings_of(const Active& ladder) const { return run_.stages_[ladder.now.stage()]; }
    void carry_out(const Task& task, std::optional<PartWriter>& part);
    void close(std::shared_ptr<Active> ladder, std::optional<PartWriter>& part);
    void finish(Active& ladder, std::optional<PartWriter>& part);
    void begin_round(const std::shared_ptr<Active>& ladder);
    void leave();
    void fail();
    void report();
    void report_now();
    bool is_stopping() const { return failed_ || (options_.interrupt != nullptr && *options_.interrupt); }

    EquilibriumRun& run_;
    std::span<const LadderPlan> plans_;
    const Options& options_;
    struct Row {
        std::mutex mutex;
        std::weak_ptr<const LadderModel> model;
    };

    std::mutex mutex_;                   ///< of what follows
    std::map<std::uint32_t, Row> rows_;  ///< by first point
    std::condition_variable changed_;
    std::deque<Task> tasks_;
    std::size_t started_ = 0;
    std::size_t active_ = 0;
    std::uint32_t finished_ = 0;
    std::exception_ptr failure_;
    std::atomic<bool> failed_ = false;
    std::atomic<std::uint64_t> attempts_ = 0;
    std::atomic<std::uint64_t> sweeps_ = 0;  ///< of chains under way
    std::mutex report_mutex_;
    std::atomic<Clock::time_point> reported_ = Clock::now();
};

EquilibriumRun::Shift::Job EquilibriumRun::Shift::next_job() {
    std::unique_lock lock(mutex_);
    while (true) {
        if (!tasks_.empty()) {
            Job job{std::move(tasks_.front()), nullptr};
            tasks_.pop_front();
            return job;
        }
        // As many ladders as threads: that many potentials, or rows of them, are in memory.
        const bool may_start = started_ < plans_.size() && !is_stopping() &&
                               active_ < static_cast<std::size_t>(options_.threads);
        if (may_start) {
            ++active_;
            return {std::nullopt, &plans_[started_++]};
        }
        if (active_ == 0) return {};
        changed_.wait(lock);
    }
}

void EquilibriumRun::Shift::work_alone() {
    std::optional<PartWriter> part;
    for (Job job = next_job(); job.is_any(); job = next_job()) {
        if (job.task) {
            carry_out(*job.task, part);
        } else {
            try {
                start(*job.plan);
            } catch (...) {
                fail();
                leave();
            }
        }
        report();
    }
    if (part) part->sync();
}

void EquilibriumRun::Shift::fail() {
    const std::scoped_lock lock(mutex_);
    if (!failure_) failure_ = std::current_exception();
    failed_ = true;
}

/// A ladder is no longer active: others may start, or all is done.
void EquilibriumRun::Shift::leave() {
    const std::scoped_lock lock(mutex_);
    --active_;
    changed_.notify_all();
}

/// The model of a row of points in a stage, which the ladders that start from other species share as long as
/// one lives.
std::shared_ptr<const LadderModel> EquilibriumRun::Shift::model_of(const LadderPlan& plan,
                                                                   std::size_t stage) {
    Row* row = nullptr;
    {
        const std::scoped_lock lock(mutex_);
        row = &rows_[plan.point(0, stage)];
    }
    const std::scoped_lock lock(row->mutex);
    std::shared_ptr<const LadderModel> model = row->model.lock();
    if (!model) {
        std::vector<Hamiltonian> hamiltonians;
        std::vector<std::shared_ptr<const Displacements>> displacements;
        for (const auto combination : plan.points) {
            hamiltonians.push_back(run_.models_.hamiltonian(combination, stage));
            displacements.push_back(run_.models_.displacements(combination));
        }
        const Settings first = run_.models_.plan().settings(plan.points[0], stage);
        model = std::make_shared<const LadderModel>(
            make_ladder_model(std::move(hamiltonians), first.equilibrium().monte_carlo.moves,
                              first.shell_species, first.observables, std::move(displacements)));
        row->model = model;
    }
    return model;
}

void EquilibriumRun::Shift::start(const LadderPlan& plan) {
    const bool has_checkpoint = run_.checkpoints_.contains(plan.unit);
    std::optional<LadderCheckpoint> earlier;
    if (has_checkpoint) earlier = run_.checkpoints_.read<LadderCheckpoint>(plan.unit);
    if (!earlier && run_.earlier_) earlier = run_.earlier_(plan);
    const std::size_t stage = earlier ? earlier->stage() : 0;
    auto ladder = std::make_shared<Active>(plan, model_of(plan, stage));
    ladder->has_checkpoint = has_checkpoint;
    ladder->now = earlier ? std::move(*earlier)
                          : start_ladder(ladder->model, plan, run_.models_.plan(), run_.start_core_);
    sweeps_ += (sweeps_before(stage) + ladder->now.sweep) * ladder->now.states.size();
    begin_round(ladder);
}

/// The ladder at the beginning of its next stage. What there is of this one's V is handed on.
std::shared_ptr<Active> EquilibriumRun::Shift::next_stage(Active& ladder) {
    auto next = std::make_shared<Active>(ladder.plan, model_of(ladder.plan, ladder.now.stage() + 1));
    next->now = std::move(ladder.now);
    begin_stage(next->model, next->plan, next->now);
    next->has_checkpoint = ladder.has_checkpoint;
    next->saved = ladder.saved;
    return next;
}

/// Sweeps of a chain in all stages before this one.
std::uint64_t EquilibriumRun::Shift::sweeps_before(std::size_t stage) const {
    std::uint64_t sweeps = 0;
    for (std::size_t k = 0; k < stage; ++k)
        sweeps += run_.stages_[k].equilibrium().monte_carlo.equilibration +
                  run_.stages_[k].equilibrium().monte_carlo.sweeps;
    return sweeps;
}

void EquilibriumRun::Shift::begin_round(const std::shared_ptr<Active>& ladder) {
    const auto sites = static_cast<std::uint64_t>(ladder->model.engines.front().core_size());
    const std::size_t chains = ladder->now.states.size();
    ladder->sweeps = open_round(ladder->model, settings_of(*ladder),
                                std::max<std::uint64_t>(1, round_attempts / sites), ladder->now);
    ladder->left = chains;
    const std::scoped_lock lock(mutex_);
    for (std::size_t chain = 0; chain < chains; ++chain) tasks_.push_back({ladder, chain});
    changed_.notify_all();
}

void EquilibriumRun::Shift::carry_out(const Task& task, std::optional<PartWriter>& part) {
    Active& ladder = *task.ladder;
    try {
        advance_chain(ladder.model, settings_of(ladder).equilibrium().monte_carlo, task.chain, ladder.sweeps,
                      ladder.now);
        attempts_ += ladder.sweeps * static_cast<std::uint64_t>(ladder.model.engines[task.chain].core_size());
        sweeps_ += ladder.sweeps;
    } catch (...) {
        ladder.failed = true;
        fail();
    }
    if (ladder.left.fetch_sub(1) > 1) return;
    try {
        close(task.ladder, part);
    } catch (...) {
        fail();
        leave();
    }
}

void EquilibriumRun::Shift::finish(Active& ladder, std::optional<PartWriter>& part) {
    LadderCheckpoint& now = ladder.now;
    const std::uint32_t unit = now.unit();
    const std::size_t chains = now.states.size();
    LadderStages recorded = {
        unit, std::move(now.earlier), {std::move(now.states), std::move(now.replica), std::move(now.leg)}};
    recorded.stages.push_back(std::move(now.ladder));
    if (!part) part.emplace(run_.parts_, run_.identity_);
    part->append(recorded);
    if (ladder.has_checkpoint) {
        // Not before the whole ladder is as durable as its checkpoint was.
        part->sync();
        run_.checkpoints_.remove(unit);
    }
    sweeps_ -= sweeps_before(run_.stages_.size()) * chains;
    {
        const std::scoped_lock lock(mutex_);
        ++finished_;
    }
    leave();
}

/// The end of a round: the ladder goes on, perhaps in its next stage, unless it is finished or the run stops.
void EquilibriumRun::Shift::close(std::shared_ptr<Active> ladder, std::optional<PartWriter>& part) {
    if (ladder->failed) return leave();
    if (close_round(ladder->model, settings_of(*ladder), ladder->sweeps, ladder->now)) {
        if (ladder->now.stage() + 1 == run_.stages_.size()) return finish(*ladder, part);
        ladder = next_stage(*ladder);
    }
    const LadderCheckpoint& now = ladder->now;
    const bool is_last = is_stopping();
    if (is_last || seconds_since(ladder->saved) >= options_.checkpoint_seconds) {
        for (std::size_t k = 0; k < now.states.size(); ++k)
            require_consistent(ladder->model.hamiltonians[k], now.states[k]);
        run_.checkpoints_.write(now);
        ladder->has_checkpoint = true;
        ladder->saved = Clock::now();
    }
    is_last ? leave() : begin_round(ladder);
}

void EquilibriumRun::Shift::report() {
    if (seconds_since(reported_) < progress_interval_seconds) return;
    const std::unique_lock lock(report_mutex_, std::try_to_lock);
    if (lock) report_now();
}

void EquilibriumRun::Shift::report_now() {
    reported_ = Clock::now();
    const auto chains = static_cast<double>(plans_.front().points.size());
    const double whole = static_cast<double>(sweeps_before(run_.stages_.size())) * chains;
    EnsembleProgress progress;
    {
        const std::scoped_lock lock(mutex_);
        progress.finished = finished_;
    }
    progress.unfinished = static_cast<double>(sweeps_) / whole;
    progress.events = attempts_;
    options_.on_progress(progress);
}

EquilibriumRun::EquilibriumRun(PointModels& models, std::vector<Spin> start_core, std::filesystem::path parts,
                               RunIdentity identity, Warn warn, Earlier earlier)
    : models_(models),
      start_core_(std::move(start_core)),
      parts_(std::move(parts)),
      identity_(std::move(identity)),
      checkpoints_(parts_, identity_, std::move(warn)),
      earlier_(std::move(earlier)) {
    for (std::size_t stage = 0; stage < models_.plan().stages(); ++stage)
        stages_.push_back(models_.plan().settings(0, stage));
}

bool EquilibriumRun::run(std::span<const LadderPlan> plans, const Options& options) {
    return plans.empty() || Shift(*this, plans, options).work();
}

}  // namespace misfit
