// Compiled once per instruction set; Highway picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "misfit/engine/rate_kernels.cpp"
#include <bit>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "misfit/base/load_as_doubles.inc"
#include "misfit/engine/rate_kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace misfit::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using Doubles = hn::CappedTag<double, 8>;

/// exp(x) for |x| <= largest_exponent, to 3 units in the last place: x = k ln 2 + r, the Taylor polynomial of
/// r to degree 12 (|r| <= 0.35: truncation 2e-16), and k added to the exponent bits. Highway's own covers all
/// doubles and takes 1.6 times as long; this is a third of an event.
template <class Vector>
HWY_INLINE Vector bounded_exp(Vector x) {
    const Doubles d;
    const hn::Rebind<std::int64_t, Doubles> bits;
    const auto c = [d](double value) HWY_ATTR { return hn::Set(d, value); };
    const auto shifter = c(0x1.8p52);  // leaves k in the low bits of the sum
    const auto shifted = hn::MulAdd(x, c(0x1.71547652b82fep0), shifter);
    const auto k = hn::Sub(shifted, shifter);
    const auto high = hn::NegMulAdd(k, c(0x1.62e42fefa39efp-1), x);
    const auto r = hn::NegMulAdd(k, c(0x1.abc9e3b39803fp-56), high);
    const auto r2 = hn::Mul(r, r);
    const auto r4 = hn::Mul(r2, r2);
    const auto p2 = hn::MulAdd(r, c(1.0 / 6.0), c(1.0 / 2.0));
    const auto p4 = hn::MulAdd(r, c(1.0 / 120.0), c(1.0 / 24.0));
    const auto p6 = hn::MulAdd(r, c(1.0 / 5040.0), c(1.0 / 720.0));
    const auto p8 = hn::MulAdd(r, c(1.0 / 362880.0), c(1.0 / 40320.0));
    const auto p10 = hn::MulAdd(r, c(1.0 / 39916800.0), c(1.0 / 3628800.0));
    const auto low = hn::MulAdd(p2, r2, hn::Add(r, c(1.0)));
    const auto middle = hn::MulAdd(p6, r2, p4);
    const auto top = hn::MulAdd(r4, c(1.0 / 479001600.0), hn::MulAdd(p10, r2, p8));
    const auto polynomial = hn::MulAdd(hn::MulAdd(top, r4, middle), r4, low);
    const auto exponent = hn::ShiftLeft<52>(hn::BitCast(bits, shifted));
    return hn::BitCast(d, hn::Add(hn::BitCast(bits, polynomial), exponent));
}

/// x of both kernels; `with_mean`: it is not phi.
template <bool with_mean, class Vector>
HWY_INLINE Vector without_mean(Vector phi, Vector mean, const double* HWY_RESTRICT diagonal) {
    if constexpr (with_mean) return hn::NegMulAdd(mean, hn::Load(Doubles(), diagonal), phi);
    return phi;
}

template <bool with_mean, class Real>
std::size_t update_phi_from(const PhiUpdate& update, const Real* row_1, const Real* row_2) {
    const Doubles d;
    constexpr std::size_t lanes = hn::MaxLanes(d);
    const auto coefficient_1 = hn::Set(d, update.rows.coefficient_1);
    const auto coefficient_2 = hn::Set(d, update.rows.coefficient_2);
    const auto mean = hn::Set(d, update.mean);
    const auto tolerance = hn::Set(d, update.tolerance);
    const double* const diagonal = update.diagonal;
    const double* const rated = update.rated;
    double* const phi = update.rows.phi;
    std::uint32_t* const stale = update.stale;
    const auto new_phi = [&](auto before, std::size_t i) HWY_ATTR {
        const auto first = hn::MulAdd(coefficient_1, load_as_doubles(d, row_1 + i), before);
        return hn::MulAdd(coefficient_2, load_as_doubles(d, row_2 + i), first);
    };
    const auto has_moved = [&](auto after, std::size_t i) HWY_ATTR {
        const auto x = without_mean<with_mean>(after, mean, diagonal + i);
        return hn::Gt(hn::Abs(hn::Sub(x, hn::Load(d, rated + i))), tolerance);
    };

    std::size_t count = 0;
    std::size_t i = 0;
    for (; i + group_slots <= update.rows.size; i += group_slots) {
        auto any = hn::Gt(hn::Zero(d), hn::Zero(d));
        for (std::size_t k = i; k < i + group_slots; k += lanes) {
            const auto after = new_phi(hn::Load(d, phi + k), k);
            hn::Store(after, d, phi + k);
            any = hn::Or(any, has_moved(after, k));
        }
        stale[count] = static_cast<std::uint32_t>(i / group_slots);
        count += hn::AllFalse(d, any) ? 0U : 1U;  // without a branch, which could not be foreseen
    }
    bool any = false;
    for (std::size_t k = i; k < update.rows.size; k += lanes) {
        const auto inside = hn::FirstN(d, update.rows.size - k);
        const auto after = new_phi(hn::MaskedLoad(inside, d, phi + k), k);
        hn::BlendedStore(after, inside, d, phi + k);
        any = any || !hn::AllFalse(d, hn::And(inside, has_moved(after, k)));
    }
    if (any) stale[count++] = static_cast<std::uint32_t>(i / group_slots);
    return count;
}

template <bool with_mean>
std::size_t update_phi_from(const PhiUpdate& update) {
    const ElasticRow& a = update.rows.row_1;
    const ElasticRow& b = update.rows.row_2;
    return update.rows.is_single() ? update_phi_from<with_mean>(update, a.single, b.single)
                                   : update_phi_from<with_mean>(update, a.dense, b.dense);
}

std::size_t phi_and_stale_kernel(const PhiUpdate& update) {
    return update.mean == 0.0 ? update_phi_from<false>(update) : update_phi_from<true>(update);
}

template <bool with_mean>
double update_weights_from(const WeightUpdate& update) {
    const Doubles d;
    constexpr std::size_t lanes = hn::MaxLanes(d);
    const auto beta = hn::Set(d, update.beta);
    const auto mean = hn::Set(d, update.mean);
    const auto bound = hn::Set(d, largest_exponent);
    auto largest = hn::Neg(bound);
    const double* const phi = update.phi;
    const double* const diagonal = update.diagonal;
    const double* const sigmas = update.sigma;
    const double* const fields = update.field;
    const double* const selves = update.self;
    double* const rated = update.rated;
    double* const weights = update.weight;
    for (const std::uint32_t group : update.groups)
        for (std::size_t k = 0; k < group_slots; k += lanes) {
            const std::size_t i = group * group_slots + k;
            const auto sigma = hn::Load(d, sigmas + i);
            const auto inside = hn::Ne(sigma, hn::Zero(d));
            const auto x = without_mean<with_mean>(hn::MaskedLoad(inside, d, phi + i), mean, diagonal + i);
            hn::BlendedStore(x, inside, d, rated + i);
            const auto field = hn::Sub(x, hn::Load(d, fields + i));
            const auto exponent = hn::MulSub(hn::Mul(beta, sigma), field, hn::Load(d, selves + i));
            largest = hn::Max(largest, exponent);
            const auto z = bounded_exp(hn::Min(hn::Max(exponent, hn::Neg(bound)), bound));
            hn::Store(hn::Mul(sigma, z), d, weights + i);
        }
    return hn::GetLane(hn::MaxOfLanes(d, largest));
}

double update_weights_kernel(const WeightUpdate& update) {
    return update.mean == 0.0 ? update_weights_from<false>(update) : update_weights_from<true>(update);
}

/// With `known` directions, or with as many as there are where that is 0.
template <int known, bool exchange_is_rate>
void update_site_rates(const RateUpdate& update) {
    const Doubles d;
    const std::size_t lanes = hn::Lanes(d);
    const int directions = known > 0 ? known : update.directions;
    const auto zero = hn::Zero(d);
    for (const std::uint32_t word : update.which.words)
        for (std::uint64_t bits = update.which.bits[word]; bits != 0; bits &= bits - 1) {
            const std::size_t group = 64UL * word + static_cast<std::size_t>(std::countr_zero(bits));
            const SlotGroup& place = update.groups[group];
            const std::ptrdiff_t* offsets = update.offsets + place.offsets;
            const double* factors = update.swap + group * static_cast<std::size_t>(directions) * group_slots;
            for (std::size_t slot = 0; slot < group_slots; slot += lanes) {
                const double* here = update.weight + place.first_site + slot;
                const std::size_t out = group * group_slots + slot;
                const auto weight = hn::LoadU(d, here);
                const auto negated = hn::Neg(weight);
                const auto exchange = hn::Load(d, update.exchange + out);
                auto rate = exchange_is_rate ? exchange : hn::Mul(hn::Abs(weight), exchange);
                for (int k = 0; k < directions; ++k) {
                    const auto pair = hn::Max(zero, hn::Mul(negated, hn::LoadU(d, here + offsets[k])));
                    const auto factor =
                        hn::Load(d, factors + static_cast<std::size_t>(k) * group_slots + slot);
                    rate = hn::MulAdd(factor, pair, rate);
                }
                hn::Store(rate, d, update.site_rate + out);
            }
        }
}

template <int known>
void update_site_rates(const RateUpdate& update) {
    update.exchange_is_rate ? update_site_rates<known, true>(update)
                            : update_site_rates<known, false>(update);
}

void update_rates_kernel(const RateUpdate& update) {
    switch (update.directions) {
        case 3:
            return update_site_rates<3>(update);  // triangular
        case 9:
            return update_site_rates<9>(update);  // simple cubic
        default:
            update_site_rates<0>(update);
    }
}

void sum_nodes_kernel(const BitSet& which, const double* values, double* sums) {
    const Doubles d;
    const std::size_t lanes = hn::Lanes(d);
    for (const std::uint32_t word : which.words)
        for (std::uint64_t bits = which.bits[word]; bits != 0; bits &= bits - 1) {
            const std::size_t node = 64UL * word + static_cast<std::size_t>(std::countr_zero(bits));
            const double* first = values + node * node_children;
            auto sum_1 = hn::Load(d, first);
            auto sum_2 = hn::Load(d, first + lanes);
            for (std::size_t i = 2 * lanes; i < node_children; i += 2 * lanes) {
                sum_1 = hn::Add(sum_1, hn::Load(d, first + i));
                sum_2 = hn::Add(sum_2, hn::Load(d, first + i + lanes));
            }
            sums[node] = hn::GetLane(hn::SumOfLanes(d, hn::Add(sum_1, sum_2)));
        }
}

std::size_t find_in_node_kernel(const double* values, double& target) {
    const Doubles d;
    const std::size_t lanes = hn::Lanes(d);
    const auto sum_of = [&](const double* group) HWY_ATTR {
        auto sum = hn::Load(d, group);
        for (std::size_t k = lanes; k < group_slots; k += lanes) sum = hn::Add(sum, hn::Load(d, group + k));
        return hn::GetLane(hn::SumOfLanes(d, sum));
    };
    std::size_t group = 0;
    bool is_inside = false;
    for (std::size_t i = 0; i < node_children && !is_inside; i += group_slots) {
        const double sum = sum_of(values + i);
        if (sum <= 0.0) continue;
        group = i;
        is_inside = target < sum;
        if (!is_inside) target -= sum;
    }
    std::size_t last = group;
    for (std::size_t i = group; i < group + group_slots; ++i) {
        if (values[i] <= 0.0) continue;
        last = i;
        if (is_inside && target < values[i]) return i;
        target -= values[i];
    }
    target = values[last];
    return last;
}

}  // namespace misfit::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace misfit {
HWY_EXPORT(phi_and_stale_kernel);
HWY_EXPORT(update_weights_kernel);
HWY_EXPORT(update_rates_kernel);
HWY_EXPORT(sum_nodes_kernel);
HWY_EXPORT(find_in_node_kernel);

std::size_t update_phi_and_find_stale(const PhiUpdate& update) {
    const std::size_t count = HWY_DYNAMIC_DISPATCH(phi_and_stale_kernel)(update);
    update.rows.correct();
    return count;
}

double update_weights(const WeightUpdate& update) {
    return HWY_DYNAMIC_DISPATCH(update_weights_kernel)(update);
}

void update_rates(const RateUpdate& update) { HWY_DYNAMIC_DISPATCH(update_rates_kernel)(update); }

void sum_nodes(const BitSet& which, const double* values, double* sums) {
    HWY_DYNAMIC_DISPATCH(sum_nodes_kernel)(which, values, sums);
}

std::size_t find_in_node(const double* values, double& target) {
    return HWY_DYNAMIC_DISPATCH(find_in_node_kernel)(values, target);
}

}  // namespace misfit
#endif
