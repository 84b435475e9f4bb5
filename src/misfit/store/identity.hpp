#pragma once

#include <cstdint>
#include <string>

#include "misfit/store/bytes.hpp"

namespace misfit {

/// What makes parts and checkpoints those of one run: they go together only if all of it is equal.
struct RunIdentity {
    std::string misfit_version;
    std::string potential_hash;    ///< empty without an elastic term
    std::uint64_t spec_hash = 0;   ///< of the resolved spec
    std::uint64_t arithmetic = 0;  ///< unit/arithmetic.hpp

    bool operator==(const RunIdentity&) const = default;
};

void put(ByteWriter& writer, const RunIdentity& identity);
void take(ByteReader& reader, RunIdentity& identity);

/// Throws Error unless what stands in `source` was written by the version `here`.
void require_same_version(const std::string& here, const std::string& recorded, const std::string& source);

/// Throws Error unless what stands in `source` was made with the potential `here`; both are hashes.
void require_same_potential(const std::string& here, const std::string& recorded, const std::string& source);

/// Throws Error unless what stands in `source` has the last digits that are got here.
void require_same_arithmetic(std::uint64_t here, std::uint64_t recorded, const std::string& source);

/// Throws Error, saying what differs, unless what stands in `source` belongs to the run `here`.
void require_same_run(const RunIdentity& here, const RunIdentity& recorded, const std::string& source);

}  // namespace misfit
