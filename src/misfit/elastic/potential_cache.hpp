#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "misfit/crystal/crystal.hpp"
#include "misfit/elastic/potential.hpp"

namespace misfit {

/// Hexadecimal 128-bit hash of everything V depends on: lattice, sites, bonds, stiffness, and the
/// version of the builder. Names the cache file.
std::string cache_key(const Crystal& crystal);

/// A folder of potentials, one checksummed file each, `KEY.potential`. Files are written aside
/// and renamed, so that processes may share a cache; the oldest used go when it grows over its limit.
class PotentialCache {
public:
    struct Entry {
        std::filesystem::path path;
        std::string description;  ///< the crystal's shape and N
        std::uint64_t bytes;
        std::filesystem::file_time_type last_used;
    };

    PotentialCache(std::filesystem::path folder, std::uint64_t limit_bytes);

    /// $XDG_CACHE_HOME/misfit, or ~/.cache/misfit; 4 GiB unless MISFIT_CACHE_LIMIT_GIB says otherwise
    /// (0: nothing is kept). Throws Error if that variable is not a number.
    static PotentialCache standard();

    /// The crystal's potential: read and verified if it is here, otherwise built and kept. A damaged
    /// file is built again. A cache that cannot be written is no error: the potential is returned. Throws
    /// Interrupted from building, and keeps nothing then.
    Potential load_or_build(const Crystal& crystal, int threads, const Watch& watch = {}) const;
    /// The same rounded to floats; the cache keeps doubles, which are rounded as they are read.
    SinglePotential load_or_build_single(const Crystal& crystal, int threads, const Watch& watch = {}) const;
    /// True if a file for this crystal is here (not verified).
    bool contains(const Crystal& crystal) const;

    std::vector<Entry> entries() const;  ///< latest used first
    void clear() const;                  ///< removes every entry
    const std::filesystem::path& folder() const { return folder_; }
    std::uint64_t limit_bytes() const { return limit_bytes_; }

private:
    template <class Real>
    std::optional<DensePotential<Real>> find(const Crystal& crystal) const;
    Potential build(const Crystal& crystal, int threads, const Watch& watch) const;
    std::filesystem::path file_of(const std::string& key) const;
    void trim() const;

    std::filesystem::path folder_;
    std::uint64_t limit_bytes_;
};

}  // namespace misfit
