#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "misfit/base/error.hpp"

namespace misfit {

using Bytes = std::vector<std::uint8_t>;
using ByteSpan = std::span<const std::uint8_t>;

static_assert(std::endian::native == std::endian::little, "parts and checkpoints are little-endian");

/// What can be copied to and from a file byte by byte.
template <class T>
concept Plain = std::is_arithmetic_v<T> || std::is_enum_v<T>;

/// Appends plain values, arrays and strings to a buffer, little-endian.
class ByteWriter {
public:
    template <Plain T>
    void put(T value) {
        put_raw(&value, sizeof value);
    }
    /// The number of elements (u64), then the elements.
    template <Plain T>
    void put(std::span<const T> values) {
        put(std::uint64_t{values.size()});
        put_raw(values.data(), values.size_bytes());
    }
    void put(std::string_view text) { put(std::span<const char>(text)); }
    /// The bytes alone, without their number.
    void append(ByteSpan bytes) { put_raw(bytes.data(), bytes.size()); }

    const Bytes& bytes() const { return bytes_; }

private:
    void put_raw(const void* data, std::size_t size);

    Bytes bytes_;
};

/// Takes back what a ByteWriter put, in the same order. Never allocates more than the bytes that are
/// left. Throws Error, naming `source`, when they do not suffice.
class ByteReader {
public:
    /// `bytes` must outlive the reader.
    ByteReader(ByteSpan bytes, std::string source) : bytes_(bytes), source_(std::move(source)) {}

    template <class T>
        requires std::is_arithmetic_v<T>
    void take(T& value) {
        take_raw(&value, sizeof value);
    }
    /// An enumerator from the first, 0, to `last`. Throws Error for another number.
    template <class Enum>
        requires std::is_enum_v<Enum>
    void take(Enum& value, Enum last) {
        std::underlying_type_t<Enum> number = {};
        take(number);
        if (std::cmp_less(number, 0) ||
            std::cmp_greater(number, static_cast<std::underlying_type_t<Enum>>(last)))
            throw Error(source_ + ": damaged");
        value = static_cast<Enum>(number);
    }
    template <class Vector>
        requires Plain<typename Vector::value_type>
    void take(Vector& values) {
        values.resize(take_count(sizeof(typename Vector::value_type)));
        take_raw(values.data(), values.size() * sizeof(typename Vector::value_type));
    }
    /// Throws Error if anything is left.
    void expect_end() const;

private:
    void take_raw(void* data, std::size_t size);
    std::size_t take_count(std::size_t element_size);

    ByteSpan bytes_;
    std::string source_;
};

/// XXH3, 64 bits.
std::uint64_t checksum(ByteSpan bytes);

/// A payload as it stands in a file: [magic, 8 bytes][length u64][payload][checksum of all that].
/// `magic` has 8 characters; it names the kind of file and the version of its layout.
Bytes seal(std::string_view magic, ByteSpan payload);
/// The payload at the start of `bytes`, or nothing if it is torn, damaged or of another kind.
std::optional<ByteSpan> unseal(std::string_view magic, ByteSpan bytes);
/// What seal() adds to a payload.
inline constexpr std::size_t seal_bytes = 24;

}  // namespace misfit
