#include "misfit/formats/xyz_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <string>

#include "misfit/base/error.hpp"
#include "misfit/crystal/species.hpp"
#include "misfit/store/files.hpp"

namespace misfit {
namespace {

/// How far an atom may be from its site, in lattice spacings: well below half the distance of two sites.
constexpr double farthest = 0.3;

/// One line, and what is after it.
std::string_view next_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
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

template <class Number>
std::optional<Number> number_of(std::string_view word) {
    Number number = {};
    const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (failure != std::errc{} || end != word.data() + word.size()) return std::nullopt;
    return number;
}

/// Where in a line the columns are that are read.
struct Columns {
    std::size_t species = 0;
    std::size_t position = 1;
    std::optional<std::size_t> sigma;
    std::size_t count = 4;
};

/// One frame of the file.
struct Frame {
    std::size_t line = 0;  ///< number of its first line, from 1
    std::size_t atoms = 0;
    std::string_view comment;
    std::string_view body;
};

class Reader {
public:
    Reader(std::string_view text, const std::string& name) : text_(text), name_(name) {}

    Frame find(std::int64_t number) const;
    Columns columns_of(const Frame& frame) const;
    std::vector<Spin> species_of(const Frame& frame, const Crystal& crystal) const;

private:
    [[noreturn]] void fail(std::size_t line, const std::string& what) const {
        throw Error(fmt::format("{}:{}: {}", name_, line, what));
    }
    Spin species_of(std::span<const std::string_view> words, const Columns& columns, std::size_t line) const;

    std::string_view text_;
    const std::string& name_;
};

Frame Reader::find(std::int64_t number) const {
    std::vector<Frame> frames;
    std::string_view rest = text_;
    std::size_t line = 1;
    while (rest.find_first_not_of(" \t\r\n") != std::string_view::npos) {
        const std::vector<std::string_view> words = words_of(next_line(rest));
        const std::optional<std::size_t> atoms =
            words.size() == 1 ? number_of<std::size_t>(words.front()) : std::nullopt;
        if (!atoms) fail(line, "must be the number of atoms of a frame: no XYZ file");
        Frame frame = {line, *atoms, next_line(rest), {}};
        const char* begin = rest.data();
        for (std::size_t k = 0; k < *atoms; ++k) {
            if (rest.empty())
                fail(line, fmt::format("the frame has {} atoms, but the file ends after {}", *atoms, k));
            next_line(rest);
        }
        frame.body = {begin, static_cast<std::size_t>(rest.data() - begin)};
        frames.push_back(frame);
        line += 2 + *atoms;
    }
    const auto count = std::ssize(frames);
    const std::int64_t index = number < 0 ? count + number : number;
    if (index < 0 || index >= count)
        throw Error(fmt::format("{}: has {} frames, none is number {}", name_, count, number));
    return frames[static_cast<std::size_t>(index)];
}

/// From Properties=species:S:1:pos:R:3:...; without it species and position, as plain XYZ has them.
Columns Reader::columns_of(const Frame& frame) const {
    constexpr std::string_view key = "Properties=";
    const std::size_t found = frame.comment.find(key);
    if (found == std::string_view::npos) return {};
    std::string_view list = frame.comment.substr(found + key.size());
    if (list.starts_with('"')) list.remove_prefix(1);
    list = list.substr(0, list.find_first_of(" \t\""));
    std::vector<std::string_view> fields;
    while (true) {
        const std::size_t end = std::min(list.find(':'), list.size());
        fields.push_back(list.substr(0, end));
        if (end == list.size()) break;
        list.remove_prefix(end + 1);
    }
    Columns columns = {.species = 0, .position = 0, .sigma = {}, .count = 0};
    bool has_species = false;
    bool has_position = false;
    for (std::size_t k = 0; k + 2 < fields.size(); k += 3) {
        const std::optional<std::size_t> width = number_of<std::size_t>(fields[k + 2]);
        if (!width || *width == 0 || *width > 100)
            fail(frame.line + 1, "Properties: a column without a width");
        if (fields[k] == "species") has_species = true, columns.species = columns.count;
        if (fields[k] == "pos" && *width == 3) has_position = true, columns.position = columns.count;
        if (fields[k] == "sigma") columns.sigma = columns.count;
        columns.count += *width;
    }
    if (!has_position || (!has_species && !columns.sigma))
        fail(frame.line + 1, "Properties: must have pos:R:3 and species:S:1 or sigma:I:1");
    return columns;
}

Spin Reader::species_of(std::span<const std::string_view> words, const Columns& columns,
                        std::size_t line) const {
    if (columns.sigma) {
        const std::string_view word = words[*columns.sigma];
        if (word == "1" || word == "+1") return 1;
        if (word == "-1") return -1;
        fail(line, fmt::format("sigma = {}: must be 1 (A) or -1 (B)", word));
    }
    const std::string_view word = words[columns.species];
    for (const SpeciesLook& look : species_looks)
        if (word == look.name || word == look.element) return look.sigma;
    fail(line, fmt::format("species {}: must be A or Cd (A), B or Ag (B), or told by a column sigma", word));
}

std::vector<Spin> Reader::species_of(const Frame& frame, const Crystal& crystal) const {
    if (frame.atoms != static_cast<std::size_t>(crystal.size()))
        fail(frame.line, fmt::format("the frame has {} atoms, the crystal ({}) {} sites", frame.atoms,
                                     crystal.shape(), crystal.size()));
    const Columns columns = columns_of(frame);
    std::vector<Vector3> positions;
    std::vector<Spin> species;
    Vector3 mean = {};
    std::string_view body = frame.body;
    std::size_t line = frame.line + 2;
    for (std::size_t k = 0; k < frame.atoms; ++k, ++line) {
        const std::vector<std::string_view> words = words_of(next_line(body));
        if (words.size() < columns.count)
            fail(line, fmt::format("has {} columns, {} are needed", words.size(), columns.count));
        Vector3& position = positions.emplace_back();
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const std::optional<double> number = number_of<double>(words[columns.position + axis]);
            if (!number || !std::isfinite(*number)) fail(line, "must have three numbers for its position");
            position[axis] = *number;
            mean[axis] += *number / static_cast<double>(frame.atoms);
        }
        species.push_back(species_of(words, columns, line));
    }

    std::vector<Spin> sigma(frame.atoms, 0);
    for (std::size_t k = 0; k < frame.atoms; ++k) {
        for (std::size_t axis = 0; axis < 3; ++axis) positions[k][axis] -= mean[axis];
        const std::optional<Site> site = crystal.nearest_site(positions[k], farthest);
        if (!site)
            fail(frame.line + 2 + k,
                 fmt::format("the atom is on no site of the crystal ({}); positions are in lattice spacings",
                             crystal.shape()));
        Spin& there = sigma[static_cast<std::size_t>(*site)];
        if (there != 0)
            fail(frame.line + 2 + k, fmt::format("a second atom on site {} of the crystal", *site));
        there = species[k];
    }
    return sigma;
}

}  // namespace

std::vector<Spin> parse_xyz(std::string_view text, const std::string& name, std::int64_t frame,
                            const Crystal& crystal) {
    const Reader reader(text, name);
    return reader.species_of(reader.find(frame), crystal);
}

std::vector<Spin> read_xyz(const std::filesystem::path& path, std::int64_t frame, const Crystal& crystal) {
    return parse_xyz(read_text(path), path.string(), frame, crystal);
}

}  // namespace misfit
