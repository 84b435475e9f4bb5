#include "misfit/record/gathered_ladders.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "misfit/base/error.hpp"
#include "misfit/record/record_writer.hpp"
#include "misfit/unit/units.hpp"

namespace misfit {
namespace {

class Gathering {
public:
    Gathering(const Plan& run, std::size_t columns, const std::function<Site(std::uint32_t)>& sites)
        : run_(run), units_(run), columns_(columns), sites_(sites) {}

    /// What is in a part or a checkpoint is found by counting: throws Error unless it holds just what its
    /// unit gives.
    void require_whole(const Unit& unit, bool has_ended) const;
    /// Of the samples of a ladder the first ones.
    void cut(Ladder& ladder, std::uint32_t samples) const;
    /// The part of its samples that a ladder has.
    double part_of(const Ladder& ladder) const {
        const Chain& chain = ladder.chains.front();
        return static_cast<double>(chain.samples) / static_cast<double>(monte_carlo(chain.point).samples());
    }

private:
    MonteCarloParameters monte_carlo(std::uint32_t point) const {
        return run_.point(point).equilibrium().monte_carlo;
    }
    std::size_t frame_bytes(std::uint32_t point) const {
        return (static_cast<std::size_t>(sites_(point)) + 7) / 8;
    }
    bool is_whole(const Ladder& ladder, const UnitPlan& plan, std::size_t stage, bool has_ended) const;

    const Plan& run_;
    Units units_;
    std::size_t columns_;
    const std::function<Site(std::uint32_t)>& sites_;
};

/// Of how many of the first samples there are frames: those are spread evenly.
std::uint64_t frames_of(const MonteCarloParameters& monte_carlo, std::uint64_t samples) {
    return samples * monte_carlo.frames / monte_carlo.samples();
}

bool Gathering::is_whole(const Ladder& ladder, const UnitPlan& plan, std::size_t stage,
                         bool has_ended) const {
    const std::size_t rungs = plan.combinations.size();
    if (ladder.chains.size() != rungs || ladder.exchanges.size() != rungs - 1 ||
        ladder.exchanged.size() != rungs - 1 || ladder.round_trips.size() != rungs)
        return false;
    for (std::size_t k = 0; k < rungs; ++k) {
        const Chain& chain = ladder.chains[k];
        const std::uint32_t point = plan.point(k, stage);
        const MonteCarloParameters here = monte_carlo(point);
        const std::uint64_t samples = chain.samples;
        if (chain.point != point || chain.number != plan.number || samples > here.samples() ||
            samples != ladder.chains.front().samples || (has_ended && samples != here.samples()) ||
            chain.frames != frames_of(here, chain.samples) || chain.scalars.size() != samples * columns_ ||
            chain.reduced_energies.size() != (rungs > 1 ? samples * rungs : 0) ||
            chain.sigma.size() != chain.frames * frame_bytes(point))
            return false;
    }
    return true;
}

void Gathering::require_whole(const Unit& unit, bool has_ended) const {
    if (unit.unit >= units_.count()) throw Error(fmt::format("unit {}: is not one of this run", unit.unit));
    const UnitPlan plan = units_[unit.unit];
    const std::size_t stages = unit.stages.size();
    bool is_right = unit.finished == has_ended && stages > 0 && stages <= run_.stages() &&
                    (has_ended ? stages == run_.stages() : unit.states.size() == plan.combinations.size());
    for (std::size_t stage = 0; is_right && stage < stages; ++stage)
        is_right = is_whole(unit.stages[stage], plan, stage, has_ended || stage + 1 < stages);
    if (!is_right) throw Error(fmt::format("unit {}: does not hold every sample", unit.unit));
}

void Gathering::cut(Ladder& ladder, std::uint32_t samples) const {
    for (Chain& chain : ladder.chains) {
        chain.samples = samples;
        chain.frames = static_cast<std::uint32_t>(frames_of(monte_carlo(chain.point), samples));
        chain.scalars.resize(samples * columns_);
        chain.reduced_energies.resize(ladder.chains.size() > 1 ? samples * ladder.chains.size() : 0);
        chain.sigma.resize(chain.frames * frame_bytes(chain.point));
    }
}

/// How the chains of a stage went so far; what only its end tells is no number.
void note_so_far(const Unit& unit, Ladder& ladder) {
    for (std::size_t k = 0; k < ladder.chains.size(); ++k) {
        Chain& chain = ladder.chains[k];
        const State& state = unit.states[k];
        chain.end.steps = state.step;
        chain.events = state.events;
        chain.phi_deviation = state.phi_deviation;
        chain.energy_deviation = std::numeric_limits<double>::quiet_NaN();
    }
}

/// What a reader must know of a record in which `points` of so many have chains that have not ended.
std::string sentence(std::size_t points, std::size_t of, double least, double most) {
    const double low = std::floor(100.0 * least);
    const double high = std::floor(100.0 * most);
    return fmt::format(
        "chains at {} of {} points are under way, with {}{:.0f} % of their samples: what is "
        "here is of these alone",
        points, of, low == high ? "" : fmt::format("{:.0f} to ", low), high);
}

/// Which ladder of its row.
std::uint32_t place_in_row(const Ladder& ladder) { return ladder.chains.front().number; }

}  // namespace

GatheredLadders gather_ladders(const Plan& run, std::size_t columns, const PartReader& parts,
                               std::vector<Unit> under_way, const std::function<Site(std::uint32_t)>& sites) {
    const Gathering gathering(run, columns, sites);
    GatheredLadders gathered;
    std::set<std::uint32_t> ended;  // rows, by first point
    const auto add = [&](Ladder& ladder) {
        ended.insert(ladder.chains.front().point);
        gathered.ladders.push_back(std::move(ladder));
    };
    for (const std::uint32_t number : parts.units()) {
        Unit unit = parts.read<Unit>(number);
        gathering.require_whole(unit, true);
        gathered.ends.push_back(end_bytes(unit));
        std::ranges::for_each(unit.stages, add);
    }
    std::map<std::uint32_t, std::vector<Ladder>> begun;  // likewise
    for (Unit& unit : under_way) {
        if (parts.contains(unit.unit)) continue;
        gathering.require_whole(unit, false);
        Ladder last = std::move(unit.stages.back());
        note_so_far(unit, last);
        unit.stages.pop_back();
        std::ranges::for_each(unit.stages, add);
        if (last.chains.front().samples > 0) begun[last.chains.front().point].push_back(std::move(last));
    }
    std::size_t points = 0;
    double least = 1.0;
    double most = 0.0;
    for (auto& [first, row] : begun) {
        if (ended.contains(first)) continue;
        const std::uint32_t samples =
            std::ranges::min(row, {}, [](const Ladder& ladder) { return ladder.chains.front().samples; })
                .chains.front()
                .samples;
        for (Ladder& ladder : row) {
            gathering.cut(ladder, samples);
            gathered.ladders.push_back(std::move(ladder));
        }
        const Ladder& cut = gathered.ladders.back();
        points += cut.chains.size();
        least = std::min(least, gathering.part_of(cut));
        most = std::max(most, gathering.part_of(cut));
    }
    if (points > 0) gathered.under_way = sentence(points, run.points(), least, most);
    std::ranges::stable_sort(gathered.ladders, {}, place_in_row);
    return gathered;
}

}  // namespace misfit
