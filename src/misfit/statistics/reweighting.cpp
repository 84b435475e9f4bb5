#include "misfit/statistics/reweighting.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numeric>

#include "misfit/base/error.hpp"

namespace misfit {
namespace {

/// terms[n K + k] = exp(f_k - u_k(x_n)) / its largest value of a row, whose logarithm is in `largest`. For f
/// within `reach` of these, no sum over a row loses a digit to underflow.
struct Terms {
    std::vector<double> reference;  // f
    std::vector<double> terms;
    std::vector<double> largest;
};

constexpr double reach = 100.0;
// Below lies nothing that counts within reach, but products too small for the processor's fast numbers.
constexpr double lowest_exponent = -340.0;

Terms terms_at(std::span<const double> u, std::span<const double> f) {
    const std::size_t K = f.size();
    const std::size_t S = u.size() / K;
    Terms result{.reference = {f.begin(), f.end()}, .terms = std::vector<double>(K * S), .largest = {}};
    result.largest.assign(S, -std::numeric_limits<double>::infinity());
    for (std::size_t k = 0; k < K; ++k)
        for (std::size_t n = 0; n < S; ++n)
            result.largest[n] = std::max(result.largest[n], f[k] - u[k * S + n]);
    for (std::size_t k = 0; k < K; ++k)
        for (std::size_t n = 0; n < S; ++n) {
            const double exponent = f[k] - u[k * S + n] - result.largest[n];
            result.terms[n * K + k] = exponent > lowest_exponent ? std::exp(exponent) : 0.0;
        }
    return result;
}

/// The convex function and its derivatives at f = reference + shift.
struct Landscape {
    double value = 0.0;
    std::vector<double> sums;      // sum_n p_nk, p_nk = N_k exp(f_k - u_kn) / D_n; at the solution N_k
    std::vector<double> products;  // [k K + l], l >= k: sum_n p_nk p_nl
};

std::vector<double> factors_of(std::span<const double> counts, std::span<const double> shift) {
    std::vector<double> factors;
    for (std::size_t k = 0; k < counts.size(); ++k) factors.push_back(counts[k] * std::exp(shift[k]));
    return factors;
}

Landscape landscape(std::span<const double> terms, std::span<const SampleRange> included,
                    std::span<const double> counts, std::span<const double> shift) {
    const std::size_t K = counts.size();
    const std::vector<double> factors = factors_of(counts, shift);
    Landscape result{.value = 0.0, .sums = std::vector<double>(K), .products = std::vector<double>(K * K)};
    std::vector<double> p(K);
    for (const auto [begin, end] : included)
        for (std::size_t n = begin; n < end; ++n) {
            const double* const row = terms.data() + n * K;
            double denominator = 0.0;
            for (std::size_t k = 0; k < K; ++k) denominator += factors[k] * row[k];
            result.value += std::log(denominator);
            for (std::size_t k = 0; k < K; ++k) p[k] = factors[k] * row[k] / denominator;
            for (std::size_t k = 0; k < K; ++k) {
                result.sums[k] += p[k];
                double* const products = result.products.data() + k * K;
                for (std::size_t l = k; l < K; ++l) products[l] += p[k] * p[l];
            }
        }
    for (std::size_t k = 0; k < K; ++k) result.value -= counts[k] * shift[k];
    return result;
}

/// Solves A x = b, A symmetric and positive definite with its upper half given in n x n, by Cholesky's
/// method.
std::vector<double> solve(std::vector<double> A, std::vector<double> b) {
    const std::size_t n = b.size();
    for (std::size_t i = 0; i < n; ++i) {
        const double root = std::sqrt(A[i * n + i]);
        for (std::size_t j = i; j < n; ++j) A[i * n + j] /= root;
        b[i] /= root;
        for (std::size_t k = i + 1; k < n; ++k) {
            for (std::size_t j = k; j < n; ++j) A[k * n + j] -= A[i * n + k] * A[i * n + j];
            b[k] -= A[i * n + k] * b[i];
        }
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t j = i + 1; j < n; ++j) b[i] -= A[i * n + j] * b[j];
        b[i] /= A[i * n + i];
    }
    return b;
}

/// Newton's step, with that of state 0 zero.
std::vector<double> newton_step(const Landscape& at, std::span<const double> counts) {
    const std::size_t K = counts.size();
    std::vector<double> hessian;
    std::vector<double> descent;
    // Where states do not overlap the Hessian vanishes up to rounding: a step of nothing is right there.
    const double ridge = 1e-13 * std::reduce(counts.begin(), counts.end());
    for (std::size_t k = 1; k < K; ++k) {
        for (std::size_t l = 1; l < K; ++l)
            hessian.push_back((l == k ? at.sums[k] + ridge : 0.0) - at.products[k * K + l]);
        descent.push_back(counts[k] - at.sums[k]);
    }
    std::vector<double> step = solve(std::move(hessian), std::move(descent));
    step.insert(step.begin(), 0.0);
    return step;
}

/// The self-consistent iteration's step: it minimises a function that lies above the convex one and touches
/// it here, and so does any part of it.
std::vector<double> self_consistent_step(const Landscape& at, std::span<const double> counts) {
    constexpr double longest = 0.5 * reach;
    std::vector<double> step;
    for (std::size_t k = 0; k < counts.size(); ++k)
        step.push_back(std::clamp(std::log(counts[k] / at.sums[k]), -longest, longest));
    return step;
}

std::vector<double> sum_of(std::span<const double> a, std::span<const double> b) {
    std::vector<double> sum;
    for (std::size_t k = 0; k < a.size(); ++k) sum.push_back(a[k] + b[k]);
    return sum;
}

/// Largest |step_k|; infinite if one is not a number.
double length_of(std::span<const double> step) {
    double longest = 0.0;
    for (const double x : step)
        longest = std::isfinite(x) ? std::max(longest, std::abs(x)) : std::numeric_limits<double>::infinity();
    return longest;
}

struct Search {
    std::vector<double> shift;
    bool found;  // else shift is where the terms' reach ends
};

/// Minimum of the landscape, from `shift`.
Search search(std::span<const double> terms, std::span<const SampleRange> included,
              std::span<const double> counts, std::vector<double> shift, int& iterations_left) {
    constexpr double converged = 1e-8;    // Newton's next step is of the order of its square
    constexpr double quadratic = 1e-4;    // below, rounding of the value hides whether a step descends
    constexpr double longest_step = 5.0;  // above, the Hessian says nothing of the minimum
    Landscape here = landscape(terms, included, counts, shift);
    while (iterations_left-- > 0) {
        const std::vector<double> newton = newton_step(here, counts);
        const double length = length_of(newton);
        if (length < converged) return {sum_of(shift, newton), true};
        bool descends = length < longest_step;
        if (descends) {
            std::vector<double> trial = sum_of(shift, newton);
            Landscape there = landscape(terms, included, counts, trial);
            descends = length < quadratic || there.value < here.value;
            if (descends) {
                shift = std::move(trial);
                here = std::move(there);
            }
        }
        if (!descends) {
            shift = sum_of(shift, self_consistent_step(here, counts));
            here = landscape(terms, included, counts, shift);
        }
        if (length_of(shift) > 0.5 * reach) return {std::move(shift), false};
    }
    throw Error("the free energies of the sampled states were not found: do neighbouring states overlap?");
}

constexpr int most_iterations = 1000;

/// Free energies by the trapezoidal rule along the ladder: f' = <u'>.
std::vector<double> first_guess(std::span<const double> u, std::span<const std::size_t> counts) {
    const std::size_t S = u.size() / counts.size();
    std::vector<double> f = {0.0};
    std::size_t begin = 0;
    for (std::size_t k = 0; k + 1 < counts.size(); ++k) {
        const auto mean_difference = [&](std::size_t from, std::size_t count) {
            double sum = 0.0;
            for (std::size_t n = from; n < from + count; ++n) sum += u[(k + 1) * S + n] - u[k * S + n];
            return sum / static_cast<double>(count);
        };
        const double before = mean_difference(begin, counts[k]);
        begin += counts[k];
        f.push_back(f.back() + 0.5 * (before + mean_difference(begin, counts[k + 1])));
    }
    return f;
}

}  // namespace

Reweighting::Reweighting(std::span<const double> u, std::span<const std::size_t> counts)
    : counts_(counts.begin(), counts.end()) {
    const std::size_t K = counts.size();
    assert(K > 0 && std::ranges::find(counts, 0U) == counts.end());
    assert(u.size() == K * std::reduce(counts.begin(), counts.end()));
    const std::size_t S = u.size() / K;

    const SampleRange all{0, S};
    std::vector<double> f = first_guess(u, counts);
    int iterations_left = most_iterations;
    for (bool found = false; !found;) {
        const Terms terms = terms_at(u, f);
        Search result = search(terms.terms, {&all, 1}, counts_, std::vector<double>(K), iterations_left);
        found = result.found;
        f = sum_of(f, result.shift);
    }
    for (std::size_t k = K; k-- > 0;) f[k] -= f[0];

    Terms terms = terms_at(u, f);
    const Landscape solution = landscape(terms.terms, {&all, 1}, counts_, std::vector<double>(K));
    overlaps_.resize(K * K);
    for (std::size_t k = 0; k < K; ++k)
        for (std::size_t l = 0; l < K; ++l)
            overlaps_[k * K + l] = solution.products[std::min(k, l) * K + std::max(k, l)] / counts_[k];
    free_energies_ = std::move(f);
    log_denominators_ = std::move(terms.largest);
    terms_ = std::move(terms.terms);
    for (std::size_t n = 0; n < S; ++n)
        log_denominators_[n] += std::log(std::inner_product(
            counts_.begin(), counts_.end(), terms_.begin() + static_cast<std::ptrdiff_t>(n * K), 0.0));
}

void Reweighting::weights(std::span<const double> u, std::span<double> weights) const {
    assert(u.size() == samples() && weights.size() == samples());
    double largest = -std::numeric_limits<double>::infinity();
    for (std::size_t n = 0; n < u.size(); ++n) {
        weights[n] = -u[n] - log_denominators_[n];
        largest = std::max(largest, weights[n]);
    }
    double sum = 0.0;
    for (double& weight : weights) {
        weight = weight - largest > lowest_exponent ? std::exp(weight - largest) : 0.0;
        sum += weight;
    }
    for (double& weight : weights) weight /= sum;
}

Reweighting::Remainder Reweighting::without(std::span<const SampleRange> excluded) const {
    const std::size_t K = states();
    std::vector<SampleRange> gaps(excluded.begin(), excluded.end());
    std::ranges::sort(gaps, {}, &SampleRange::begin);
    std::vector<SampleRange> included;
    std::size_t begin = 0;
    for (const SampleRange& gap : gaps) {
        assert(begin <= gap.begin && gap.begin <= gap.end && gap.end <= samples());
        included.push_back({begin, gap.begin});
        begin = gap.end;
    }
    included.push_back({begin, samples()});

    std::vector<double> counts = counts_;
    std::size_t first = 0;
    for (std::size_t k = 0; k < K; ++k) {
        const std::size_t end = first + static_cast<std::size_t>(counts_[k]);
        for (const SampleRange& gap : gaps)
            if (gap.begin < end && gap.end > first)
                counts[k] -= static_cast<double>(std::min(gap.end, end) - std::max(gap.begin, first));
        assert(counts[k] > 0.0);
        first = end;
    }

    int iterations_left = most_iterations;
    const Search result = search(terms_, included, counts, std::vector<double>(K), iterations_left);
    if (!result.found)
        throw Error("without one block of the samples the sampled states do not overlap: sample longer");
    std::vector<double> shift = result.shift;
    for (std::size_t k = K; k-- > 0;) shift[k] -= shift[0];

    Remainder remainder{.free_energies = sum_of(free_energies_, shift),
                        .factors = std::vector<double>(samples())};
    const std::vector<double> factors = factors_of(counts, shift);
    for (const auto [from, end] : included)
        for (std::size_t n = from; n < end; ++n) {
            const auto row = terms_.begin() + static_cast<std::ptrdiff_t>(n * K);
            remainder.factors[n] = std::inner_product(counts_.begin(), counts_.end(), row, 0.0) /
                                   std::inner_product(factors.begin(), factors.end(), row, 0.0);
        }
    return remainder;
}

double effective_samples(std::span<const double> weights) {
    double sum = 0.0;
    double squares = 0.0;
    for (const double weight : weights) {
        sum += weight;
        squares += weight * weight;
    }
    return sum * sum / squares;
}

void require_overlap(const Reweighting& reweighting, std::string_view parameter,
                     std::span<const double> points) {
    const std::size_t K = reweighting.states();
    assert(points.size() == K);
    for (std::size_t k = 0; k + 1 < K; ++k) {
        const double overlap =
            std::min(reweighting.overlaps()[k * K + k + 1], reweighting.overlaps()[(k + 1) * K + k]);
        if (!(overlap >= least_overlap))
            throw Error(fmt::format(
                "the samples at {0} = {1} and {0} = {2} do not overlap ({3:.4f}, at least {4} is needed): "
                "add points in between, e.g. {5:g}",
                parameter, points[k], points[k + 1], overlap, least_overlap,
                0.5 * (points[k] + points[k + 1])));
    }
}

}  // namespace misfit
