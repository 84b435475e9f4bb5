#pragma once

#include "misfit/crystal/crystal.hpp"
#include "misfit/measure/observable.hpp"

namespace misfit {

/// composition: c = (m + 1)/2, the fraction of A over all sites.
Observable composition();

/// core_composition: the fraction of A over the core, which is all sites where there is no shell.
Observable core_composition(const Crystal& crystal);

}  // namespace misfit
