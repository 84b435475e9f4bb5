#include "misfit/base/error.hpp"

#include <array>
#include <fmt/format.h>

#include "misfit/base/message.hpp"

namespace misfit {
namespace {

std::string compose(const InputPlace& place, const std::string& key, const std::string& given,
                    const std::string& allowed) {
    std::string text = place.file;
    if (place.line > 0) text += fmt::format(":{}:{}", place.line, place.column);
    if (!text.empty()) text += ": ";
    text += shortened(key);
    if (!given.empty()) text += fmt::format(" = {}", shortened(given));
    if (!allowed.empty()) text += fmt::format(": {}", allowed);
    return text;
}

}  // namespace

InputError::InputError(const InputPlace& place, const std::string& key, const std::string& given,
                       const std::string& allowed)
    : Error(compose(place, key, given, allowed)),
      place_(place),
      key_(key),
      given_(given),
      allowed_(allowed) {}

std::string format_bytes(double bytes) {
    constexpr std::array units = {"B", "kiB", "MiB", "GiB", "TiB", "PiB"};
    std::size_t unit = 0;
    while (bytes >= 1024.0 && unit + 1 < units.size()) {
        bytes /= 1024.0;
        ++unit;
    }
    return unit == 0 || bytes >= 100.0 ? fmt::format("{:.0f} {}", bytes, units[unit])
                                       : fmt::format("{:.1f} {}", bytes, units[unit]);
}

}  // namespace misfit
