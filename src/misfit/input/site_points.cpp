#include "misfit/input/site_points.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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

/// What stands for a row that is none of numbers.
std::vector<double> no_numbers() { return {std::numeric_limits<double>::quiet_NaN()}; }

/// Those of a row that is written out.
std::vector<double> row_of(const Value& value) {
    std::vector<double> row;
    const auto* items = std::get_if<std::vector<Value>>(&value.content);
    for (std::size_t k = 0; items != nullptr && k < items->size(); ++k)
        row.push_back(number_of((*items)[k]).value_or(std::numeric_limits<double>::quiet_NaN()));
    return items != nullptr ? row : no_numbers();
}

/// Rows of a file, and in which line each is.
struct FileRows {
    explicit FileRows(const std::string& path) {
        const std::string text = read_text(path);
        AtomText rest(text, path);
        while (!rest.is_at_end()) {
            const std::size_t number = rest.line();
            const std::string_view line = rest.next();
            auto numbers = numbers_of(std::string(line.substr(0, line.find('#'))));
            if (numbers && numbers->empty()) continue;
            rows.push_back(numbers ? *std::move(numbers) : no_numbers());
            lines.push_back(number);
        }
    }
    std::vector<std::vector<double>> rows;
    std::vector<std::size_t> lines;
};

}  // namespace

std::vector<LatticePoint> lattice_points(const std::vector<std::vector<double>>& rows, int dimension,
                                         const std::function<std::string(std::size_t)>& place_of) {
    std::vector<LatticePoint> points;
    for (std::size_t k = 0; k < rows.size(); ++k) {
        const std::optional<LatticePoint> point = point_of(rows[k], dimension);
        if (!point)
            throw Error(
                fmt::format("{}: must have {} integers, the coordinates of a site", place_of(k), dimension));
        points.push_back(*point);
    }
    std::vector<std::size_t> order(points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t k) { return points[k]; });
    const auto twin = std::ranges::adjacent_find(
        order, [&](std::size_t a, std::size_t b) { return points[a] == points[b]; });
    if (twin != order.end())
        throw Error(fmt::format("{}: site {} is there twice; first {}", place_of(twin[1]),
                                point_text(points[*twin], dimension), place_of(twin[0])));
    return points;
}

std::vector<LatticePoint> points_of(const Value& value, int dimension) {
    if (const auto* path = std::get_if<std::string>(&value.content)) {
        const FileRows file(*path);
        try {
            return lattice_points(file.rows, dimension,
                                  [&](std::size_t k) { return fmt::format("line {}", file.lines[k]); });
        } catch (const Error& error) {
            throw InputError({}, key, quoted(*path), error.what());
        }
    }
    const auto* items = std::get_if<std::vector<Value>>(&value.content);
    if (items == nullptr) return {};
    std::vector<std::vector<double>> rows;
    for (const Value& item : *items) rows.push_back(row_of(item));
    try {
        return lattice_points(rows, dimension, [](std::size_t k) { return fmt::format("item {}", k + 1); });
    } catch (const Error& error) {
        throw InputError({}, key, "", error.what());
    }
}

}  // namespace misfit
