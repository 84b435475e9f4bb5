// Compiled once per instruction set; Highway picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "misfit/engine/attempt_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "misfit/base/load_as_doubles.inc"
#include "misfit/base/random.hpp"
#include "misfit/engine/attempt_kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace misfit::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class Real>
void update_phi_from(const RowUpdate& update, const Real* row_1, const Real* row_2) {
    const hn::CappedTag<double, 8> d;
    const std::size_t lanes = hn::Lanes(d);
    const auto coefficient_1 = hn::Set(d, update.coefficient_1);
    const auto coefficient_2 = hn::Set(d, update.coefficient_2);
    const auto updated = [&](auto phi, std::size_t i) HWY_ATTR {
        const auto first = hn::MulAdd(coefficient_1, load_as_doubles(d, row_1 + i), phi);
        return hn::MulAdd(coefficient_2, load_as_doubles(d, row_2 + i), first);
    };
    std::size_t i = 0;
    for (; i + lanes <= update.size; i += lanes)
        hn::Store(updated(hn::Load(d, update.phi + i), i), d, update.phi + i);
    if (i < update.size) {
        const auto inside = hn::FirstN(d, update.size - i);
        const auto phi = hn::MaskedLoad(inside, d, update.phi + i);
        hn::BlendedStore(updated(phi, i), inside, d, update.phi + i);
    }
}

void move_update_kernel(const RowUpdate& update) {
    if (update.is_single())
        update_phi_from(update, update.row_1.single, update.row_2.single);
    else
        update_phi_from(update, update.row_1.dense, update.row_2.dense);
}

void update_scores_kernel(const Scoring& scoring) {
    const hn::CappedTag<double, 8> d;
    const std::size_t lanes = hn::Lanes(d);
    const auto apart = hn::Set(d, scoring.apart);
    for (const Scoring::Run& run : scoring.runs) {
        std::size_t k = 0;
        // A vector may run over the end of its run: the next run overwrites what it leaves there.
        for (; k < run.size && run.first_site + k + lanes <= scoring.size; k += lanes) {
            const std::size_t site = run.first_site + k;
            const std::size_t core = run.first_core + k;
            const auto field = hn::Sub(hn::LoadU(d, scoring.phi + site), hn::LoadU(d, scoring.field + site));
            const auto score = hn::MulAdd(hn::LoadU(d, scoring.sigma + site), hn::Add(field, apart),
                                          hn::LoadU(d, scoring.offset + core));
            hn::StoreU(score, d, scoring.scores + core);
        }
        for (; k < run.size; ++k) {
            const std::size_t site = run.first_site + k;
            const std::size_t core = run.first_core + k;
            scoring.scores[core] =
                scoring.sigma[site] * (scoring.phi[site] - scoring.field[site] + scoring.apart) +
                scoring.offset[core];
        }
    }
}

#if HWY_TARGET == HWY_SCALAR
// Nothing is gained without vectors: every attempt is decided exactly.
std::size_t first_candidate_kernel(const SwapAttempts&, std::size_t begin) { return begin; }
#else
std::size_t first_candidate_kernel(const SwapAttempts& attempts, std::size_t begin) {
    const hn::CappedTag<double, 8> d;
    const hn::RebindToUnsigned<decltype(d)> words;
    const hn::RebindToSigned<decltype(d)> indices;
    const hn::Repartition<std::uint32_t, decltype(words)> halves;
    const std::size_t lanes = hn::Lanes(d);
    const std::size_t count = attempts.words.size() / 2;
    const auto sites = hn::Set(halves, attempts.sites);
    const auto other_sites = hn::Set(halves, attempts.sites - 1);
    const auto threshold = hn::Set(d, attempts.threshold);
    const auto margin = hn::Set(d, attempts.margin);
    const auto like = hn::Set(d, 0.5 * attempts.separation);
    const auto two_to_52 = hn::Set(d, 0x1p52);

    std::size_t attempt = begin;
    for (; attempt + lanes <= count; attempt += lanes) {
        hn::Vec<decltype(words)> word_1;
        hn::Vec<decltype(words)> word_2;
        hn::LoadInterleaved2(words, attempts.words.data() + 2 * attempt, word_1, word_2);
        const auto high = hn::BitCast(halves, hn::ShiftRight<32>(word_1));
        const auto first = hn::BitCast(indices, hn::ShiftRight<32>(hn::MulEven(high, sites)));
        const auto low = hn::MulEven(hn::BitCast(halves, word_1), other_sites);
        const auto reduced = hn::BitCast(indices, hn::ShiftRight<32>(low));
        // The second site steps over the first; a true lane is -1.
        const auto second =
            hn::Add(hn::Add(reduced, hn::Set(indices, 1)), hn::VecFromMask(indices, hn::Gt(first, reduced)));
        const auto sum =
            hn::Add(hn::GatherIndex(d, attempts.scores, first), hn::GatherIndex(d, attempts.scores, second));

        // u from 52 bits as in read_swap_attempt, and its exponent as a double.
        const auto one = hn::Set(words, std::uint64_t{0x3FF} << 52);
        const auto u =
            hn::Sub(hn::BitCast(d, hn::Or(hn::ShiftRight<12>(word_2), one)), hn::Set(d, 1.0 - 0x1p-53));
        const auto biased = hn::ShiftRight<52>(hn::BitCast(words, u));
        const auto exponent = hn::Sub(hn::BitCast(d, hn::Or(biased, hn::BitCast(words, two_to_52))),
                                      hn::Set(d, 0x1p52 + 1023.0));
        const auto least = hn::MulSub(exponent, threshold, margin);
        const auto candidate = hn::And(hn::Ge(sum, least), hn::Lt(sum, like));
        const auto found = hn::FindFirstTrue(d, candidate);
        if (found >= 0) return attempt + static_cast<std::size_t>(found);
    }
    // The rest goes to the caller one by one: it decides exactly anyway.
    return attempt;
}
#endif

}  // namespace misfit::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace misfit {
HWY_EXPORT(move_update_kernel);
HWY_EXPORT(update_scores_kernel);
HWY_EXPORT(first_candidate_kernel);

void update_phi(const RowUpdate& update) {
    HWY_DYNAMIC_DISPATCH(move_update_kernel)(update);
    update.correct();
}

void update_scores(const Scoring& scoring) { HWY_DYNAMIC_DISPATCH(update_scores_kernel)(scoring); }

std::size_t first_candidate(const SwapAttempts& attempts, std::size_t begin) {
    return HWY_DYNAMIC_DISPATCH(first_candidate_kernel)(attempts, begin);
}

SwapAttempt read_swap_attempt(std::uint64_t word_1, std::uint64_t word_2, std::uint32_t sites) {
    const auto first = static_cast<std::uint32_t>((word_1 >> 32) * sites >> 32);
    const auto reduced = static_cast<std::uint32_t>((word_1 & 0xFFFFFFFFU) * (sites - 1) >> 32);
    return {first, reduced >= first ? reduced + 1 : reduced, open_uniform(word_2)};
}

}  // namespace misfit
#endif
