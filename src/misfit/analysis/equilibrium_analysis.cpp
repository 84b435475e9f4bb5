#include "misfit/analysis/equilibrium_analysis.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <numeric>

#include "misfit/base/error.hpp"
#include "misfit/measure/phases.hpp"
#include "misfit/statistics/reweighting.hpp"

namespace misfit {
namespace {

constexpr std::size_t most_reweighted_samples = 200'000;
constexpr std::size_t most_distribution_bins = 50;
constexpr std::size_t transition_blocks = 20;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::size_t column_of(const std::vector<Observable::Column>& columns, const std::string& name) {
    const auto found = std::ranges::find(columns, name, &Observable::Column::name);
    if (found == columns.end()) throw Error(fmt::format("no column {} was recorded", name));
    return static_cast<std::size_t>(found - columns.begin());
}

std::vector<double> series_of(const Chain& chain, std::size_t column, std::size_t columns) {
    std::vector<double> series(chain.samples);
    for (std::size_t k = 0; k < series.size(); ++k) series[k] = chain.scalars[k * columns + column];
    return series;
}

PooledMean average(const std::vector<const Chain*>& chains, std::size_t column, std::size_t columns,
                   double interval) {
    if (chains.empty()) return {{nan, nan, nan, nan, nan, false}, nan};
    std::vector<std::vector<double>> series;
    for (const Chain* chain : chains) series.push_back(series_of(*chain, column, columns));
    PooledMean pooled = pooled_mean(series);
    pooled.correlation_time *= interval;
    return pooled;
}

/// The samples of all ladders over the same points, in the coordinate in which energies are smooth.
LadderSamples gather(const std::vector<const Ladder*>& ladders, const std::vector<double>& coordinate,
                     const std::vector<Observable::Column>& columns) {
    LadderSamples samples;
    const std::size_t points = coordinate.size();
    std::vector<std::size_t> order(points);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t k) { return coordinate[k]; });
    for (const std::size_t k : order) samples.points.push_back(coordinate[k]);
    samples.ladders = ladders.size();
    const std::size_t all = ladders.front()->chains.front().samples;
    const std::size_t stride =
        std::max<std::size_t>(1, points * ladders.size() * all / most_reweighted_samples);
    samples.length = all / stride;

    const std::vector<std::string> scalars = transition_scalars(columns);
    const std::size_t count = samples.samples();
    samples.reduced_energy.resize(points * count);
    samples.q.resize(count);
    samples.scalars.assign(scalars.size(), std::vector<double>(count));
    std::size_t n = 0;
    for (const std::size_t k : order)
        for (const Ladder* ladder : ladders) {
            const Chain& chain = ladder->chains[k];
            for (std::size_t t = 0; t < samples.length; ++t, ++n) {
                // The last of each stride: the earliest samples are the least equilibrated.
                const std::size_t sample = (t + 1) * stride - 1;
                const double* row = chain.scalars.data() + sample * columns.size();
                samples.q[n] = row[column_of(columns, "f_U")];
                for (std::size_t j = 0; j < scalars.size(); ++j)
                    samples.scalars[j][n] = row[column_of(columns, scalars[j])];
                for (std::size_t l = 0; l < points; ++l)
                    samples.reduced_energy[l * count + n] =
                        chain.reduced_energies[sample * points + order[l]];
            }
        }
    return samples;
}

/// From 1/kT back to kT, and so ascending again.
void invert(Transition& transition) {
    std::ranges::reverse(transition.x);
    for (double& x : transition.x) x = 1.0 / x;
    std::vector<Estimates*> curves = {&transition.q, &transition.chi};
    for (Estimates& scalar : transition.scalars) curves.push_back(&scalar);
    for (Estimates* curve : curves) {
        std::ranges::reverse(curve->value);
        std::ranges::reverse(curve->standard_error);
    }
    std::ranges::reverse(transition.effective_samples);
    Estimate& place = transition.peak_place;
    place.value = 1.0 / place.value;
    place.standard_error *= place.value * place.value;
}

/// Of how many sites f_U is a fraction, at all points of a row whose replicas exchange their species.
std::size_t classified_sites(const Plan& plan, std::uint32_t point) {
    return PhaseClassifier(build_crystal(plan.point(point))).sites().size();
}

/// Names the neighbours that exchanged least, where points are missing first of all.
std::string far_apart_note(const std::string& key, const std::vector<double>& values,
                           const std::vector<const Ladder*>& ladders) {
    std::vector<std::uint64_t> exchanged(values.size() - 1, 0);
    for (const Ladder* ladder : ladders)
        for (std::size_t k = 0; k < exchanged.size(); ++k) exchanged[k] += ladder->exchanged[k];
    const auto k = static_cast<std::size_t>(std::ranges::min_element(exchanged) - exchanged.begin());
    return fmt::format(
        "the samples along {0} do not overlap, so their free energies were not found; {0} = {1} and {0} = "
        "{2} "
        "exchanged replicas {3} times: add points in between, e.g. {4:g}",
        key, values[k], values[k + 1], exchanged[k], 0.5 * (values[k] + values[k + 1]));
}

LadderAnalysis analyse_ladder(const Plan& plan, const std::vector<Observable::Column>& columns,
                              const std::vector<const Ladder*>& ladders) {
    const RunSpec& spec = plan.spec();
    const std::string& key = spec.equilibrium().replica_exchange.over;
    const SweepAxis& axis = *std::ranges::find(spec.sweep, key, &SweepAxis::key);
    LadderAnalysis analysis;
    for (const Chain& chain : ladders.front()->chains) analysis.points.push_back(chain.point);
    for (const Value& value : axis.values) analysis.values.push_back(number_of(value).value());
    const bool is_temperature = key == "model.kT";
    std::vector<double> coordinate = analysis.values;
    if (is_temperature)
        for (double& x : coordinate) x = 1.0 / x;

    const LadderSamples samples = gather(ladders, coordinate, columns);
    const std::size_t points = samples.points.size();
    const std::vector<std::size_t> counts(points, samples.ladders * samples.length);
    std::optional<Reweighting> found;
    try {
        found.emplace(samples.reduced_energy, counts);
    } catch (const Error&) {
        // So far apart that not even their free energies are found.
        analysis.overlap.assign(points * points, 0.0);
        for (std::size_t k = 0; k < points; ++k) analysis.overlap[k * points + k] = 1.0;
        analysis.note = far_apart_note(key, analysis.values, ladders);
        return analysis;
    }
    const Reweighting& reweighting = *found;
    analysis.overlap.assign(reweighting.overlaps().begin(), reweighting.overlaps().end());
    if (is_temperature) std::ranges::reverse(analysis.overlap);  // both indices at once
    const bool is_layers = key == "crystal.shell.layers";
    try {
        std::vector<double> in_order = analysis.values;  // of the reweighting
        if (is_temperature) std::ranges::reverse(in_order);
        require_overlap(reweighting, key, in_order);
    } catch (const Error& error) {
        analysis.note = error.what();
        // There may be no number of layers in between.
        if (is_layers) analysis.note = analysis.note.substr(0, analysis.note.find(": add points"));
        return analysis;
    }
    if (is_layers) {
        analysis.note = no_curve_along_layers;
        return analysis;
    }
    if (samples.length < 2 * transition_blocks) {
        analysis.note = fmt::format("{} samples are too few for a jackknife of {} blocks", samples.length,
                                    transition_blocks);
        return analysis;
    }
    analysis.bin_edges =
        bins_of_fraction(classified_sites(plan, analysis.points.front()), most_distribution_bins);
    try {
        analysis.transition = analyse_transition(
            samples, {.grid = 201, .blocks = transition_blocks, .bin_edges = analysis.bin_edges});
    } catch (const Error& error) {
        analysis.note = error.what();
        return analysis;
    }
    if (is_temperature) invert(*analysis.transition);
    return analysis;
}

}  // namespace

std::vector<std::string> transition_scalars(const std::vector<Observable::Column>& columns) {
    std::vector<std::string> names;
    for (const Observable::Column& column : columns)
        if (column.name.starts_with("f_") && column.name != "f_U") names.push_back(column.name);
    return names;
}

EquilibriumAnalysis analyse_equilibrium(const Plan& plan, const std::vector<Observable::Column>& columns,
                                        const std::vector<Ladder>& ladders) {
    EquilibriumAnalysis analysis;
    const std::vector<Settings> points = plan.all_points();
    std::vector<std::vector<const Chain*>> chains(points.size());
    for (const Ladder& ladder : ladders)
        for (const Chain& chain : ladder.chains) chains[chain.point].push_back(&chain);
    for (auto& each : chains) std::ranges::sort(each, {}, &Chain::number);

    for (std::size_t column = 0; column < columns.size(); ++column) {
        Averages& averages = analysis.averages.emplace_back();
        averages.name = columns[column].name;
        for (std::size_t point = 0; point < points.size(); ++point)
            averages.by_point.push_back(
                average(chains[point], column, columns.size(),
                        static_cast<double>(points[point].equilibrium().monte_carlo.sample_interval)));
    }
    const Averages& energy = analysis.averages[column_of(columns, "energy")];
    for (std::size_t point = 0; point < points.size(); ++point) {
        const double squared = std::pow(points[point].model.kT, 2);
        analysis.heat_capacity.value.push_back(energy.by_point[point].variance / squared);
        analysis.heat_capacity.standard_error.push_back(energy.by_point[point].variance_error / squared);
    }

    if (!plan.spec().equilibrium().replica_exchange.over.empty()) {
        std::map<std::uint32_t, std::vector<const Ladder*>> rows;  // by first point
        for (const Ladder& ladder : ladders) rows[ladder.chains.front().point].push_back(&ladder);
        for (const auto& [first, row] : rows) analysis.ladders.push_back(analyse_ladder(plan, columns, row));
    }
    return analysis;
}

}  // namespace misfit
