#pragma once

#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "misfit/base/range.hpp"
#include "misfit/input/spec_key.hpp"

/// Makers of the keys of the input, one a type; for the tables of keys alone.
namespace misfit::schema {

inline constexpr std::int64_t largest_integer = std::numeric_limits<std::int64_t>::max();
/// Beyond any machine's memory, and N still fits 64 bits.
inline constexpr std::int64_t largest_extent = 1'000'000;
inline constexpr double largest_radius = 10'000.0;
inline constexpr std::int64_t most_layers = 500'000;
inline constexpr std::int64_t largest_count = 10'000'000;

inline std::optional<std::int64_t> integer_in(const Value& value, std::int64_t low, std::int64_t high) {
    const auto* integer = std::get_if<std::int64_t>(&value.content);
    if (integer == nullptr || *integer < low || *integer > high) return std::nullopt;
    return *integer;
}

inline std::string range_text(std::int64_t low, std::int64_t high) {
    return high == largest_integer ? fmt::format("of {} or more", low)
                                   : fmt::format("from {} to {}", low, high);
}

/// The key with what is said of its values.
inline SpecKey of_type(KeyType type, SpecKey key, const Range& range = {}) {
    key.type = type;
    key.range = range;
    return key;
}

// Each of the following makes a key of one type. `field` maps Settings to the member; `unset` is the
// member's value when a limit is not set.

template <class Field>
SpecKey number(std::string path, Field field, const Range& range, std::string unit, std::string meaning,
               std::optional<double> unset = std::nullopt) {
    return of_type(KeyType::number,
                   {std::move(path), range.text(), std::move(unit), std::move(meaning),
                    [=](Settings& settings, const Value& value) {
                        const std::optional<double> given = number_of(value);
                        if (!given || !range.contains(*given)) return false;
                        field(settings) = *given;
                        return true;
                    },
                    [=](const Settings& settings) -> std::optional<Value> {
                        if (unset && field(settings) == *unset) return std::nullopt;
                        return Value{double{field(settings)}};
                    }},
                   range);
}

template <class Field>
SpecKey integer(std::string path, Field field, std::int64_t low, std::int64_t high, std::string unit,
                std::string meaning, std::optional<std::uint64_t> unset = std::nullopt) {
    return of_type(
        KeyType::integer,
        {std::move(path), "an integer " + range_text(low, high), std::move(unit), std::move(meaning),
         [=](Settings& settings, const Value& value) {
             const std::optional<std::int64_t> given = integer_in(value, low, high);
             if (!given) return false;
             field(settings) = static_cast<std::remove_cvref_t<decltype(field(settings))>>(*given);
             return true;
         },
         [=](const Settings& settings) -> std::optional<Value> {
             if (unset && static_cast<std::uint64_t>(field(settings)) == *unset) return std::nullopt;
             return Value{static_cast<std::int64_t>(field(settings))};
         }},
        {static_cast<double>(low), static_cast<double>(high)});
}

template <class Field>
SpecKey flag(std::string path, Field field, std::string meaning) {
    return of_type(KeyType::truth, {std::move(path), "true or false", "", std::move(meaning),
                                    [=](Settings& settings, const Value& value) {
                                        const auto* given = std::get_if<bool>(&value.content);
                                        if (given == nullptr) return false;
                                        field(settings) = *given;
                                        return true;
                                    },
                                    [=](const Settings& settings) -> std::optional<Value> {
                                        return Value{bool{field(settings)}};
                                    }});
}

/// 0 or at least 2 times: a single evenly spaced time is no schedule.
template <class Field>
SpecKey time_count(std::string path, Field field, std::string meaning) {
    SpecKey key = integer(std::move(path), field, 0, largest_count, "1", std::move(meaning));
    key.allowed = fmt::format("0, or an integer from 2 to {}", largest_count);
    key.read = [inner = key.read](Settings& settings, const Value& value) {
        return !integer_in(value, 1, 1) && inner(settings, value);
    };
    return key;
}

template <class Field>
SpecKey number_list(std::string path, Field field, std::string allowed, std::string unit,
                    std::string meaning) {
    return of_type(KeyType::number_list,
                   {std::move(path), std::move(allowed), std::move(unit), std::move(meaning),
                    [=](Settings& settings, const Value& value) {
                        const auto* items = std::get_if<std::vector<Value>>(&value.content);
                        if (items == nullptr) return false;
                        std::vector<double> numbers;
                        for (const Value& item : *items) {
                            const std::optional<double> given = number_of(item);
                            if (!given || !std::isfinite(*given) || *given < 0.0) return false;
                            numbers.push_back(*given);
                        }
                        field(settings) = std::move(numbers);
                        return true;
                    },
                    [=](const Settings& settings) -> std::optional<Value> {
                        std::vector<Value> items;
                        for (const double number : field(settings)) items.push_back({number});
                        return Value{std::move(items)};
                    }},
                   at_least(0.0));
}

/// A key whose value is one of some words; `set` and `which` map to and from the word's index.
template <class Set, class Which>
SpecKey word(std::string path, const std::vector<std::string>& words, Set set, Which which,
             std::string meaning) {
    std::vector<std::string> in_quotes;
    for (const std::string& each : words) in_quotes.push_back(fmt::format("\"{}\"", each));
    SpecKey key = {
        std::move(path),
        fmt::format("{} or {}", fmt::join(in_quotes.begin(), in_quotes.end() - 1, ", "), in_quotes.back()),
        "",
        std::move(meaning),
        [=](Settings& settings, const Value& value) {
            const auto* given = std::get_if<std::string>(&value.content);
            for (std::size_t k = 0; given != nullptr && k < words.size(); ++k)
                if (*given == words[k]) {
                    set(settings, k);
                    return true;
                }
            return false;
        },
        [=](const Settings& settings) -> std::optional<Value> { return Value{words[which(settings)]}; }};
    key.words = words;
    key.type = KeyType::word;
    return key;
}

template <class Field>
SpecKey text(std::string path, Field field, std::string allowed, std::string meaning) {
    return of_type(KeyType::text, {std::move(path), std::move(allowed), "", std::move(meaning),
                                   [=](Settings& settings, const Value& value) {
                                       const auto* given = std::get_if<std::string>(&value.content);
                                       if (given == nullptr) return false;
                                       field(settings) = *given;
                                       return true;
                                   },
                                   [=](const Settings& settings) -> std::optional<Value> {
                                       if (field(settings).empty()) return std::nullopt;
                                       return Value{field(settings)};
                                   }});
}

inline SpecKey required(SpecKey key) {
    key.required = true;
    return key;
}

inline SpecKey only_for(std::vector<std::string> shapes, SpecKey key) {
    key.shapes = std::move(shapes);
    return key;
}

}  // namespace misfit::schema
