#include "text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <fmt/format.h>

namespace misfit::cli {

std::string duration(double seconds) {
    if (seconds < 10.0) return fmt::format("{:.2g} s", seconds);
    if (seconds < 99.5) return fmt::format("{:.0f} s", seconds);
    constexpr double minute = 60.0;
    constexpr double hour = 60.0 * minute;
    constexpr double day = 24.0 * hour;
    if (seconds < hour)
        return fmt::format("{:.0f} min {:.0f} s", std::floor(seconds / minute), std::fmod(seconds, minute));
    if (seconds < day)
        return fmt::format("{:.0f} h {:.0f} min", std::floor(seconds / hour),
                           std::fmod(seconds, hour) / minute);
    return fmt::format("{:.0f} days {:.0f} h", std::floor(seconds / day), std::fmod(seconds, day) / hour);
}

std::string with_error(double mean, double standard_error) {
    if (std::isnan(mean)) return "nan";
    if (!std::isfinite(standard_error) || standard_error <= 0.0) return fmt::format("{:.6g}", mean);
    // Decimals at which the error has two digits; 0.0996 rounds to 0.10, which has one decimal less.
    int decimals = 1 - static_cast<int>(std::floor(std::log10(standard_error)));
    if (std::round(standard_error * std::pow(10.0, decimals)) >= 100.0) --decimals;
    if (decimals > 12) return fmt::format("{:.6g}({:.1e})", mean, standard_error);
    if (decimals < 0) return fmt::format("{:.0f}({:.0f})", mean, standard_error);
    if (decimals <= 1) return fmt::format("{0:.{2}f}({1:.{2}f})", mean, standard_error, decimals);
    return fmt::format("{:.{}f}({:.0f})", mean, decimals,
                       std::round(standard_error * std::pow(10.0, decimals)));
}

std::string count_text(double count) {
    constexpr std::array<std::pair<double, const char*>, 3> names = {
        {{1e12, "trillion"}, {1e9, "billion"}, {1e6, "million"}}};
    for (const auto& [size, name] : names)
        if (count >= size) return fmt::format("{:.3g} {}", count / size, name);
    return fmt::format("{:.0f}", count);
}

std::string shell_word(std::string_view word) {
    constexpr std::string_view harmless = "_-./=:,+@%";
    const bool plain = !word.empty() && std::ranges::all_of(word, [&](unsigned char c) {
        return std::isalnum(c) != 0 || harmless.find(static_cast<char>(c)) != std::string_view::npos;
    });
    if (plain) return std::string(word);
    std::string quoted = "'";
    for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

}  // namespace misfit::cli
