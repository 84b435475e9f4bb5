#pragma once

#include "misfit/observe/observable.hpp"

namespace misfit {

/// composition: c = (m + 1)/2, the fraction of A over all sites.
Observable composition();

}  // namespace misfit
