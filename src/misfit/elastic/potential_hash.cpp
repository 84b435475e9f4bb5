// What names V to the last bit; by itself, as the explorer's engine has no use for it.
#include <fmt/format.h>
#include <xxhash.h>

#include "misfit/elastic/elastic.hpp"

namespace misfit {

std::string potential_hash(const Potential& potential) {
    const std::span<const double> values = potential.values();
    const XXH128_hash_t hash = XXH3_128bits(values.data(), values.size_bytes());
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::string Potential::identity() const { return potential_hash(*this); }

std::string BlockPotential::identity() const {
    // Every block of the inverse has a part in these.
    std::vector<double> values = diagonal_;
    for (const Pair& pair : pairs_) values.push_back(pair.value);
    values.insert(values.end(), raw_row_sums_.begin(), raw_row_sums_.end());
    const XXH128_hash_t hash = XXH3_128bits(values.data(), values.size() * sizeof(double));
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::string Elastic::identity() const {
    return std::visit([](const auto& V) { return V->identity(); }, model_);
}

}  // namespace misfit
