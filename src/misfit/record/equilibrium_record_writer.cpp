#include "misfit/record/equilibrium_record_writer.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "misfit/analysis/equilibrium_analysis.hpp"
#include "misfit/analysis/equilibrium_warnings.hpp"
#include "misfit/record/gathered_ladders.hpp"
#include "misfit/record/record_writer.hpp"
#include "misfit/store/hdf5_scales.hpp"
#include "misfit/unit/units.hpp"

namespace misfit {
namespace {

using h5::Dimensions;
using h5::Handle;

constexpr int deflate = 4;
constexpr std::uint64_t chunk_values = 8192;  // 64 kB of doubles

/// Compressed rows of numbers, chunked along the last extent; a dataset without elements has no chunks.
h5::Layout rows_layout(const Dimensions& dimensions) {
    if (h5::element_count(dimensions) == 0) return {};
    Dimensions chunk(dimensions.size(), 1);
    chunk.back() = std::min(dimensions.back(), chunk_values);
    return {.chunk = chunk, .deflate = deflate, .shuffle = true};
}

template <class Value>
void write_points(const Handle& group, const std::string& name, std::size_t points, const Value& value) {
    using T = decltype(value(std::size_t{0}));
    std::vector<T> values;
    for (std::size_t point = 0; point < points; ++point) values.push_back(value(point));
    h5::write<T>(group, name, {points}, values);
}

void write_averages(const Handle& file, const EquilibriumAnalysis& analysis, h5::Scale& point) {
    const Handle group = h5::create_group(file, "averages");
    for (const Averages& averages : analysis.averages) {
        const Handle one = h5::create_group(group, averages.name);
        const auto& by_point = averages.by_point;
        const auto write = [&](const char* name, auto member) {
            write_points(one, name, by_point.size(), [&](std::size_t p) { return by_point[p].*member; });
        };
        write("mean", &PooledMean::mean);
        write("standard_error", &PooledMean::standard_error);
        write("variance", &PooledMean::variance);
        write("variance_error", &PooledMean::variance_error);
        write("correlation_time", &PooledMean::correlation_time);
        write("disagreement", &PooledMean::disagreement);
        write_points(one, "long_enough", by_point.size(),
                     [&](std::size_t p) { return static_cast<std::uint8_t>(by_point[p].long_enough); });
        for (const std::string& name : h5::link_names(one)) h5::attach(one, name, {&point});
    }
    const Handle heat = h5::create_group(group, "heat_capacity");
    const HeatCapacity& capacity = analysis.heat_capacity;
    h5::write<double>(heat, "mean", {capacity.value.size()}, capacity.value);
    h5::write<double>(heat, "standard_error", {capacity.value.size()}, capacity.standard_error);
    for (const char* name : {"mean", "standard_error"}) h5::attach(heat, name, {&point});
}

/// How the chains of a point went.
void write_chains(const Handle& group, h5::Scale& chain_scale, const Units& units,
                  const std::vector<const Chain*>& chains) {
    std::vector<std::string> starts;
    std::vector<std::uint64_t> attempts;
    std::vector<std::uint64_t> accepted;
    std::vector<double> phi_deviation;
    std::vector<double> energy_deviation;
    for (const Chain* chain : chains) {
        starts.emplace_back(start_words[static_cast<std::size_t>(units.start_of(chain->number))]);
        attempts.push_back(chain->end.steps);
        accepted.push_back(std::accumulate(chain->events.begin(), chain->events.end(), std::uint64_t{0}));
        phi_deviation.push_back(chain->phi_deviation);
        energy_deviation.push_back(chain->energy_deviation);
    }
    h5::write_strings(group, "start", starts);
    h5::write<std::uint64_t>(group, "attempts", {chains.size()}, attempts);
    h5::write<std::uint64_t>(group, "accepted", {chains.size()}, accepted);
    h5::write<double>(group, "phi_deviation", {chains.size()}, phi_deviation);
    h5::write<double>(group, "energy_deviation", {chains.size()}, energy_deviation);
    for (const std::string& name : h5::link_names(group)) h5::attach(group, name, {&chain_scale});
}

/// When samples and frames of a point were taken; nothing where there are no chains.
PointPlan plan_of(const Plan& run, std::uint32_t point, Site sites, const std::vector<const Chain*>& chains) {
    PointPlan plan;
    plan.crystal = run.crystal_of(point / run.stages());
    plan.sites = sites;
    plan.units = chains.size();
    if (chains.empty()) return plan;
    const MonteCarloParameters monte_carlo = run.point(point).equilibrium().monte_carlo;
    const auto stage = static_cast<std::int32_t>(point % run.stages() + 1);
    for (std::uint64_t k = 0; k < chains.front()->samples; ++k) {
        const std::uint64_t sweep = (k + 1) * monte_carlo.sample_interval;
        plan.scalars.sweep.push_back(sweep);
        plan.scalars.stage.push_back(stage);
        if (!monte_carlo.is_frame(k)) continue;
        plan.frames.sweep.push_back(sweep);
        plan.frames.stage.push_back(stage);
    }
    return plan;
}

void write_estimate(const Handle& group, const char* name, const Estimate& estimate) {
    const std::array<double, 2> values = {estimate.value, estimate.standard_error};
    h5::write_attribute(group, name, std::span<const double>(values));
}

void write_estimates(const Handle& parent, const std::string& name, const Estimates& estimates) {
    const Handle group = h5::create_group(parent, name);
    h5::write<double>(group, "value", {estimates.value.size()}, estimates.value);
    h5::write<double>(group, "standard_error", {estimates.standard_error.size()}, estimates.standard_error);
}

void write_transition(const Handle& ladder, const LadderAnalysis& analysis,
                      const std::vector<std::string>& scalars) {
    const Transition& transition = *analysis.transition;
    const Handle group = h5::create_group(ladder, "transition");
    h5::write<double>(group, "x", {transition.x.size()}, transition.x);
    write_estimates(group, "f_U", transition.q);
    write_estimates(group, "chi", transition.chi);
    for (std::size_t j = 0; j < scalars.size(); ++j)
        write_estimates(group, scalars[j], transition.scalars[j]);
    write_estimate(group, "peak_place", transition.peak_place);
    write_estimate(group, "peak_height", transition.peak_height);
    h5::write_attribute(group, "peak_inside", static_cast<std::uint8_t>(transition.peak_inside));
    write_estimates(group, "distribution", transition.distribution);
    const Handle distribution = h5::open(group, "distribution");
    h5::write<double>(distribution, "bin_edges", {analysis.bin_edges.size()}, analysis.bin_edges);

    h5::Scale x = h5::Scale::of_values(group, "x");
    h5::Scale edge = h5::Scale::of_values(distribution, "bin_edges");
    h5::Scale bin = h5::Scale::without_values(distribution, "bin", transition.distribution.value.size());
    for (const std::string& name : h5::link_names(group))
        if (name != "x")
            for (const char* part : {"value", "standard_error"})
                h5::attach(h5::open(group, name), part, {name == "distribution" ? &bin : &x});
    h5::write_references({&x, &edge, &bin});
}

void write_ladder(const Handle& ladders, const std::string& name, const RunSpec& spec,
                  const LadderAnalysis& analysis, const std::vector<const Ladder*>& rows,
                  const std::vector<std::string>& scalars) {
    const Handle group = h5::create_group(ladders, name);
    const std::uint64_t points = analysis.points.size();
    h5::write_attribute(group, "key", spec.equilibrium().replica_exchange.over);
    h5::write_attribute(group, "note", analysis.note);
    h5::write<std::int64_t>(group, "point", {points},
                            std::vector<std::int64_t>(analysis.points.begin(), analysis.points.end()));
    h5::write<double>(group, "value", {points}, analysis.values);
    h5::write<double>(group, "overlap", {points, points}, analysis.overlap);

    std::vector<std::uint64_t> exchanges;
    std::vector<std::uint64_t> exchanged;
    std::vector<std::int64_t> round_trips;
    for (const Ladder* row : rows) {
        exchanges.insert(exchanges.end(), row->exchanges.begin(), row->exchanges.end());
        exchanged.insert(exchanged.end(), row->exchanged.begin(), row->exchanged.end());
        round_trips.insert(round_trips.end(), row->round_trips.begin(), row->round_trips.end());
    }
    h5::write<std::uint64_t>(group, "exchanges", {rows.size(), points - 1}, exchanges);
    h5::write<std::uint64_t>(group, "exchanged", {rows.size(), points - 1}, exchanged);
    h5::write<std::int64_t>(group, "round_trips", {rows.size(), points}, round_trips);

    const std::uint64_t samples = rows.front()->chains.front().samples;
    std::vector<double> energies;
    for (std::size_t k = 0; k < points; ++k)
        for (const Ladder* row : rows)
            energies.insert(energies.end(), row->chains[k].reduced_energies.begin(),
                            row->chains[k].reduced_energies.end());
    const Dimensions dimensions = {points, rows.size(), samples, points};
    h5::Layout layout = rows_layout(dimensions);
    if (!layout.chunk.empty())
        layout.chunk[2] =
            std::clamp<std::uint64_t>(chunk_values / std::max<std::uint64_t>(points, 1), 1, samples);
    h5::write<double>(group, "reduced_energy", dimensions, energies, layout);
    h5::Scale rung = h5::Scale::without_values(group, "rung", points);
    h5::Scale other = h5::Scale::without_values(group, "other_rung", points);
    h5::Scale pair = h5::Scale::without_values(group, "pair", points - 1);
    h5::Scale chain = h5::Scale::without_values(group, "chain", rows.size());
    h5::Scale sample = h5::Scale::without_values(group, "sample", samples);
    for (const char* along : {"point", "value"}) h5::attach(group, along, {&rung});
    for (const char* count : {"exchanges", "exchanged"}) h5::attach(group, count, {&chain, &pair});
    h5::attach(group, "round_trips", {&chain, &rung});
    h5::attach(group, "overlap", {&rung, &other});
    h5::attach(group, "reduced_energy", {&rung, &chain, &sample, &other});
    h5::write_references({&rung, &other, &pair, &chain, &sample});
    if (analysis.transition) write_transition(group, analysis, scalars);
}

}  // namespace

void assemble_equilibrium_record(const std::filesystem::path& path, const RecordHeader& header,
                                 const PartReader& parts, const Provenance& provenance, const Warn& warn,
                                 std::vector<Unit> under_way) {
    const Plan run(header.spec);
    const Units units(run);
    RecordWriter writer(path, header, build_crystals(run));
    const auto sites = [&](std::uint32_t point) {
        return writer.crystal(run.crystal_of(point / run.stages())).size();
    };
    const GatheredLadders gathered =
        gather_ladders(run, header.columns.size(), parts, std::move(under_way), sites);
    const std::vector<Ladder>& ladders = gathered.ladders;
    const EquilibriumAnalysis analysis = analyse_equilibrium(run, header.columns, ladders);
    const std::size_t points = run.points();
    std::vector<std::vector<const Chain*>> chains(points);
    std::map<std::uint32_t, std::vector<const Ladder*>> rows;  // by first point
    for (const Ladder& ladder : ladders) {
        rows[ladder.chains.front().point].push_back(&ladder);
        for (const Chain& chain : ladder.chains) chains[chain.point].push_back(&chain);
    }

    write_averages(writer.file(), analysis, writer.point_scale());
    // What a longer run would mend is no advice to one that is still going.
    const std::vector<std::string> warnings = gathered.under_way.empty()
                                                  ? warnings_about(run, analysis)
                                                  : std::vector<std::string>{gathered.under_way};
    h5::write_strings(writer.file(), "warnings", warnings);
    for (std::uint32_t point = 0; point < points; ++point) {
        std::ranges::sort(chains[point], {}, &Chain::number);
        PointPlan plan = plan_of(run, point, sites(point), chains[point]);
        std::vector<double> frame_times(plan.frames.sweep.begin(), plan.frames.sweep.end());
        writer.begin_point(std::move(plan), std::move(frame_times),
                           [&, point](const Handle& group, h5::Scale& chain) {
                               write_chains(group, chain, units, chains[point]);
                           });
        for (const Chain* chain : chains[point]) writer.append(chain->number, chain->scalars, chain->sigma);
    }
    {
        const Handle group = h5::create_group(writer.file(), "ladders");
        const std::vector<std::string> scalars = transition_scalars(header.columns);
        for (std::size_t l = 0; l < analysis.ladders.size(); ++l)
            write_ladder(group, fmt::format("{}", l), header.spec, analysis.ladders[l],
                         rows.at(analysis.ladders[l].points.front()), scalars);
    }
    writer.finish(gathered.ends, provenance);
    if (warn)
        for (const std::string& warning : warnings) warn(warning);
}

}  // namespace misfit
