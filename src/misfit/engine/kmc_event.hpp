#pragma once

#include "misfit/base/types.hpp"
#include "misfit/model/state.hpp"

namespace misfit {

/// One possible event and its rate, for tests and for looking at a state.
struct KmcEvent {
    EventKind kind;
    Site first;   ///< the site exchanged, or the bond's first end
    Site second;  ///< the bond's second end; -1 for an exchange
    double rate;  ///< k0 exp(-beta dE/2), in units of k0
};

}  // namespace misfit
