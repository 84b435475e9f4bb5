// Compiled once per instruction set; Highway picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "misfit/engine/rate_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

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

double update_weights_kernel(const WeightUpdate& update) {
    const Doubles d;
    const std::size_t lanes = hn::Lanes(d);
    const auto beta = hn::Set(d, update.beta);
    const auto coefficient_1 = hn::Set(d, update.coefficient_1);
    const auto coefficient_2 = hn::Set(d, update.coefficient_2);
    auto largest = hn::Set(d, -largest_exponent);

    const auto weigh = [&](auto phi, std::size_t i) HWY_ATTR {
        const auto sigma = hn::Load(d, update.sigma + i);
        const auto field = hn::Sub(phi, hn::Load(d, update.field + i));
        const auto exponent = hn::MulSub(hn::Mul(beta, sigma), field, hn::Load(d, update.self + i));
        largest = hn::Max(largest, exponent);
        const auto bound = hn::Set(d, largest_exponent);
        const auto z = bounded_exp(hn::Min(hn::Max(exponent, hn::Neg(bound)), bound));
        hn::Store(hn::Mul(sigma, z), d, update.weight + i);
    };
    const auto new_phi = [&](auto phi, std::size_t i) HWY_ATTR {
        const auto first = hn::MulAdd(coefficient_1, hn::Load(d, update.row_1 + i), phi);
        return hn::MulAdd(coefficient_2, hn::Load(d, update.row_2 + i), first);
    };

    std::size_t i = 0;
    for (; i + lanes <= update.size; i += lanes) {
        const auto phi = new_phi(hn::Load(d, update.phi + i), i);
        hn::Store(phi, d, update.phi + i);
        weigh(phi, i);
    }
    if (i < update.size) {
        const auto inside = hn::FirstN(d, update.size - i);
        const auto phi = new_phi(hn::MaskedLoad(inside, d, update.phi + i), i);
        hn::BlendedStore(phi, inside, d, update.phi + i);
        weigh(phi, i);
    }
    return hn::GetLane(hn::MaxOfLanes(d, largest));
}

/// With `known` directions, or with as many as there are where that is 0.
template <int known, bool exchange_is_rate>
void sum_site_rates(const RateSum& rates) {
    const Doubles d;
    const std::size_t lanes = hn::Lanes(d);
    const int directions = known > 0 ? known : rates.directions;
    const auto zero = hn::Zero(d);
    for (const SiteRun& run : rates.runs) {
        const std::ptrdiff_t* offsets = rates.offsets + run.offsets;
        const std::size_t slots = round_up(run.size, group_slots);
        for (std::size_t slot = 0; slot < slots; slot += lanes) {
            const double* here = rates.weight + run.first_site + slot;
            const std::size_t out = run.first_group * group_slots + slot;
            const double* swap = rates.swap +
                                 (out / group_slots * static_cast<std::size_t>(directions)) * group_slots +
                                 out % group_slots;
            const auto weight = hn::LoadU(d, here);
            const auto negated = hn::Neg(weight);
            const auto exchange = hn::Load(d, rates.exchange + out);
            auto rate = exchange_is_rate ? exchange : hn::Mul(hn::Abs(weight), exchange);
            for (int k = 0; k < directions; ++k) {
                const auto pair = hn::Max(zero, hn::Mul(negated, hn::LoadU(d, here + offsets[k])));
                const auto factor = hn::Load(d, swap + static_cast<std::size_t>(k) * group_slots);
                rate = hn::MulAdd(factor, pair, rate);
            }
            hn::Store(rate, d, rates.site_rate + out);
        }
    }
}

template <int known>
void sum_site_rates(const RateSum& rates) {
    rates.exchange_is_rate ? sum_site_rates<known, true>(rates) : sum_site_rates<known, false>(rates);
}

double sum_rates_kernel(const RateSum& rates) {
    switch (rates.directions) {
        case 3:
            sum_site_rates<3>(rates);
            break;  // triangular
        case 9:
            sum_site_rates<9>(rates);
            break;  // simple cubic
        default:
            sum_site_rates<0>(rates);
    }

    const Doubles d;
    const std::size_t lanes = hn::Lanes(d);
    double total = 0.0;
    for (std::size_t block = 0; block < rates.slots / rate_block; ++block) {
        const double* first = rates.site_rate + block * rate_block;
        auto sum_1 = hn::Load(d, first);
        auto sum_2 = hn::Load(d, first + lanes);
        for (std::size_t i = 2 * lanes; i < rate_block; i += 2 * lanes) {
            sum_1 = hn::Add(sum_1, hn::Load(d, first + i));
            sum_2 = hn::Add(sum_2, hn::Load(d, first + i + lanes));
        }
        rates.block_rate[block] = hn::GetLane(hn::SumOfLanes(d, hn::Add(sum_1, sum_2)));
        total += rates.block_rate[block];
    }
    return total;
}

}  // namespace misfit::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace misfit {
HWY_EXPORT(update_weights_kernel);
HWY_EXPORT(sum_rates_kernel);

double update_weights(const WeightUpdate& update) {
    return HWY_DYNAMIC_DISPATCH(update_weights_kernel)(update);
}

double sum_rates(const RateSum& rates) { return HWY_DYNAMIC_DISPATCH(sum_rates_kernel)(rates); }

}  // namespace misfit
#endif
