// Compiled once per instruction set; Highway picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "misfit/base/dot.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "misfit/base/dot.hpp"
#include "misfit/base/load_as_doubles.inc"

HWY_BEFORE_NAMESPACE();
namespace misfit::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Dot product over `count` numbers, a multiple of 8, from aligned memory.
template <class Real>
double dot_of(const Real* HWY_RESTRICT a, const double* HWY_RESTRICT b, std::size_t count) {
    const hn::CappedTag<double, 8> d;
    const std::size_t lanes = hn::Lanes(d);
    auto sum0 = hn::Zero(d);
    auto sum1 = hn::Zero(d);
    std::size_t i = 0;
    for (; i + 2 * lanes <= count; i += 2 * lanes) {
        sum0 = hn::MulAdd(load_as_doubles(d, a + i), hn::Load(d, b + i), sum0);
        sum1 = hn::MulAdd(load_as_doubles(d, a + i + lanes), hn::Load(d, b + i + lanes), sum1);
    }
    for (; i < count; i += lanes) sum0 = hn::MulAdd(load_as_doubles(d, a + i), hn::Load(d, b + i), sum0);
    return hn::GetLane(hn::SumOfLanes(d, hn::Add(sum0, sum1)));
}

double dot_kernel(const double* a, const double* b, std::size_t count) { return dot_of(a, b, count); }

double single_dot_kernel(const float* a, const double* b, std::size_t count) { return dot_of(a, b, count); }

}  // namespace misfit::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace misfit {
HWY_EXPORT(dot_kernel);
HWY_EXPORT(single_dot_kernel);

double dot(const double* a, const double* b, std::size_t count) {
    return HWY_DYNAMIC_DISPATCH(dot_kernel)(a, b, count);
}

double dot(const float* a, const double* b, std::size_t count) {
    return HWY_DYNAMIC_DISPATCH(single_dot_kernel)(a, b, count);
}

}  // namespace misfit
#endif
