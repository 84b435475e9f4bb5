#include <fmt/format.h>
#include <xxhash.h>

#include "misfit/elastic/potential.hpp"

namespace misfit {

std::string potential_hash(const Potential& potential) {
    const std::span<const double> values = potential.values();
    const XXH128_hash_t hash = XXH3_128bits(values.data(), values.size_bytes());
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace misfit
