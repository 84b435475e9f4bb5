#include "misfit/record/sigma_deflate.hpp"

#include <array>
#include <bit>
#include <cassert>
#include <cstring>

namespace misfit {
namespace {

/// Bits into bytes, the lowest first.
class BitStream {
public:
    explicit BitStream(std::size_t capacity) { bytes_.reserve(capacity); }
    void byte(std::uint8_t value) { bytes_.push_back(value); }
    /// `count` bits or less than 32 of `bits`.
    void put(std::uint32_t bits, int count) {
        pending_ |= std::uint64_t{bits} << pending_count_;
        pending_count_ += count;
        if (pending_count_ < 32) return;
        const auto word = static_cast<std::uint32_t>(pending_);
        const std::size_t end = bytes_.size();
        bytes_.resize(end + sizeof word);
        std::memcpy(bytes_.data() + end, &word, sizeof word);
        pending_ >>= 32;
        pending_count_ -= 32;
    }
    void flush() {
        for (; pending_count_ > 0; pending_count_ -= 8, pending_ >>= 8)
            bytes_.push_back(static_cast<std::uint8_t>(pending_));
        pending_count_ = 0;
    }
    Bytes take() { return std::move(bytes_); }

private:
    Bytes bytes_;
    std::uint64_t pending_ = 0;
    int pending_count_ = 0;
};

constexpr std::uint8_t byte_of(bool is_A) { return is_A ? 0x01 : 0xFF; }

/// The code of a row of up to 8 sites, and what it adds to the Adler-32 sums of the inflated bytes.
struct Row {
    std::uint32_t code = 0;
    int length = 0;
    std::uint32_t sum = 0;       ///< of the bytes
    std::uint32_t weighted = 0;  ///< of the bytes, the first counted `sites` times, the last once
};

Row row_of(unsigned bits, int sites, bool common_is_A) {
    Row row;
    for (int k = 0; k < sites; ++k) {
        const bool is_A = ((bits >> k) & 1U) != 0;
        const bool is_common = is_A == common_is_A;
        // 10 is written from its first bit on, and the lowest bit goes first: as a number it is 1.
        if (!is_common) row.code |= 1U << row.length;
        row.length += is_common ? 1 : 2;
        row.sum += byte_of(is_A);
        row.weighted += row.sum;
    }
    return row;
}

/// Adler-32 of the bytes before deflation.
class Adler {
public:
    void add(const Row& row, std::uint32_t sites) {
        b_ += sites * a_ + row.weighted;
        a_ += row.sum;
        if (a_ >= std::uint64_t{1} << 24) reduce();
    }
    std::uint32_t value() {
        reduce();
        return static_cast<std::uint32_t>((b_ << 16) | a_);
    }

private:
    void reduce() {
        a_ %= 65521;
        b_ %= 65521;
    }
    std::uint64_t a_ = 1;
    std::uint64_t b_ = 0;
};

/// The head of a final block with codes of its own (RFC 1951, 3.2.7): code lengths 1 and 2 for the two
/// letters, 2 for the end of the block, none for distances.
void put_block_head(BitStream& stream, bool common_is_A) {
    stream.put(0b101, 3);  // final block; dynamic codes
    stream.put(0, 5);      // 257 literal codes
    stream.put(0, 5);      // 1 distance code
    stream.put(14, 4);     // 18 lengths of the code that writes the code lengths, in this order:
    for (const int symbol : {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1}) {
        const bool is_used = symbol == 0 || symbol == 1 || symbol == 2 || symbol == 18;
        stream.put(is_used ? 2 : 0, 3);
    }
    // Codes 00, 01, 10, 11 for 0, 1, 2, 18, written from their first bit on.
    const auto length = [&](int value) { stream.put(value == 0 ? 0b00 : value == 1 ? 0b10 : 0b01, 2); };
    const auto zeros = [&](std::uint32_t count) {
        stream.put(0b11, 2);
        stream.put(count - 11, 7);
    };
    length(0);                    // byte 0
    length(common_is_A ? 1 : 2);  // byte 1: A
    zeros(138);                   // bytes 2 to 254
    zeros(115);
    length(common_is_A ? 2 : 1);  // byte 255: B
    length(2);                    // end of block
    length(0);                    // the one distance code: none
}

}  // namespace

Bytes deflate_sigma(ByteSpan bits, std::size_t frames, std::size_t padded, std::size_t sites) {
    const std::size_t frame_bytes = (sites + 7) / 8;
    assert(frames <= padded && bits.size() == frames * frame_bytes);
    std::size_t count_A = 0;
    for (const std::uint8_t byte : bits) count_A += static_cast<std::size_t>(std::popcount(byte));
    const bool common_is_A = 2 * count_A > padded * sites;

    std::array<Row, 256> rows;
    for (unsigned value = 0; value < 256; ++value) rows[value] = row_of(value, 8, common_is_A);
    const int rest_sites = static_cast<int>(sites % 8);

    BitStream stream(padded * sites / 5 + 64);
    Adler adler;
    stream.byte(0x78);  // deflate, window of 32 kB
    stream.byte(0x01);  // fastest level
    put_block_head(stream, common_is_A);
    const auto put_row = [&](const Row& row, int row_sites) {
        stream.put(row.code, row.length);
        adler.add(row, static_cast<std::uint32_t>(row_sites));
    };
    for (std::size_t frame = 0; frame < padded; ++frame) {
        for (std::size_t k = 0; k < sites / 8; ++k)
            put_row(rows[frame < frames ? bits[frame * frame_bytes + k] : 0U], 8);
        if (rest_sites == 0) continue;
        const unsigned rest = frame < frames ? bits[(frame + 1) * frame_bytes - 1] : 0U;
        put_row(row_of(rest, rest_sites, common_is_A), rest_sites);
    }
    stream.put(0b11, 2);  // end of block
    stream.flush();
    const std::uint32_t sum = adler.value();
    for (const int shift : {24, 16, 8, 0}) stream.byte(static_cast<std::uint8_t>(sum >> shift));
    return stream.take();
}

}  // namespace misfit
