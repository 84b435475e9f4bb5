#include "misfit/formats/atom_frame.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "misfit/base/error.hpp"
#include "misfit/crystal/species.hpp"

namespace misfit {
namespace {

template <class Number>
std::optional<Number> number_of(std::string_view word) {
    Number number = {};
    const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (failure != std::errc{} || end != word.data() + word.size()) return std::nullopt;
    return number;
}

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

std::optional<Spin> species_of_name(std::string_view name, const Elements& elements) {
    const std::string_view letters =
        name.substr(0, static_cast<std::size_t>(std::ranges::find_if_not(name, is_letter) - name.begin()));
    // First of all elements: B may be boron.
    for (const SpeciesLook& look : species_looks)
        if (letters == elements.of(look.sigma)) return look.sigma;
    for (const SpeciesLook& look : species_looks)
        if (letters == look.name) return look.sigma;
    return std::nullopt;
}

std::optional<Spin> species_of_sigma(std::string_view word) {
    if (word == "T" || word == "True" || word == "true") return Spin{1};
    if (word == "F" || word == "False" || word == "false") return Spin{-1};
    const std::optional<double> number = real_of(word);
    if (number == 1.0) return Spin{1};
    if (number == -1.0) return Spin{-1};
    return std::nullopt;
}

}  // namespace

AtomText::AtomText(std::string_view text, std::string name) : rest_(text), name_(std::move(name)) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (rest_.starts_with(byte_order_mark)) rest_.remove_prefix(byte_order_mark.size());
}

std::string_view AtomText::next() {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++line_;
    return line;
}

void AtomText::skip_blank() {
    while (!rest_.empty()) {
        const std::size_t end = std::min(rest_.find('\n'), rest_.size());
        if (rest_.substr(0, end).find_first_not_of(" \t\r") != std::string_view::npos) return;
        next();
    }
}

void AtomText::fail(std::size_t line, const std::string& what) const {
    throw Error(fmt::format("{}:{}: {}", name_, line, what));
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (true) {
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        if (line.empty()) return words;
        const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

std::optional<double> real_of(std::string_view word) {
    if (word.starts_with('+')) word.remove_prefix(1);
    if (word.starts_with('+')) return std::nullopt;
    std::string plain(word);
    std::ranges::replace_if(plain, [](char c) { return c == 'D' || c == 'd'; }, 'e');
    const std::optional<double> number = number_of<double>(plain);
    if (!number || !std::isfinite(*number)) return std::nullopt;
    return number;
}

std::optional<std::size_t> count_of(std::string_view word) { return number_of<std::size_t>(word); }

std::optional<Vector3> vector_of(const std::vector<std::string_view>& words, std::size_t first) {
    if (words.size() < first + 3) return std::nullopt;
    Vector3 vector = {};
    for (std::size_t k = 0; k < 3; ++k) {
        const std::optional<double> number = real_of(words[first + k]);
        if (!number) return std::nullopt;
        vector[k] = *number;
    }
    return vector;
}

Spin species_of(const SpeciesText& given, const Elements& elements, const AtomText& text, std::size_t line) {
    const std::optional<Spin> named = species_of_name(given.name, elements);
    if (given.sigma.empty()) {
        if (!named)
            text.fail(line, fmt::format("species {}: must be {} or A, or {} or B, or told by a column sigma; "
                                        "crystal.elements names the elements",
                                        given.name, elements.of(1), elements.of(-1)));
        return *named;
    }
    const std::optional<Spin> sigma = species_of_sigma(given.sigma);
    if (!sigma) text.fail(line, fmt::format("sigma = {}: must be 1 (A) or -1 (B)", given.sigma));
    if (named && *named != *sigma)
        text.fail(line,
                  fmt::format("species {} is {}, but sigma = {} is {}: they must agree, or one of the two "
                              "columns go",
                              given.name, look_of(*named).name, given.sigma, look_of(*sigma).name));
    return *sigma;
}

std::size_t frame_index(std::int64_t number, std::size_t frames, const std::string& name) {
    const auto count = static_cast<std::int64_t>(frames);
    const std::int64_t index = number < 0 ? count + number : number;
    if (index < 0 || index >= count)
        throw Error(fmt::format("{}: has {} frames, none is number {}", name, count, number));
    return static_cast<std::size_t>(index);
}

}  // namespace misfit
