#include "misfit/run/trial.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <memory>
#include <numeric>
#include <utility>
#include <variant>
#include <vector>

#include "misfit/elastic/build_time.hpp"
#include "misfit/elastic/potential_cache.hpp"
#include "misfit/run/start_state.hpp"
#include "misfit/unit/stage_model.hpp"

namespace misfit {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point then) {
    return std::chrono::duration<double>(Clock::now() - then).count();
}

constexpr std::size_t most_trials = 4;          // points of a sweep
constexpr double longest_build_seconds = 0.25;  // of V, for a trial
constexpr double attempt_seconds = 8e-9;        // of one that is refused, at any N
constexpr double event_seconds = 0.3e-6;        // of one, beside what grows with N

/// Where a trial stood: what it had made in so many seconds.
struct Mark {
    double seconds = 0.0;
    double events = 0.0;
    double position = 0.0;  ///< in all stages, in units of 1/k0 or sweeps
    double composition = 1.0;
};

/// What one unit takes.
struct Outlook {
    double events = 0.0;
    double seconds = 0.0;
    bool is_whole = false;
};

/// Exchanges run to completion took 1,600 events at N = 271 and 12,000 at 721 (2D), 290 at 216, 4,300 at 1728
/// and 13,000 at 5000 (3D): powers of N that go through these.
double completion_events(double sites, int dimension) {
    return dimension == 2 ? 1600.0 * std::pow(sites / 271.0, 2.05) : 4300.0 * std::pow(sites / 1728.0, 1.25);
}

/// The first unit of a run of one point, under way.
class Attempt {
public:
    Attempt(const RunSpec& spec, int threads)
        : models_(Plan(spec), threads), units_(models_.plan()), plan_(units_[units_.first()]) {
        for (std::size_t stage = 0; stage < models_.plan().stages(); ++stage)
            lengths_.push_back(stage_length(models_.plan().settings(0, stage)));
        model_ = std::make_unique<StageModel>(make_stage_model(models_, plan_, 0));
        const auto start = read_start(models_.plan());
        unit_ = start_unit(*model_, plan_, models_.plan(), start);
    }

    Outlook run(double seconds);

private:
    bool make_round();
    Mark mark(double seconds) const;
    Outlook extrapolated(const std::vector<Mark>& marks) const;
    bool is_driven() const;
    double length() const { return std::accumulate(lengths_.begin(), lengths_.end(), 0.0); }

    PointModels models_;
    Units units_;
    UnitPlan plan_;
    std::vector<double> lengths_;
    std::unique_ptr<StageModel> model_;
    Unit unit_;
    double events_before_ = 0.0;  ///< in the stages that are over
};

/// True once all stages are over.
bool Attempt::make_round() {
    const bool has_ended = std::visit(
        [&](auto& stage) {
            const std::uint64_t budget = stage.open_round(unit_);
            stage.advance(0, budget, unit_);
            return stage.close_round(budget, unit_);
        },
        *model_);
    if (!has_ended) return false;
    if (unit_.stages.size() == lengths_.size()) return true;
    events_before_ += static_cast<double>(unit_.states.front().step);
    model_ = std::make_unique<StageModel>(make_stage_model(models_, plan_, unit_.stage() + 1));
    begin_stage(*model_, plan_, unit_);
    return false;
}

Mark Attempt::mark(double seconds) const {
    const State& state = unit_.states.front();
    const double here = std::visit([&](const auto& stage) { return stage.position(unit_); }, *model_);
    const auto before = lengths_.begin() + static_cast<std::ptrdiff_t>(unit_.stage());
    return {seconds, events_before_ + static_cast<double>(state.step),
            std::accumulate(lengths_.begin(), before, 0.0) + here, state.composition()};
}

Outlook Attempt::run(double seconds) {
    const Clock::time_point begin = Clock::now();
    std::vector<Mark> marks = {mark(0.0)};
    bool has_ended = false;
    while (!has_ended && marks.back().seconds < seconds) {
        has_ended = make_round();
        marks.push_back(mark(seconds_since(begin)));
    }
    if (!has_ended) return extrapolated(marks);
    return {marks.back().events, marks.back().seconds, true};
}

Outlook Attempt::extrapolated(const std::vector<Mark>& marks) const {
    const Mark& last = marks.back();
    // Beginnings are unlike what follows.
    const Mark& middle =
        *std::ranges::find_if(marks, [&](const Mark& each) { return each.seconds >= 0.5 * last.seconds; });
    const Mark& from = middle.events < last.events ? middle : marks.front();
    const double left = length() - last.position;
    double events = (last.events - from.events) / std::max(last.position - from.position, 1e-300) * left;
    if (is_driven()) {
        const Settings settings = models_.plan().settings(0, 0);
        const double whole = completion_events(unit_.states.front().size(), dimension_of(settings.crystal));
        events = std::min(events, std::max(whole - last.events, last.events * last.composition));
    }
    const double each = (last.seconds - from.seconds) / std::max(last.events - from.events, 1.0);
    return {last.events + events, last.seconds + events * each, false};
}

/// Whether an exchange comes to an end of itself, for it is driven by far more than kT.
bool Attempt::is_driven() const {
    const Settings here = models_.plan().settings(0, unit_.stage());
    return here.kind() == Method::exchange && here.exchange().kmc.exchange_rate > 0.0 &&
           std::abs(here.model.delta_mu) > 5.0 * here.model.kT;
}

/// The run at one combination, of one unit.
RunSpec alone(const Plan& plan, std::size_t combination) {
    RunSpec one = plan.alone(combination);
    if (auto* equilibrium = std::get_if<Equilibrium>(&one.method)) {
        equilibrium->monte_carlo.start.resize(1);
        equilibrium->monte_carlo.chains = 1;
    } else {
        one.exchange().ensemble.trajectories = 1;
    }
    return one;
}

bool needs_building(const RunSpec& one) {
    const Plan plan(one);
    return plan.is_elastic(0) && one.elastic != ElasticKind::blocks && one.potential_file.empty() &&
           !PotentialCache::standard().contains(build_crystal(one));
}

double build_seconds(const Settings& point, int threads) {
    return misfit::build_seconds(point.crystal, point.shell, point.boundary, threads);
}

/// The largest crystal of the shape whose V is there soon. A crystal that is a list, or starts from a file,
/// has no smaller one: it is tried as it is.
RunSpec made_small(const RunSpec& one, int threads) {
    const bool is_fixed =
        std::holds_alternative<SiteList>(one.crystal) ||
        (one.kind() == Method::equilibrium ? one.equilibrium().monte_carlo.starts_from_file()
                                           : one.exchange().start.start != ExchangeStart::all_A);
    RunSpec smaller = one;
    if (is_fixed || !needs_building(one)) return smaller;
    for (double factor = 0.95; build_seconds(smaller, threads) > longest_build_seconds && factor > 0.05;
         factor *= 0.95)
        smaller.crystal = scaled(one.crystal, factor);
    return smaller;
}

/// What one unit of a run takes: tried, or from what two smaller crystals take, events as a power of N
/// through both.
Outlook outlook_of(const RunSpec& one, int threads, double seconds) {
    const RunSpec small = made_small(one, threads);
    const double ratio = static_cast<double>(site_count(one)) / static_cast<double>(site_count(small));
    if (ratio <= 1.0) return Attempt(one, threads).run(seconds);
    RunSpec smaller = small;
    smaller.crystal = scaled(small.crystal, 0.7);
    const Outlook found = Attempt(small, threads).run(0.7 * seconds);
    const Outlook before = Attempt(smaller, threads).run(0.3 * seconds);
    const double step = static_cast<double>(site_count(small)) / static_cast<double>(site_count(smaller));
    constexpr double steepest = 2.5;
    const double power =
        found.events > 0.0 && before.events > 0.0 && step > 1.0
            ? std::clamp(std::log(found.events / before.events) / std::log(step), 0.0, steepest)
            : 1.0;
    const double events = found.events * std::pow(ratio, power);
    const double each = found.seconds / std::max(found.events, 1.0);
    // A refused attempt takes as long at any N.
    const double constant = one.kind() == Method::exchange ? event_seconds : attempt_seconds;
    const double each_here = std::min(each, constant) + std::max(0.0, each - constant) * ratio;
    return {events, events * each_here, false};
}

/// Seconds of one unit as they go with the size alone, to tell untried points from tried ones.
double weight(const Settings& point) {
    const auto sites = static_cast<double>(site_count(point));
    if (point.kind() == Method::equilibrium) return stage_length(point) * sites;
    return completion_events(sites, dimension_of(point.crystal)) * sites;
}

}  // namespace

std::string nothing_happens(const RunSpec& spec) {
    const Exchange& exchange = spec.exchange();
    std::string why = "the first may come later";
    if (exchange.start.start == ExchangeStart::all_A && exchange.kmc.exchange_rate == 0.0)
        why = "exchange_rate = 0, and a crystal of A alone has nothing to swap";
    else if (exchange.start.start == ExchangeStart::all_A && spec.model.delta_mu > 0.0)
        why = fmt::format("delta_mu = {} keeps A in a crystal of A; below 0 it drives B in",
                          spec.model.delta_mu);
    return fmt::format("no event happens before t_end = {}: {}", exchange.kmc.t_end, why);
}

Trial try_run(const Plan& plan, int threads, double seconds) {
    const std::size_t combinations = plan.combinations();
    const std::size_t trials = std::min(combinations, most_trials);
    const auto combination_of = [&](std::size_t k) {
        return trials == 1 ? 0 : k * (combinations - 1) / (trials - 1);
    };
    std::vector<Outlook> found;
    std::vector<double> weights;
    for (std::size_t k = 0; k < trials; ++k) {
        const RunSpec one = alone(plan, combination_of(k));
        found.push_back(outlook_of(one, threads, seconds / static_cast<double>(trials)));
        weights.push_back(weight(one));
    }
    Trial all;
    all.is_whole = trials == combinations &&
                   std::ranges::all_of(found, [](const Outlook& outlook) { return outlook.is_whole; });
    const double units_each = Units(plan).of_a_point();
    for (std::size_t k = 0; k < combinations; ++k) {
        // The nearest that was tried.
        std::size_t nearest = 0;
        for (std::size_t tried = 1; tried < trials; ++tried)
            if (std::abs(static_cast<long long>(combination_of(tried)) - static_cast<long long>(k)) <
                std::abs(static_cast<long long>(combination_of(nearest)) - static_cast<long long>(k)))
                nearest = tried;
        const double share = weight(plan.settings(k, 0)) / weights[nearest];
        all.events += units_each * found[nearest].events * share;
        all.seconds += units_each * found[nearest].seconds * share;
    }
    return all;
}

}  // namespace misfit
