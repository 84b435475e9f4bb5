#include "text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <fmt/format.h>

namespace misfit::cli {

std::string duration(double seconds) {
    if (seconds < 0.01) return "under 0.01 s";
    if (seconds < 10.0) return fmt::format("{:.2g} s", seconds);
    if (seconds < 99.5) return fmt::format("{:.0f} s", seconds);
    constexpr std::int64_t day_minutes = 1440;
    constexpr double longest = 1e6 * 24.0 * 3600.0;
    if (seconds >= longest) return "over a million days";
    if (seconds < 3599.5) {
        const auto whole = static_cast<std::int64_t>(std::round(seconds));
        return fmt::format("{} min {} s", whole / 60, whole % 60);
    }
    const auto minutes = static_cast<std::int64_t>(std::round(seconds / 60.0));
    if (minutes < day_minutes) return fmt::format("{} h {} min", minutes / 60, minutes % 60);
    return fmt::format("{} d {} h", minutes / day_minutes, minutes % day_minutes / 60);
}

std::string about(double seconds) {
    const std::string text = duration(seconds);
    return text.starts_with("under") || text.starts_with("over") ? text : "about " + text;
}

std::string with_error(double mean, double standard_error) {
    if (std::isnan(mean)) return "nan";
    // Equal values whose sum was rounded have no error.
    constexpr double rounding = 1e-13;
    if (!std::isfinite(standard_error) || standard_error <= rounding * std::abs(mean))
        return fmt::format("{:.6g}", mean);
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
        if (count >= 0.9995 * size) return fmt::format("{:.3g} {}", count / size, name);
    return fmt::format("{:.0f}", count);
}

std::string counted(std::uint64_t count, std::string_view word) {
    if (count == 1) return fmt::format("1 {}", word);
    const bool is_in_y = word.ends_with('y');
    return fmt::format("{} {}{}", count, is_in_y ? word.substr(0, word.size() - 1) : word,
                       is_in_y ? "ies" : "s");
}

std::string table_text(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths(rows.front().size());
    for (const auto& row : rows)
        for (std::size_t k = 0; k < row.size(); ++k) widths[k] = std::max(widths[k], row[k].size());
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t k = 0; k < row.size(); ++k)
            text += fmt::format("{}{:>{}}", k == 0 ? "" : "  ", row[k], widths[k]);
        text += '\n';
    }
    return text;
}

std::string csv_text(const std::string& value) {
    return value.find(',') == std::string::npos ? value : fmt::format("\"{}\"", value);
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
