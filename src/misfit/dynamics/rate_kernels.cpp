// Compiled once per instruction set; Highway picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "misfit/dynamics/rate_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
//
#include <hwy/contrib/math/math-inl.h>

#include "misfit/dynamics/rate_kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace misfit::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using Doubles = hn::CappedTag<double, 8>;

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
        const auto z = hn::Exp(d, hn::Min(exponent, hn::Set(d, largest_exponent)));
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

template <int directions, bool exchange_is_rate>
void sum_site_rates(const RateSum& rates) {
    const Doubles d;
    const std::size_t lanes = hn::Lanes(d);
    const auto zero = hn::Zero(d);
    // Runs are taken in ascending order: what a vector writes beyond its run, the next one overwrites.
    for (const SiteRun& run : rates.runs) {
        const std::ptrdiff_t* offsets = rates.offsets + run.offsets;
        for (std::size_t i = run.begin; i < run.begin + run.size; i += lanes) {
            const double* here = rates.weight + i;
            const auto weight = hn::LoadU(d, here);
            const auto negated = hn::Neg(weight);
            const auto exchange = hn::LoadU(d, rates.exchange + i);
            auto rate = exchange_is_rate ? exchange : hn::Mul(hn::Abs(weight), exchange);
            for (int k = 0; k < directions; ++k) {
                const auto neighbor = hn::LoadU(d, here + offsets[k]);
                const auto swap =
                    hn::LoadU(d, rates.swap + static_cast<std::size_t>(k) * rates.swap_stride + i);
                rate = hn::MulAdd(swap, hn::Max(zero, hn::Mul(negated, neighbor)), rate);
            }
            hn::StoreU(rate, d, rates.site_rate + i);
        }
    }
}

double sum_rates_kernel(const RateSum& rates) {
    if (rates.directions == 3)
        rates.exchange_is_rate ? sum_site_rates<3, true>(rates) : sum_site_rates<3, false>(rates);
    else
        rates.exchange_is_rate ? sum_site_rates<9, true>(rates) : sum_site_rates<9, false>(rates);

    const std::size_t padded = padded_to_blocks(rates.size);
    for (std::size_t i = rates.size; i < padded; ++i) rates.site_rate[i] = 0.0;
    const Doubles d;
    const std::size_t lanes = hn::Lanes(d);
    double total = 0.0;
    for (std::size_t block = 0; block < padded / rate_block; ++block) {
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
