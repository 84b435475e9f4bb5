#pragma once

#include <cstdint>

#include "misfit/elastic/potential.hpp"

namespace misfit::selfcheck {

/// The least that an exact dense event must do, `count` times: phi += 2 (V[:,b] - V[:,a]) for random a
/// and b; two rows read, one vector written. Returns a number that depends on all of it.
double dense_updates(const Potential& potential, std::uint64_t count);

}  // namespace misfit::selfcheck
