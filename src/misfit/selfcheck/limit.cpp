// Compiled once per instruction set, like the kernels it is the yardstick of.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "misfit/selfcheck/limit.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "misfit/base/random.hpp"
#include "misfit/selfcheck/limit.hpp"

HWY_BEFORE_NAMESPACE();
namespace misfit::selfcheck::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void dense_update(const double* HWY_RESTRICT a, const double* HWY_RESTRICT b, double* HWY_RESTRICT phi,
                  std::size_t count) {
    const hn::CappedTag<double, 8> d;
    const auto two = hn::Set(d, 2.0);
    for (std::size_t i = 0; i < count; i += hn::Lanes(d))
        hn::Store(hn::MulAdd(two, hn::Sub(hn::Load(d, b + i), hn::Load(d, a + i)), hn::Load(d, phi + i)), d,
                  phi + i);
}

}  // namespace misfit::selfcheck::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace misfit::selfcheck {
HWY_EXPORT(dense_update);

double dense_updates(const Potential& potential, std::uint64_t count) {
    AlignedVector<double> phi(potential.stride(), 0.0);
    for (std::uint64_t step = 0; step < count; ++step) {
        const UniformPair u = uniform_pair({}, step);
        const auto a = static_cast<Site>(u.first * potential.size());
        const auto b = static_cast<Site>(u.second * potential.size());
        HWY_DYNAMIC_DISPATCH(dense_update)
        (potential.row(a).data(), potential.row(b).data(), phi.data(), phi.size());
    }
    return phi.front();
}

}  // namespace misfit::selfcheck
#endif
