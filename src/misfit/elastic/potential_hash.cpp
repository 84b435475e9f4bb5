// What names V to the last bit; by itself, as the explorer's engine has no use for it.
#include <fmt/format.h>
#include <xxhash.h>

#include "misfit/elastic/elastic.hpp"

namespace misfit {

struct PotentialHash::State {
    XXH3_state_t* hash = XXH3_createState();
};

PotentialHash::PotentialHash() : state_(std::make_unique<State>()) { XXH3_128bits_reset(state_->hash); }

PotentialHash::~PotentialHash() { XXH3_freeState(state_->hash); }

void PotentialHash::add(std::span<const double> rows) {
    XXH3_128bits_update(state_->hash, rows.data(), rows.size_bytes());
}

std::string PotentialHash::text() const {
    const XXH128_hash_t hash = XXH3_128bits_digest(state_->hash);
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::string potential_hash(const Potential& potential) {
    PotentialHash hash;
    hash.add(potential.values());
    return hash.text();
}

template <>
std::string Potential::identity() const {
    return potential_hash(*this);
}

template <>
std::string SinglePotential::identity() const {
    return identity_;
}

std::string BlockPotential::identity() const {
    // Every block of the inverse has a part in these.
    std::vector<double> values = diagonal_;
    for (const Pair& pair : pairs_) values.push_back(pair.value);
    values.insert(values.end(), raw_row_sums_.begin(), raw_row_sums_.end());
    PotentialHash hash;
    hash.add(values);
    return hash.text();
}

std::string Elastic::identity() const {
    return std::visit([](const auto& V) { return V->identity(); }, model_);
}

}  // namespace misfit
