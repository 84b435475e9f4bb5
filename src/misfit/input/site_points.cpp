#include "misfit/input/site_points.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>

#include "misfit/base/error.hpp"
#include "misfit/formats/atom_frame.hpp"
#include "misfit/input/key_makers.hpp"
#include "misfit/store/files.hpp"

namespace misfit {
namespace {

constexpr const char* key = "crystal.points";

/// Coordinates of one site, if these are.
std::optional<LatticePoint> point_of(const std::vector<double>& coordinates, int dimension) {
    const auto count = std::ssize(coordinates);
    const bool has_height = dimension == 2 && count == 3 && coordinates.back() == 0.0;
    if (count != dimension && !has_height) return std::nullopt;
    LatticePoint point = {};
    for (std::size_t k = 0; k < coordinates.size(); ++k) {
        const double x = coordinates[k];
        if (x != std::floor(x) || std::abs(x) > static_cast<double>(schema::largest_extent))
            return std::nullopt;
        point[k] = static_cast<int>(x);
    }
    return point;
}

std::string point_text(const LatticePoint& point, int dimension) {
    return dimension == 2 ? fmt::format("({}, {})", point[0], point[1])
                          : fmt::format("({}, {}, {})", point[0], point[1], point[2]);
}

/// Throws if a site is there twice; `place_of` says in words where the k-th one is.
template <class PlaceOf>
void require_distinct(const std::vector<LatticePoint>& points, const std::string& given, int dimension,
                      PlaceOf place_of) {
    std::vector<std::size_t> order(points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t k) { return points[k]; });
    const auto twin = std::ranges::adjacent_find(
        order, [&](std::size_t a, std::size_t b) { return points[a] == points[b]; });
    if (twin != order.end())
        throw InputError({}, key, given,
                         fmt::format("{}: site {} is there twice; first {}", place_of(twin[1]),
                                     point_text(points[*twin], dimension), place_of(twin[0])));
}

std::optional<std::vector<double>> numbers_of(std::string line) {
    std::ranges::replace(line, ',', ' ');
    std::vector<double> numbers;
    for (const std::string_view word : words_of(line)) {
        const std::optional<double> number = real_of(word);
        if (!number) return std::nullopt;
        numbers.push_back(*number);
    }
    return numbers;
}

std::vector<LatticePoint> read_points(const std::string& path, int dimension) {
    const std::string text = read_text(path);
    std::vector<LatticePoint> points;
    std::vector<std::size_t> lines;
    AtomText rest(text, path);
    while (!rest.is_at_end()) {
        const std::size_t number = rest.line();
        const std::string_view line = rest.next();
        const auto numbers = numbers_of(std::string(line.substr(0, line.find('#'))));
        if (numbers && numbers->empty()) continue;
        const std::optional<LatticePoint> point = numbers ? point_of(*numbers, dimension) : std::nullopt;
        if (!point)
            throw InputError(
                {}, key, quoted(path),
                fmt::format("line {}: must have {} integers, the coordinates of a site", number, dimension));
        points.push_back(*point);
        lines.push_back(number);
    }
    require_distinct(points, quoted(path), dimension,
                     [&](std::size_t k) { return fmt::format("line {}", lines[k]); });
    return points;
}

}  // namespace

std::vector<LatticePoint> points_of(const Value& value, int dimension) {
    if (const auto* path = std::get_if<std::string>(&value.content)) return read_points(*path, dimension);
    const auto* items = std::get_if<std::vector<Value>>(&value.content);
    std::vector<LatticePoint> points;
    for (std::size_t k = 0; items != nullptr && k < items->size(); ++k) {
        const auto* list = std::get_if<std::vector<Value>>(&(*items)[k].content);
        std::vector<double> coordinates;
        for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
            const std::optional<double> number = number_of((*list)[i]);
            if (!number) return {};
            coordinates.push_back(*number);
        }
        const std::optional<LatticePoint> point = point_of(coordinates, dimension);
        if (!point) return {};
        points.push_back(*point);
    }
    require_distinct(points, "", dimension, [](std::size_t k) { return fmt::format("item {}", k + 1); });
    return points;
}

}  // namespace misfit
