#include "misfit/record/ladder_record.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "misfit/base/error.hpp"
#include "misfit/record/record_head.hpp"
#include "misfit/unit/trajectory.hpp"

namespace misfit {
namespace {

using h5::Dimensions;
using h5::Handle;

/// A block of a dataset: `extent` of the last dimensions, at `at` of those before them.
template <class T>
std::vector<T> read_block(const Handle& dataset, const Dimensions& at, const Dimensions& extent) {
    Dimensions offset = at;
    offset.resize(at.size() + extent.size(), 0);
    Dimensions count(at.size(), 1);
    count.insert(count.end(), extent.begin(), extent.end());
    std::vector<T> values(h5::element_count(extent));
    if (!values.empty()) h5::read_block(dataset, h5::element_of<T>(), offset, count, values.data());
    return values;
}

}  // namespace

LadderRecord::LadderRecord(const std::filesystem::path& path)
    : record_(path),
      plan_(record_.header().spec),
      ends_(read_ends(record_.file())),
      file_(h5::open_file(record_.file())) {}

Chain LadderRecord::chain(const LadderPlan& plan, std::size_t k, std::size_t stage) const {
    Chain chain;
    chain.point = plan.point(k, stage);
    chain.number = plan.number;
    chain.start = plan.start;
    const RecordPlaces& places = record_.places();
    const Handle observables = h5::open(file_, places.observables(chain.point));
    const std::vector<Observable::Column>& columns = record_.header().columns;
    const std::uint64_t samples =
        h5::dimensions_of(h5::open(h5::open(file_, places.clock(chain.point)), "sweep")).at(0);
    chain.samples = static_cast<std::uint32_t>(samples);
    chain.scalars.resize(samples * columns.size());
    for (std::size_t column = 0; column < columns.size(); ++column) {
        const auto values =
            read_block<double>(h5::open(observables, columns[column].name), {plan.number}, {samples});
        for (std::size_t k_sample = 0; k_sample < samples; ++k_sample)
            chain.scalars[k_sample * columns.size() + column] = values[k_sample];
    }

    const std::uint64_t equilibration =
        plan_.settings(plan.points[k], stage).equilibrium().monte_carlo.equilibration;
    chain.frame_sweep = record_.frame_sweeps(chain.point);
    for (std::uint64_t& sweep : chain.frame_sweep) sweep += equilibration;
    chain.frames = static_cast<std::uint32_t>(chain.frame_sweep.size());
    const Handle value = h5::open(h5::open(file_, places.sigma(chain.point)), "value");
    const std::uint64_t sites = h5::dimensions_of(value).at(2);
    for (std::uint64_t frame = 0; frame < chain.frames; ++frame)
        pack_sigma(read_block<Spin>(value, {plan.number, frame}, {sites}), chain.sigma);
    return chain;
}

/// What replica exchange added; nothing for a chain by itself.
void LadderRecord::read_exchanges(const LadderPlan& plan, std::size_t stage, Ladder& ladder) const {
    const std::uint64_t points = plan.points.size();
    if (points == 1) {
        ladder.round_trips = {0};
        return;
    }
    const Handle ladders = h5::open(file_, "ladders");
    for (const std::string& name : h5::link_names(ladders)) {
        const Handle group = h5::open(ladders, name);
        if (h5::read<std::uint32_t>(group, "point", {points}).front() != plan.point(0, stage)) continue;
        ladder.exchanges =
            read_block<std::uint64_t>(h5::open(group, "exchanges"), {plan.number}, {points - 1});
        ladder.exchanged =
            read_block<std::uint64_t>(h5::open(group, "exchanged"), {plan.number}, {points - 1});
        ladder.round_trips =
            read_block<std::uint32_t>(h5::open(group, "round_trips"), {plan.number}, {points});
        for (std::uint64_t k = 0; k < points; ++k)
            ladder.chains[k].reduced_energies = read_block<double>(
                h5::open(group, "reduced_energy"), {k, plan.number}, {ladder.chains[k].samples, points});
        return;
    }
    throw Error(fmt::format("{}: has no ladder of point {}", record_.file().string(), plan.point(0, stage)));
}

Ladder LadderRecord::ladder(const LadderPlan& plan, std::size_t stage) const {
    Ladder ladder;
    ladder.unit = plan.unit;
    for (std::size_t k = 0; k < plan.points.size(); ++k) ladder.chains.push_back(chain(plan, k, stage));
    read_exchanges(plan, stage, ladder);
    return ladder;
}

LadderCheckpoint LadderRecord::checkpoint(const LadderPlan& plan) const {
    LadderCheckpoint checkpoint;
    for (std::size_t stage = 0; stage + 1 < plan.stages; ++stage) {
        Ladder& ended = checkpoint.earlier.emplace_back(ladder(plan, stage));
        for (Chain& chain : ended.chains) {
            const ChainReport& report = record_.chains().at(chain.point).at(chain.number);
            chain.attempts = report.attempts;
            chain.accepted = report.accepted;
            chain.phi_deviation = report.phi_deviation;
            chain.energy_deviation = report.energy_deviation;
        }
    }
    checkpoint.ladder = ladder(plan, plan.stages - 1);
    ByteReader reader(ends_.at(plan.unit), fmt::format("{}, unit {}", record_.file().string(), plan.unit));
    LadderEnd end;
    take(reader, end);
    reader.expect_end();
    checkpoint.states = std::move(end.states);
    checkpoint.replica = std::move(end.replica);
    checkpoint.leg = std::move(end.leg);
    const MonteCarloParameters last =
        plan_.settings(plan.points[0], plan.stages - 1).equilibrium().monte_carlo;
    checkpoint.sweep = last.equilibration + last.sweeps;
    return checkpoint;
}

}  // namespace misfit
