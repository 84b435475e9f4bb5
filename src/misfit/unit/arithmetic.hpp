#pragma once

#include <cstdint>

namespace misfit {

/// A fingerprint of the last digits that this build gets on this processor: a hash of some hundred events and
/// attempts of a small fixed crystal, and of what is measured of it. Another compiler, mathematical library
/// or instruction set may round otherwise; where the fingerprint is the same, a run may be gone on with.
/// Milliseconds.
std::uint64_t arithmetic();

}  // namespace misfit
