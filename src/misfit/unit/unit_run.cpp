#include "misfit/unit/unit_run.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <utility>

#include "misfit/base/parallel.hpp"
#include "misfit/base/watch.hpp"
#include "misfit/model/drift.hpp"

namespace misfit {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point then) {
    return std::chrono::duration<double>(Clock::now() - then).count();
}

constexpr double progress_interval_seconds = 0.2;

/// A unit under way, in one stage.
struct Active {
    Active(UnitPlan its_plan, const StageModel& its_model) : plan(std::move(its_plan)), model(its_model) {}

    UnitPlan plan;
    StageModel model;  ///< a copy: engines have work space of their own
    Unit unit;
    std::vector<double> lengths;  ///< of all stages
    bool has_checkpoint = false;
    std::uint64_t budget = 0;           ///< events or sweeps of this round
    std::atomic<std::size_t> left = 0;  ///< chains that have not made them yet
    std::atomic<bool> failed = false;
    double fraction = 0.0;  ///< of all stages, as it was counted last
    Clock::time_point saved = Clock::now();

    Active(const Active& before, const StageModel& next_model)
        : plan(before.plan),
          model(next_model),
          lengths(before.lengths),
          has_checkpoint(before.has_checkpoint),
          fraction(before.fraction),
          saved(before.saved) {}

    /// The part of all stages that has gone by.
    double fraction_now() const {
        const double position = std::visit([&](const auto& stage) { return stage.position(unit); }, model);
        const auto stage = lengths.begin() + static_cast<std::ptrdiff_t>(unit.stage());
        return std::min(1.0, (std::accumulate(lengths.begin(), stage, 0.0) + position) /
                                 std::accumulate(lengths.begin(), lengths.end(), 0.0));
    }
};

/// One chain's share of a round.
struct Task {
    std::shared_ptr<Active> active;
    std::size_t chain;
};

}  // namespace

/// One call of run(): tasks wait in a queue; who ends the last of a unit's round closes it, and goes on with
/// the first of the next.
class UnitRun::Shift {
public:
    Shift(UnitRun& run, std::span<const std::uint32_t> units, const Options& options)
        : run_(run), units_(units), options_(options) {}

    bool work() {
        parallel_for(static_cast<std::size_t>(options_.threads), options_.threads,
                     [this](std::size_t, int) { work_alone(); });
        if (failure_) std::rethrow_exception(failure_);
        report_now();
        return finished_ == units_.size();
    }

private:
    using Part = std::optional<PartWriter>;
    /// The next thing to do: a task, or a unit to start; nothing once all is done.
    struct Job {
        std::optional<Task> task;
        std::optional<std::uint32_t> unit;
    };

    void work_alone();
    Job next_job();
    std::shared_ptr<const StageModel> model_of(const UnitPlan& plan, std::size_t stage);
    std::optional<Task> start(std::uint32_t number, Part& part);
    std::shared_ptr<Active> next_stage(Active& active);
    Task begin_round(const std::shared_ptr<Active>& active);
    std::optional<Task> carry_out(const Task& task, Part& part);
    std::optional<Task> close(std::shared_ptr<Active> active, Part& part);
    void finish(const Unit& unit, bool has_checkpoint, Part& part);
    void count(Active& active, double fraction);
    void leave();
    void fail();
    void report();
    void report_now();
    bool is_stopping() const { return failed_ || (options_.interrupt != nullptr && *options_.interrupt); }

    UnitRun& run_;
    std::span<const std::uint32_t> units_;
    const Options& options_;
    struct Row {
        std::mutex mutex;
        std::weak_ptr<const StageModel> model;
    };

    std::mutex mutex_;  ///< of what follows
    /// By first combination and stage.
    std::map<std::pair<std::uint32_t, std::size_t>, Row> rows_;
    /// Those of the row begun last, so that its V stays from one unit to the next.
    std::vector<std::shared_ptr<const StageModel>> latest_;
    std::uint32_t latest_row_ = 0;
    std::condition_variable changed_;
    std::deque<Task> tasks_;
    std::size_t started_ = 0;
    std::size_t active_ = 0;
    std::uint32_t finished_ = 0;
    std::exception_ptr failure_;
    std::atomic<bool> failed_ = false;
    std::atomic<std::uint64_t> events_ = 0;
    std::atomic<double> unfinished_ = 0.0;
    std::mutex report_mutex_;
    std::atomic<Clock::time_point> reported_ = Clock::now();
};

UnitRun::Shift::Job UnitRun::Shift::next_job() {
    std::unique_lock lock(mutex_);
    while (true) {
        if (!tasks_.empty()) {
            Job job{std::move(tasks_.front()), {}};
            tasks_.pop_front();
            return job;
        }
        // As many units as threads: that many potentials, or rows of them, are in memory.
        const bool may_start = started_ < units_.size() && !is_stopping() &&
                               active_ < static_cast<std::size_t>(options_.threads);
        if (may_start) {
            ++active_;
            return {{}, units_[started_++]};
        }
        if (active_ == 0) return {};
        changed_.wait(lock);
    }
}

void UnitRun::Shift::work_alone() {
    Part part;
    while (true) {
        Job job = next_job();
        if (!job.task && !job.unit) break;
        std::optional<Task> task = job.unit ? start(*job.unit, part) : std::move(job.task);
        while (task) {
            task = carry_out(*task, part);
            report();
        }
        report();
    }
    if (part) part->sync();
}

void UnitRun::Shift::fail() {
    const std::scoped_lock lock(mutex_);
    if (!failure_) failure_ = std::current_exception();
    failed_ = true;
}

/// A unit is no longer active: others may start, or all is done.
void UnitRun::Shift::leave() {
    const std::scoped_lock lock(mutex_);
    --active_;
    changed_.notify_all();
}

/// The model of a row of combinations in a stage, which its units share.
std::shared_ptr<const StageModel> UnitRun::Shift::model_of(const UnitPlan& plan, std::size_t stage) {
    const std::uint32_t first = plan.combinations.front();
    Row* row = nullptr;
    {
        const std::scoped_lock lock(mutex_);
        if (latest_row_ != first) latest_.clear();
        latest_row_ = first;
        row = &rows_[{first, stage}];
    }
    const std::scoped_lock lock(row->mutex);
    std::shared_ptr<const StageModel> model = row->model.lock();
    if (model) return model;
    model = std::make_shared<const StageModel>(make_stage_model(run_.models_, plan, stage));
    row->model = model;
    const std::scoped_lock latest_lock(mutex_);
    if (latest_row_ == first) latest_.push_back(model);
    return model;
}

std::optional<Task> UnitRun::Shift::start(std::uint32_t number, Part& part) {
    try {
        const UnitPlan plan = run_.units_[number];
        const bool has_checkpoint = run_.checkpoints_.contains(number);
        std::optional<Unit> earlier;
        if (has_checkpoint) earlier = run_.checkpoints_.read<Unit>(number);
        if (!earlier && run_.earlier_) earlier = run_.earlier_(plan);
        if (earlier && earlier->finished) {
            finish(*earlier, has_checkpoint, part);
            return {};
        }
        auto active = std::make_shared<Active>(plan, *model_of(plan, earlier ? earlier->stage() : 0));
        active->has_checkpoint = has_checkpoint;
        const Plan& run = run_.models_.plan();
        for (std::size_t stage = 0; stage < run.stages(); ++stage)
            active->lengths.push_back(stage_length(run.settings(plan.combinations.front(), stage)));
        active->unit = earlier ? *std::move(earlier) : start_unit(active->model, plan, run, run_.start_);
        count(*active, active->fraction_now());
        return begin_round(active);
    } catch (const Interrupted&) {  // V was being built: the unit has not begun
        leave();
        return {};
    } catch (...) {
        fail();
        leave();
        return {};
    }
}

/// The unit at the beginning of its next stage. What there is of this one's V is handed on.
std::shared_ptr<Active> UnitRun::Shift::next_stage(Active& active) {
    auto next = std::make_shared<Active>(active, *model_of(active.plan, active.unit.stage() + 1));
    next->unit = std::move(active.unit);
    begin_stage(next->model, next->plan, next->unit);
    return next;
}

/// The first chain's share is for the caller, the others wait for anyone.
Task UnitRun::Shift::begin_round(const std::shared_ptr<Active>& active) {
    const std::size_t chains = active->unit.states.size();
    active->budget =
        std::visit([&](const auto& stage) { return stage.open_round(active->unit); }, active->model);
    active->left = chains;
    if (chains > 1) {
        const std::scoped_lock lock(mutex_);
        for (std::size_t chain = 1; chain < chains; ++chain) tasks_.push_back({active, chain});
        changed_.notify_all();
    }
    return {active, 0};
}

/// What the caller goes on with, if there is anything.
std::optional<Task> UnitRun::Shift::carry_out(const Task& task, Part& part) {
    Active& active = *task.active;
    try {
        const std::uint64_t before = active.unit.states[task.chain].step;
        std::visit([&](auto& stage) { stage.advance(task.chain, active.budget, active.unit); }, active.model);
        events_ += active.unit.states[task.chain].step - before;
    } catch (...) {
        active.failed = true;
        fail();
    }
    if (active.left.fetch_sub(1) > 1) return {};
    try {
        return close(task.active, part);
    } catch (const Interrupted&) {  // V of the next stage: the unit stays at its last checkpoint
        leave();
        return {};
    } catch (...) {
        fail();
        leave();
        return {};
    }
}

void UnitRun::Shift::finish(const Unit& unit, bool has_checkpoint, Part& part) {
    if (!part) part.emplace(run_.parts_, run_.identity_);
    part->append(unit);
    if (has_checkpoint) {
        // Not before the whole unit is as durable as its checkpoint was.
        part->sync();
        run_.checkpoints_.remove(unit.unit);
    }
    {
        const std::scoped_lock lock(mutex_);
        ++finished_;
    }
    leave();
}

/// The end of a round: the unit goes on, perhaps in its next stage, unless it is finished or the run stops.
std::optional<Task> UnitRun::Shift::close(std::shared_ptr<Active> active, Part& part) {
    if (active->failed) {
        leave();
        return {};
    }
    const bool has_ended = std::visit(
        [&](auto& stage) { return stage.close_round(active->budget, active->unit); }, active->model);
    if (has_ended && active->unit.stages.size() == active->lengths.size()) {
        count(*active, 0.0);
        active->unit.finished = true;
        finish(active->unit, active->has_checkpoint, part);
        return {};
    }
    if (has_ended) active = next_stage(*active);
    count(*active, active->fraction_now());
    const bool is_last = is_stopping();
    if (is_last || seconds_since(active->saved) >= options_.checkpoint_seconds) {
        for (std::size_t k = 0; k < active->unit.states.size(); ++k)
            std::visit(
                [&](const auto& stage) { require_consistent(stage.hamiltonian(k), active->unit.states[k]); },
                active->model);
        run_.checkpoints_.write(active->unit);
        active->has_checkpoint = true;
        active->saved = Clock::now();
    }
    if (!is_last) return begin_round(active);
    leave();
    return {};
}

/// Notes how much of a unit is done.
void UnitRun::Shift::count(Active& active, double fraction) {
    unfinished_ += fraction - active.fraction;
    active.fraction = fraction;
}

void UnitRun::Shift::report() {
    if (seconds_since(reported_) < progress_interval_seconds) return;
    const std::unique_lock lock(report_mutex_, std::try_to_lock);
    try {
        if (lock) report_now();
    } catch (...) {
        fail();  // units under way are saved, as for any other failure
    }
}

void UnitRun::Shift::report_now() {
    reported_ = Clock::now();
    UnitProgress progress;
    {
        const std::scoped_lock lock(mutex_);
        progress.finished = finished_;
    }
    progress.unfinished = unfinished_;
    progress.events = events_;
    options_.on_progress(progress);
}

UnitRun::UnitRun(PointModels& models, std::vector<std::vector<Spin>> start, std::filesystem::path parts,
                 RunIdentity identity, Warn warn, Earlier earlier)
    : models_(models),
      units_(models.plan()),
      start_(std::move(start)),
      parts_(std::move(parts)),
      identity_(std::move(identity)),
      checkpoints_(parts_, identity_, std::move(warn)),
      earlier_(std::move(earlier)) {}

bool UnitRun::run(std::span<const std::uint32_t> units, const Options& options) {
    return Shift(*this, units, options).work();
}

}  // namespace misfit
