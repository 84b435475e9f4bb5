#include "misfit/store/parts.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <ranges>
#include <string>

#include "misfit/base/error.hpp"

namespace misfit {
namespace {

constexpr std::string_view magic = "MISFITP1";
constexpr std::string_view extension = ".part";
constexpr std::size_t entry_head = sizeof(std::uint64_t) + sizeof(std::uint32_t);
constexpr std::size_t entry_frame = entry_head + sizeof(std::uint64_t);
constexpr std::uint64_t header_limit = 4096;  // more than any RunIdentity takes
constexpr std::chrono::seconds sync_interval{1};

template <class T>
T value_at(ByteSpan bytes, std::size_t offset) {
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

Bytes entry_of(std::uint32_t unit, ByteSpan payload) {
    ByteWriter entry;
    entry.put(std::uint64_t{payload.size()});
    entry.put(unit);
    entry.append(payload);
    entry.put(checksum(entry.bytes()));
    return entry.bytes();
}

bool is_whole(ByteSpan entry) {
    const std::size_t sum_at = entry.size() - sizeof(std::uint64_t);
    return value_at<std::uint64_t>(entry, sum_at) == checksum(entry.first(sum_at));
}

/// The number of a part file, or -1 for a file that is none.
int part_number(const std::filesystem::path& path) {
    const std::string stem = path.stem().string();
    int number = -1;
    const auto [end, error] = std::from_chars(stem.data(), stem.data() + stem.size(), number);
    const bool is_part = path.extension() == extension && error == std::errc{} &&
                         end == stem.data() + stem.size() && number >= 0;
    return is_part ? number : -1;
}

File create_part(const std::filesystem::path& folder) {
    int number = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        number = std::max(number, part_number(entry.path()) + 1);
    // Another worker may take the number first.
    for (;; ++number) {
        const auto path = folder / fmt::format("{}{}", number, extension);
        if (!std::filesystem::exists(path)) try {
                return File::create_new(path);
            } catch (const Error&) {
                if (!std::filesystem::exists(path)) throw;
            }
    }
}

}  // namespace

PartWriter::PartWriter(const std::filesystem::path& folder, const RunIdentity& identity)
    : file_(create_part(folder)), synced_(Clock::now()) {
    ByteWriter header;
    put(header, identity);
    file_.write(seal(magic, header.bytes()));
    sync_folder(folder);
}

void PartWriter::append(std::uint32_t unit, ByteSpan payload) {
    file_.write(entry_of(unit, payload));
    unsynced_ = true;
    if (Clock::now() - synced_ >= sync_interval) sync();
}

void PartWriter::sync() {
    if (!unsynced_) return;
    file_.sync();
    unsynced_ = false;
    synced_ = Clock::now();
}

PartReader::PartReader(const std::filesystem::path& folder, const RunIdentity& identity, const Warn& warn) {
    std::map<int, std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (const int number = part_number(entry.path()); number >= 0) paths[number] = entry.path();
    for (const auto& path : paths | std::views::values) {
        files_.push_back(File::open_to_read(path));
        scan(files_.size() - 1, identity, warn);
    }
}

void PartReader::scan(std::size_t file, const RunIdentity& identity, const Warn& warn) {
    const File& part = files_[file];
    const std::string name = part.path().string();
    const std::uint64_t size = part.size();
    const auto read = [&](std::uint64_t offset, std::uint64_t length) {
        Bytes bytes(static_cast<std::size_t>(length));
        bytes.resize(part.read_at(offset, bytes));
        return bytes;
    };

    const Bytes head = read(0, std::min(size, header_limit));
    const std::optional<ByteSpan> header = unseal(magic, head);
    if (!header) {
        if (size >= header_limit && warn) warn(name + ": damaged at its start; left out");
        return;
    }
    RunIdentity recorded;
    ByteReader reader(*header, name);
    take(reader, recorded);
    require_same_run(identity, recorded, name);

    std::uint64_t offset = header->size() + seal_bytes;
    while (size - offset >= entry_frame) {
        const std::uint64_t length = value_at<std::uint64_t>(read(offset, sizeof length), 0);
        if (length > size - offset - entry_frame) return;  // torn, or not yet written to its end
        const Bytes entry = read(offset, length + entry_frame);
        if (entry.size() != length + entry_frame) return;
        if (!is_whole(entry)) {
            if (warn) warn(fmt::format("{}: damaged at byte {}; what follows is left out", name, offset));
            return;
        }
        const auto unit = value_at<std::uint32_t>(entry, sizeof length);
        places_.try_emplace(unit, Place{file, offset, entry.size()});
        offset += entry.size();
    }
}

std::vector<std::uint32_t> PartReader::units() const {
    const auto keys = places_ | std::views::keys;
    return {keys.begin(), keys.end()};
}

std::string PartReader::source_of(std::uint32_t unit) const {
    return fmt::format("{}, unit {}", files_[places_.at(unit).file].path().string(), unit);
}

Bytes PartReader::read_payload(std::uint32_t unit) const {
    const Place& place = places_.at(unit);
    Bytes entry(place.size);
    if (files_[place.file].read_at(place.offset, entry) != entry.size() || !is_whole(entry))
        throw Error(source_of(unit) + ": damaged since it was opened");
    const ByteSpan payload = ByteSpan(entry).subspan(entry_head, entry.size() - entry_frame);
    return {payload.begin(), payload.end()};
}

}  // namespace misfit
