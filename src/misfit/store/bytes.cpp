#include "misfit/store/bytes.hpp"

#include <cassert>
#include <fmt/format.h>
#include <xxhash.h>

#include "misfit/base/error.hpp"

namespace misfit {

void ByteWriter::put_raw(const void* data, std::size_t size) {
    const auto* first = static_cast<const std::uint8_t*>(data);
    bytes_.insert(bytes_.end(), first, first + size);
}

void ByteReader::take_raw(void* data, std::size_t size) {
    if (size > bytes_.size()) throw Error(fmt::format("{}: ends too early", source_));
    if (size > 0) std::memcpy(data, bytes_.data(), size);
    bytes_ = bytes_.subspan(size);
}

std::size_t ByteReader::take_count(std::size_t element_size) {
    std::uint64_t count = 0;
    take(count);
    if (count > bytes_.size() / element_size) throw Error(fmt::format("{}: ends too early", source_));
    return static_cast<std::size_t>(count);
}

void ByteReader::expect_end() const {
    if (!bytes_.empty()) throw Error(fmt::format("{}: {} bytes too many", source_, bytes_.size()));
}

std::uint64_t checksum(ByteSpan bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

Bytes seal(std::string_view magic, ByteSpan payload) {
    assert(magic.size() == 8);
    ByteWriter sealed;
    for (const char letter : magic) sealed.put(letter);
    sealed.put(payload);
    sealed.put(checksum(sealed.bytes()));
    return sealed.bytes();
}

std::optional<ByteSpan> unseal(std::string_view magic, ByteSpan bytes) {
    if (bytes.size() < seal_bytes || std::memcmp(bytes.data(), magic.data(), 8) != 0) return {};
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data() + 8, sizeof length);
    if (length > bytes.size() - seal_bytes) return {};
    const std::size_t sum_at = 16 + static_cast<std::size_t>(length);
    std::uint64_t sum = 0;
    std::memcpy(&sum, bytes.data() + sum_at, sizeof sum);
    if (sum != checksum(bytes.first(sum_at))) return {};
    return bytes.subspan(16, static_cast<std::size_t>(length));
}

}  // namespace misfit
