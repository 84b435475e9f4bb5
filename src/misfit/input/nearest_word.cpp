#include "misfit/input/nearest_word.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <iterator>
#include <utility>
#include <vector>

namespace misfit {

int edit_distance(std::string_view a, std::string_view b) {
    const auto same = [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
    };
    const std::size_t width = b.size() + 1;
    std::vector<int> before_last(width);
    std::vector<int> last(width);
    std::vector<int> row(width);
    for (std::size_t j = 0; j < width; ++j) row[j] = static_cast<int>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before_last.swap(last);
        last.swap(row);
        row[0] = static_cast<int>(i);
        for (std::size_t j = 1; j < width; ++j) {
            row[j] =
                std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1)});
            if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
                row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
    }
    return row.back();
}

namespace {

/// What others call a thing, and what it is called here.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> other_names = {{
    {"temperature", "kT"},
    {"T", "kT"},
    {"rod", "box"},
    {"cuboid", "box"},
    {"cube", "box"},
    {"ball", "sphere"},
    {"circle", "disc"},
    {"mu", "delta_mu"},
}};

}  // namespace

std::string nearest_word(std::string_view word, std::span<const std::string> candidates) {
    for (const auto& [theirs, ours] : other_names)
        if (word == theirs && std::ranges::find(candidates, ours) != candidates.end())
            return std::string(ours);
    std::string nearest;
    int smallest = std::max(1, static_cast<int>(word.size()) / 3) + 1;
    for (const std::string& candidate : candidates) {
        // At least as far apart as their lengths: a word of any length costs next to nothing.
        const auto longer = static_cast<std::ptrdiff_t>(word.size()) - std::ssize(candidate);
        if (std::abs(longer) >= smallest) continue;
        const int distance = edit_distance(word, candidate);
        if (distance < smallest) {
            smallest = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

}  // namespace misfit
