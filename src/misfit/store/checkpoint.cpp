#include "misfit/store/checkpoint.hpp"

#include <fmt/format.h>
#include <string_view>
#include <utility>

#include "misfit/base/error.hpp"

namespace misfit {
namespace {

constexpr std::string_view magic = "MISFITC1";

}  // namespace

CheckpointFolder::CheckpointFolder(std::filesystem::path folder, RunIdentity identity, Warn warn)
    : folder_(std::move(folder)), identity_(std::move(identity)), warn_(std::move(warn)) {}

std::filesystem::path CheckpointFolder::file_of(std::uint32_t unit) const {
    return folder_ / fmt::format("unit-{}.checkpoint", unit);
}

std::filesystem::path CheckpointFolder::previous_of(std::uint32_t unit) const {
    return folder_ / fmt::format("unit-{}.checkpoint.previous", unit);
}

void CheckpointFolder::write(std::uint32_t unit, ByteSpan payload) const {
    const std::filesystem::path path = file_of(unit);
    if (std::filesystem::exists(path)) rename_durably(path, previous_of(unit));
    replace_file(path, seal(magic, payload));
}

std::optional<CheckpointFolder::Found> CheckpointFolder::find(std::uint32_t unit) const {
    for (const auto& path : {file_of(unit), previous_of(unit)}) {
        if (!std::filesystem::exists(path)) continue;
        Bytes bytes;
        try {
            bytes = read_file(path);
        } catch (const Error&) {
            if (std::filesystem::exists(path)) throw;
            continue;  // the run that writes them has just renamed or removed it
        }
        if (const std::optional<ByteSpan> payload = unseal(magic, bytes))
            return Found{path.string(), {payload->begin(), payload->end()}};
        if (warn_) warn_(path.string() + ": damaged; going on from what was there before");
    }
    return {};
}

void CheckpointFolder::remove(std::uint32_t unit) const {
    std::filesystem::remove(file_of(unit));
    std::filesystem::remove(previous_of(unit));
}

bool CheckpointFolder::contains(std::uint32_t unit) const {
    return std::filesystem::exists(file_of(unit)) || std::filesystem::exists(previous_of(unit));
}

}  // namespace misfit
