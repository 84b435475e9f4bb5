#include "misfit/statistics/transition.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <optional>
#include <span>

#include "misfit/statistics/interpolation.hpp"
#include "misfit/statistics/reweighting.hpp"

namespace misfit {
namespace {

/// Samples of one block of time of one ladder, at all points.
std::vector<SampleRange> block_of(const LadderSamples& samples, std::size_t ladder, std::size_t block,
                                  std::size_t blocks) {
    std::vector<SampleRange> ranges;
    for (std::size_t k = 0; k < samples.points.size(); ++k) {
        const std::size_t start = (k * samples.ladders + ladder) * samples.length;
        ranges.push_back(
            {start + block * samples.length / blocks, start + (block + 1) * samples.length / blocks});
    }
    return ranges;
}

/// Factors on the weights of all samples: the first set, all 1, leaves out nothing, every other one block.
std::vector<std::vector<double>> jackknife_factors(const LadderSamples& samples,
                                                   const Reweighting& reweighting, std::size_t blocks) {
    std::vector<std::vector<double>> factors = {std::vector<double>(samples.samples(), 1.0)};
    for (std::size_t ladder = 0; ladder < samples.ladders; ++ladder)
        for (std::size_t block = 0; block < blocks; ++block)
            factors.push_back(reweighting.without(block_of(samples, ladder, block, blocks)).factors);
    return factors;
}

/// Normalised weights of all samples at x.
std::vector<double> weights_at(const LadderSamples& samples, const Reweighting& reweighting, double x) {
    const InterpolationWeights at_x = interpolation_weights(samples.points, x);
    const std::size_t S = samples.samples();
    std::vector<double> u(S, 0.0);
    for (std::size_t j = 0; j < at_x.weights.size(); ++j) {
        const double* const energies = samples.reduced_energy.data() + (at_x.first + j) * S;
        for (std::size_t n = 0; n < S; ++n) u[n] += at_x.weights[j] * energies[n];
    }
    std::vector<double> weights(S);
    reweighting.weights(u, weights);
    return weights;
}

/// sum a_n b_n in four partial sums, which a processor adds at once.
double dot(std::span<const double> a, std::span<const double> b) {
    std::array<double, 4> sums{};
    std::size_t n = 0;
    for (; n + 4 <= a.size(); n += 4)
        for (std::size_t i = 0; i < 4; ++i) sums[i] += a[n + i] * b[n + i];
    for (; n < a.size(); ++n) sums[0] += a[n] * b[n];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/// Sums over samples for each set of factors: result[set][column] = sum_n factor_n w_n column_n, the first
/// column being 1. In stretches that stay in the cache.
std::vector<std::vector<double>> weighted_sums(std::span<const double> weights,
                                               std::span<const std::vector<double>> columns,
                                               std::span<const std::vector<double>> factors) {
    constexpr std::size_t stretch = 512;
    std::vector<std::vector<double>> sums(factors.size(), std::vector<double>(columns.size() + 1, 0.0));
    std::vector<double> products(stretch);
    for (std::size_t begin = 0; begin < weights.size(); begin += stretch) {
        const std::size_t count = std::min(stretch, weights.size() - begin);
        for (std::size_t column = 0; column <= columns.size(); ++column) {
            for (std::size_t i = 0; i < count; ++i)
                products[i] = weights[begin + i] * (column == 0 ? 1.0 : columns[column - 1][begin + i]);
            for (std::size_t set = 0; set < factors.size(); ++set)
                sums[set][column] +=
                    dot(std::span(products).first(count), std::span(factors[set]).subspan(begin, count));
        }
    }
    return sums;
}

struct Peak {
    double place;
    double height;
    bool inside;
};

/// Vertex of the parabola through the largest value of an even grid and its neighbours.
Peak peak_of(std::span<const double> x, std::span<const double> chi) {
    const auto top = static_cast<std::size_t>(std::ranges::max_element(chi) - chi.begin());
    if (top == 0 || top + 1 == chi.size()) return {x[top], chi[top], false};
    const double slope = 0.5 * (chi[top + 1] - chi[top - 1]);
    const double curvature = chi[top + 1] - 2.0 * chi[top] + chi[top - 1];
    if (curvature >= 0.0) return {x[top], chi[top], true};  // three equal values
    const double step = -slope / curvature;
    return {x[top] + step * 0.5 * (x[top + 1] - x[top - 1]), chi[top] + 0.5 * slope * step, true};
}

/// Density of q by bins; a value on the last edge belongs to the last bin.
std::vector<double> density(std::span<const double> q, std::span<const double> weights,
                            std::span<const double> factors, std::span<const double> edges) {
    std::vector<double> bins(edges.size() - 1, 0.0);
    double total = 0.0;
    for (std::size_t n = 0; n < q.size(); ++n) {
        const double weight = weights[n] * factors[n];
        total += weight;
        if (q[n] < edges.front() || q[n] > edges.back()) continue;
        const auto above = std::ranges::upper_bound(edges, q[n]) - edges.begin();
        bins[std::min(static_cast<std::size_t>(above), bins.size()) - 1] += weight;
    }
    for (std::size_t b = 0; b < bins.size(); ++b) bins[b] /= total * (edges[b + 1] - edges[b]);
    return bins;
}

/// What one set of factors gives.
struct Curves {
    std::vector<double> q;
    std::vector<double> chi;
    std::vector<std::vector<double>> scalars;
};

/// The part [first, first + count) of many estimates.
Estimates part(const Estimates& all, std::size_t first, std::size_t count) {
    const auto cut = [&](const std::vector<double>& from) {
        const auto begin = from.begin() + static_cast<std::ptrdiff_t>(first);
        return std::vector<double>(begin, begin + static_cast<std::ptrdiff_t>(count));
    };
    return {.value = cut(all.value), .standard_error = cut(all.standard_error)};
}

}  // namespace

std::vector<double> bins_of_fraction(std::size_t sites, std::size_t most) {
    assert(most >= 1);
    const std::size_t values = sites + 1;
    const std::size_t each = (values + most - 1) / most;
    const auto edge_before = [&](std::size_t value) {
        return (static_cast<double>(value) - 0.5) / static_cast<double>(std::max<std::size_t>(sites, 1));
    };
    std::vector<double> edges;
    for (std::size_t value = 0; value < values; value += each) edges.push_back(edge_before(value));
    edges.push_back(edge_before(values));
    return edges;
}

Transition analyse_transition(const LadderSamples& samples, const TransitionOptions& options) {
    const std::size_t S = samples.samples();
    assert(samples.points.size() >= 2 && options.grid >= 3);
    assert(options.blocks >= 2 && samples.length >= options.blocks);
    assert(samples.reduced_energy.size() == samples.points.size() * S && samples.q.size() == S);

    const Reweighting reweighting(
        samples.reduced_energy,
        std::vector<std::size_t>(samples.points.size(), samples.ladders * samples.length));
    const std::vector<std::vector<double>> factors = jackknife_factors(samples, reweighting, options.blocks);

    // About the mean of all samples, chi loses no digits where q hardly varies.
    double centre = 0.0;
    for (const double q : samples.q) centre += q / static_cast<double>(S);
    std::vector<std::vector<double>> columns(2);
    for (const double q : samples.q) {
        columns[0].push_back(q - centre);
        columns[1].push_back((q - centre) * (q - centre));
    }
    columns.insert(columns.end(), samples.scalars.begin(), samples.scalars.end());

    Transition result{};
    std::vector<Curves> curves(factors.size());
    for (Curves& each : curves) each.scalars.resize(samples.scalars.size());
    const double length = samples.points.back() - samples.points.front();
    for (std::size_t g = 0; g < options.grid; ++g) {
        const double along = static_cast<double>(g) / static_cast<double>(options.grid - 1);
        const double x = std::min(samples.points.front() + along * length, samples.points.back());
        const std::vector<double> weights = weights_at(samples, reweighting, x);
        const auto sums = weighted_sums(weights, columns, factors);
        for (std::size_t set = 0; set < factors.size(); ++set) {
            const std::vector<double>& sum = sums[set];
            const double mean = sum[1] / sum[0];
            curves[set].q.push_back(centre + mean);
            curves[set].chi.push_back(std::max(0.0, sum[2] / sum[0] - mean * mean));
            for (std::size_t j = 0; j < samples.scalars.size(); ++j)
                curves[set].scalars[j].push_back(sum[3 + j] / sum[0]);
        }
        result.x.push_back(x);
        result.effective_samples.push_back(effective_samples(weights));
    }

    const Peak peak = peak_of(result.x, curves[0].chi);
    const std::vector<double> at_peak = weights_at(samples, reweighting, peak.place);
    const auto everything = [&](std::optional<std::size_t> excluded) {
        const std::size_t set = excluded ? *excluded + 1 : 0;
        const Peak own = peak_of(result.x, curves[set].chi);
        std::vector<double> all = {own.place, own.height};
        const auto append = [&all](const std::vector<double>& more) {
            all.insert(all.end(), more.begin(), more.end());
        };
        append(curves[set].q);
        append(curves[set].chi);
        for (const auto& scalar : curves[set].scalars) append(scalar);
        if (!options.bin_edges.empty()) append(density(samples.q, at_peak, factors[set], options.bin_edges));
        return all;
    };
    const Estimates all = jackknife(factors.size() - 1, everything);

    result.peak_inside = peak.inside;
    result.peak_place = {all.value[0], all.standard_error[0]};
    result.peak_height = {all.value[1], all.standard_error[1]};
    result.q = part(all, 2, options.grid);
    result.chi = part(all, 2 + options.grid, options.grid);
    for (std::size_t j = 0; j < samples.scalars.size(); ++j)
        result.scalars.push_back(part(all, 2 + (2 + j) * options.grid, options.grid));
    const std::size_t curves_end = 2 + (2 + samples.scalars.size()) * options.grid;
    result.distribution = part(all, curves_end, all.value.size() - curves_end);
    return result;
}

}  // namespace misfit
