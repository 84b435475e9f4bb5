// Included once per instruction set, by sources that Highway compiles so: hence no #pragma once.
#if defined(MISFIT_LOAD_AS_DOUBLES) == defined(HWY_TARGET_TOGGLE)
#ifdef MISFIT_LOAD_AS_DOUBLES
#undef MISFIT_LOAD_AS_DOUBLES
#else
#define MISFIT_LOAD_AS_DOUBLES
#endif
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace misfit::HWY_NAMESPACE {

/// A vector of doubles from aligned memory that holds doubles or floats.
template <class D>
HWY_INLINE hwy::HWY_NAMESPACE::Vec<D> load_as_doubles(D d, const double* from) {
    return hwy::HWY_NAMESPACE::Load(d, from);
}

template <class D>
HWY_INLINE hwy::HWY_NAMESPACE::Vec<D> load_as_doubles(D d, const float* from) {
    const hwy::HWY_NAMESPACE::Rebind<float, D> floats;
    return hwy::HWY_NAMESPACE::PromoteTo(d, hwy::HWY_NAMESPACE::Load(floats, from));
}

}  // namespace misfit::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
