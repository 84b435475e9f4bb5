#include "misfit/elastic/potential_cache.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <optional>
#include <unistd.h>
#include <xxhash.h>

#include "misfit/base/error.hpp"

namespace misfit {
namespace {

namespace fs = std::filesystem;

/// Changes whenever a builder gives other numbers for the same crystal. 1 took the closed form for whatever
/// was called a hexagon.
constexpr std::uint32_t builder_version = 2;

constexpr std::array<char, 8> magic = {'M', 'I', 'S', 'F', 'I', 'T', 'V', '1'};
constexpr const char* extension = ".potential";

static_assert(std::endian::native == std::endian::little, "potential files are little-endian");

/// What a file starts with; raw_row_sums, the values and a checksum of everything follow.
struct FileHeader {
    std::array<char, 8> magic;
    std::array<char, 32> key;
    std::array<char, 16> method;
    std::array<char, 64> description;
    std::uint64_t sites;
    std::uint64_t stride;
};

template <std::size_t n>
std::array<char, n> fixed(const std::string& text) {
    std::array<char, n> out = {};
    std::copy_n(text.begin(), std::min(text.size(), n), out.begin());
    return out;
}

template <std::size_t n>
std::string text_of(const std::array<char, n>& characters) {
    return {characters.begin(), std::ranges::find(characters, '\0')};
}

/// XXH3-64 of all that is written or read.
class Checksum {
public:
    Checksum() : state_(XXH3_createState()) { XXH3_64bits_reset(state_); }
    ~Checksum() { XXH3_freeState(state_); }
    Checksum(const Checksum&) = delete;
    Checksum& operator=(const Checksum&) = delete;

    void add(std::span<const std::byte> bytes) { XXH3_64bits_update(state_, bytes.data(), bytes.size()); }
    std::uint64_t value() const { return XXH3_64bits_digest(state_); }

private:
    XXH3_state_t* state_;
};

void write(std::ofstream& file, Checksum& checksum, std::span<const std::byte> bytes) {
    checksum.add(bytes);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

void read(std::ifstream& file, Checksum& checksum, std::span<std::byte> bytes) {
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    checksum.add(bytes);
}

/// Reads the elements of V, which are doubles in the file.
void read_values(std::ifstream& file, Checksum& checksum, Potential& potential, std::string&) {
    read(file, checksum, std::as_writable_bytes(potential.values()));
}

/// Row by row, so that the doubles are never there all at once. Sets what they are called.
void read_values(std::ifstream& file, Checksum& checksum, SinglePotential& potential, std::string& identity) {
    AlignedVector<double> row(Potential::stride_of(potential.size()));
    PotentialHash hash;
    auto out = potential.values().begin();
    for (Site i = 0; i < potential.size() && file; ++i) {
        read(file, checksum, std::as_writable_bytes(std::span(row)));
        hash.add(row);
        std::transform(row.begin(), row.begin() + potential.size(), out,
                       [](double value) { return static_cast<float>(value); });
        out += static_cast<std::ptrdiff_t>(potential.stride());
    }
    identity = hash.text();
}

/// The potential in `path`, or nothing if it is not there, damaged, or another crystal's.
template <class Real>
std::optional<DensePotential<Real>> load(const fs::path& path, const std::string& key, Site size) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    Checksum checksum;
    FileHeader header = {};
    read(file, checksum, std::as_writable_bytes(std::span(&header, 1)));
    if (!file || header.magic != magic || header.key != fixed<32>(key) ||
        header.sites != static_cast<std::uint64_t>(size) || header.stride != Potential::stride_of(size))
        return std::nullopt;
    DensePotential<Real> potential(size);
    std::vector<double> sums(static_cast<std::size_t>(size));
    read(file, checksum, std::as_writable_bytes(std::span(sums)));
    std::string identity;
    read_values(file, checksum, potential, identity);
    std::uint64_t expected = 0;
    file.read(reinterpret_cast<char*>(&expected), sizeof expected);
    if (!file || expected != checksum.value()) return std::nullopt;
    potential.adopt(text_of(header.method), std::move(sums), std::move(identity));
    return potential;
}

/// Writes aside and renames, so that no reader ever sees half a file. False if it could not be written.
bool store(const Potential& potential, const Crystal& crystal, const std::string& key, const fs::path& path) {
    std::error_code failure;
    fs::create_directories(path.parent_path(), failure);
    const fs::path aside = path.string() + fmt::format(".{}", ::getpid());
    std::ofstream file(aside, std::ios::binary | std::ios::trunc);
    Checksum checksum;
    const FileHeader header = {magic,
                               fixed<32>(key),
                               fixed<16>(potential.method()),
                               fixed<64>(fmt::format("{}, N = {}", crystal.shape(), crystal.size())),
                               static_cast<std::uint64_t>(potential.size()),
                               potential.stride()};
    write(file, checksum, std::as_bytes(std::span(&header, 1)));
    write(file, checksum, std::as_bytes(potential.raw_row_sums()));
    write(file, checksum, std::as_bytes(potential.values()));
    const std::uint64_t sum = checksum.value();
    file.write(reinterpret_cast<const char*>(&sum), sizeof sum);
    file.close();
    if (!file.fail()) fs::rename(aside, path, failure);
    if (file.fail() || failure) {
        fs::remove(aside, failure);
        return false;
    }
    return true;
}

/// An environment variable, or null.
const char* variable(const char* name) {
    return std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here changes the environment
}

template <class T>
void hash_add(XXH3_state_t* state, const T& value) {
    XXH3_128bits_update(state, &value, sizeof value);
}

}  // namespace

std::string cache_key(const Crystal& crystal) {
    XXH3_state_t* state = XXH3_createState();
    XXH3_128bits_reset(state);
    hash_add(state, builder_version);
    XXH3_128bits_update(state, crystal.lattice().name.data(), crystal.lattice().name.size());
    hash_add(state, crystal.period());
    for (const LatticePoint& point : crystal.points()) hash_add(state, point);
    for (const Bond& bond : crystal.bonds()) hash_add(state, bond.stiffness);
    const XXH128_hash_t hash = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

PotentialCache::PotentialCache(fs::path folder, std::uint64_t limit_bytes)
    : folder_(std::move(folder)), limit_bytes_(limit_bytes) {}

PotentialCache PotentialCache::standard() {
    constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;
    double limit = 4.0;
    if (const char* text = variable("MISFIT_CACHE_LIMIT_GIB"); text != nullptr) {
        const char* end = text + std::strlen(text);
        const auto [stop, failure] = std::from_chars(text, end, limit);
        if (failure != std::errc{} || stop != end || !(limit >= 0.0))
            throw Error(
                fmt::format("MISFIT_CACHE_LIMIT_GIB = \"{}\": allowed: a number of GiB, 0 or more", text));
    }
    fs::path base;
    if (const char* cache = variable("XDG_CACHE_HOME"); cache != nullptr && *cache != '\0')
        base = cache;
    else if (const char* home = variable("HOME"); home != nullptr && *home != '\0')
        base = fs::path(home) / ".cache";
    else
        base = fs::temp_directory_path();
    return {base / "misfit", static_cast<std::uint64_t>(limit * gibibyte)};
}

fs::path PotentialCache::file_of(const std::string& key) const { return folder_ / (key + extension); }

bool PotentialCache::contains(const Crystal& crystal) const {
    std::error_code failure;
    return fs::exists(file_of(cache_key(crystal)), failure);
}

template <class Real>
std::optional<DensePotential<Real>> PotentialCache::find(const Crystal& crystal) const {
    const std::string key = cache_key(crystal);
    const fs::path path = file_of(key);
    std::optional<DensePotential<Real>> found = load<Real>(path, key, crystal.size());
    std::error_code failure;
    if (found) fs::last_write_time(path, fs::file_time_type::clock::now(), failure);  // when it was last used
    return found;
}

Potential PotentialCache::build(const Crystal& crystal, int threads, const Watch& watch) const {
    const std::string key = cache_key(crystal);
    Potential potential = build_potential(crystal, threads, watch);
    const double bytes = potential_bytes(crystal.size());
    if (bytes <= static_cast<double>(limit_bytes_) && store(potential, crystal, key, file_of(key))) trim();
    return potential;
}

Potential PotentialCache::load_or_build(const Crystal& crystal, int threads, const Watch& watch) const {
    if (std::optional<Potential> found = find<double>(crystal)) return *std::move(found);
    return build(crystal, threads, watch);
}

SinglePotential PotentialCache::load_or_build_single(const Crystal& crystal, int threads,
                                                     const Watch& watch) const {
    if (std::optional<SinglePotential> found = find<float>(crystal)) return *std::move(found);
    Potential exact = build(crystal, threads, watch);
    std::string identity = exact.identity();
    return {std::move(exact), std::move(identity)};
}

std::vector<PotentialCache::Entry> PotentialCache::entries() const {
    std::vector<Entry> entries;
    std::error_code failure;
    for (const fs::directory_entry& file : fs::directory_iterator(folder_, failure)) {
        if (file.path().extension() != extension) continue;
        FileHeader header = {};
        std::ifstream stream(file.path(), std::ios::binary);
        stream.read(reinterpret_cast<char*>(&header), sizeof header);
        const bool readable = stream.good() && header.magic == magic;
        const std::uint64_t bytes = file.file_size(failure);
        entries.push_back({file.path(), readable ? text_of(header.description) : "not readable",
                           failure ? 0 : bytes, file.last_write_time(failure)});
    }
    std::ranges::sort(entries, std::ranges::greater{}, &Entry::last_used);
    return entries;
}

void PotentialCache::clear() const {
    std::error_code failure;
    for (const Entry& entry : entries()) fs::remove(entry.path, failure);
}

void PotentialCache::trim() const {
    std::uint64_t total = 0;
    std::error_code failure;
    for (const Entry& entry : entries()) {
        total += entry.bytes;
        if (total > limit_bytes_) fs::remove(entry.path, failure);
    }
}

}  // namespace misfit
