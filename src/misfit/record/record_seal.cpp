#include "misfit/record/record_seal.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <zlib.h>

#include "misfit/base/error.hpp"
#include "misfit/store/files.hpp"

namespace misfit {
namespace {

constexpr std::string_view magic = "MISFITRC";
constexpr std::size_t head_bytes = 8 + sizeof(std::uint64_t);  // magic and size, which the sum covers too
constexpr std::size_t seal_size = head_bytes + sizeof(std::uint32_t);
constexpr std::size_t block_bytes = std::size_t{1} << 20U;

Bytes head_of(std::uint64_t size) {
    ByteWriter head;
    for (const char letter : magic) head.put(letter);
    head.put(size);
    return head.bytes();
}

std::uint32_t add(std::uint32_t sum, ByteSpan bytes) {
    return static_cast<std::uint32_t>(::crc32(sum, bytes.data(), static_cast<uInt>(bytes.size())));
}

/// Where HDF5 notes that a process has the file open for writing. A process that was killed leaves the note,
/// also where it has written nothing else, and HDF5 takes no notice of it in files of our version.
constexpr std::size_t open_flag_byte = 20;

/// CRC-32 of the first `size` bytes and the head of their seal; `is_closed`: without that note.
std::uint32_t sum_of(const File& file, std::uint64_t size, bool is_closed) {
    Bytes block(block_bytes);
    std::uint32_t sum = 0;
    for (std::uint64_t done = 0; done < size;) {
        const std::size_t wanted = std::min<std::uint64_t>(block_bytes, size - done);
        const std::size_t found = file.read_at(done, std::span(block).first(wanted));
        if (found == 0) break;  // it has become shorter
        if (is_closed && done == 0 && found > open_flag_byte && block[open_flag_byte] == 1)
            block[open_flag_byte] = 0;
        sum = add(sum, ByteSpan(block).first(found));
        done += found;
    }
    return add(sum, head_of(size));
}

/// The sum that the seal at the end of the file states, if there is one.
std::optional<std::uint32_t> stated_sum(const File& file) {
    const std::uint64_t size = file.size();
    if (size < seal_size) return {};
    Bytes seal(seal_size);
    if (file.read_at(size - seal_size, seal) != seal_size) return {};
    if (!std::ranges::equal(std::span(seal).first(head_bytes), head_of(size - seal_size))) return {};
    std::uint32_t sum = 0;
    std::memcpy(&sum, seal.data() + head_bytes, sizeof sum);
    return sum;
}

}  // namespace

void seal_record(const std::filesystem::path& record) {
    File file = File::open_to_append(record);
    const std::uint64_t size = file.size();
    ByteWriter seal;
    seal.append(head_of(size));
    seal.put(sum_of(file, size, false));
    file.write(seal.bytes());
    file.sync();
}

bool is_sealed(const std::filesystem::path& record) {
    return stated_sum(File::open_to_read(record)).has_value();
}

void verify_record(const std::filesystem::path& record) {
    const File file = File::open_to_read(record);
    const std::optional<std::uint32_t> stated = stated_sum(file);
    if (!stated) return;
    const std::uint64_t size = file.size() - seal_size;
    if (*stated != sum_of(file, size, false) && *stated != sum_of(file, size, true))
        throw Error(
            fmt::format("{0}: damaged, or changed since it was written: its checksum does not fit; if it was "
                        "changed on purpose, h5repack {0} new.h5 makes a record that is not judged by it",
                        record.string()));
}

}  // namespace misfit
