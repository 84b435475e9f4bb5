#include "misfit/formats/dump_frames.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string>

namespace misfit {
namespace {

constexpr std::string_view item = "ITEM:";

/// One frame of the file; its atoms are not looked at yet.
struct Found {
    std::size_t line = 0;  ///< of its first item
    std::size_t atoms = 0;
    std::size_t there = 0;  ///< of them, before the file ends
    std::size_t bounds_line = 0;
    std::vector<std::string_view> bounds_head;
    std::array<std::string_view, 3> bounds;
    std::vector<std::string_view> columns;
    AtomText body;
};

/// What stands behind ITEM:.
std::vector<std::string_view> item_of(std::string_view line) {
    if (!line.starts_with(item)) return {};
    return words_of(line.substr(item.size()));
}

/// The frames up to number `last`, or all; the items of a frame end with its atoms.
std::vector<Found> find_frames(AtomText text, std::int64_t last) {
    std::vector<Found> frames;
    while (last < 0 || std::ssize(frames) <= last) {
        text.skip_blank();
        if (text.is_at_end()) break;
        Found found = {text.line(), 0, 0, 0, {}, {}, {}, text};
        while (!text.is_at_end() && found.columns.empty()) {
            const std::size_t line = text.line();
            const std::vector<std::string_view> words = item_of(text.next());
            if (words.empty()) continue;  // the values of items that are not looked at
            if (words.front() == "NUMBER") {
                const std::optional<std::size_t> atoms = count_of(text.next());
                if (!atoms) text.fail(line + 1, "must be the number of atoms");
                found.atoms = *atoms;
            } else if (words.front() == "BOX") {
                found.bounds_line = line;
                found.bounds_head = words;
                for (std::string_view& bounds : found.bounds) bounds = text.next();
            } else if (words.front() == "ATOMS") {
                found.columns = {words.begin() + 1, words.end()};
                if (found.columns.empty()) text.fail(line, "ITEM: ATOMS must name its columns");
            }
        }
        found.body = text;
        for (; found.there < found.atoms && !text.is_at_end(); ++found.there) text.next();
        frames.push_back(found);
    }
    return frames;
}

/// Of BOX BOUNDS: along the axes, with or without tilts (xy xz yz), or three edges (abc origin).
std::optional<AtomCell> cell_of(const Found& found) {
    if (found.bounds_line == 0) return std::nullopt;
    const auto has = [&](std::string_view word) {
        return std::ranges::find(found.bounds_head, word) != found.bounds_head.end();
    };
    const std::size_t needed = has("abc") ? 4 : has("xy") ? 3 : 2;
    std::array<std::vector<double>, 3> numbers;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        for (const std::string_view word : words_of(found.bounds[axis]))
            if (const std::optional<double> number = real_of(word)) numbers[axis].push_back(*number);
        if (numbers[axis].size() != needed)
            found.body.fail(found.bounds_line + 1 + axis,
                            fmt::format("ITEM: BOX BOUNDS: must have {} numbers", needed));
    }
    AtomCell cell;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        if (needed == 4) {
            cell.edges[axis] = {numbers[axis][0], numbers[axis][1], numbers[axis][2]};
        } else {
            cell.edges[axis][axis] = numbers[axis][1] - numbers[axis][0];
        }
        const std::size_t flags = found.bounds_head.size() - 3;
        cell.repeats[axis] = found.bounds_head.size() < 3 || found.bounds_head[flags + axis].starts_with('p');
    }
    if (needed == 3) {
        const double xy = numbers[0][2];
        const double xz = numbers[1][2];
        const double yz = numbers[2][2];
        // The bounds are those of all corners.
        cell.edges[0][0] -= std::max({0.0, xy, xz, xy + xz}) - std::min({0.0, xy, xz, xy + xz});
        cell.edges[1][1] -= std::max(0.0, yz) - std::min(0.0, yz);
        cell.edges[1][0] = xy;
        cell.edges[2][0] = xz;
        cell.edges[2][1] = yz;
    }
    return cell;
}

std::optional<std::size_t> column(const Found& found, std::string_view name) {
    const auto place = std::ranges::find(found.columns, name);
    if (place == found.columns.end()) return std::nullopt;
    return static_cast<std::size_t>(place - found.columns.begin());
}

/// Where positions stand, and whether they are fractions.
struct PositionColumns {
    std::array<std::size_t, 3> place = {};
    bool are_fractions = false;
};

PositionColumns position_columns(const Found& found, std::size_t line) {
    for (const std::string_view suffix : {"", "u", "s", "su"}) {
        PositionColumns columns = {.place = {}, .are_fractions = suffix.starts_with('s')};
        bool has_all = true;
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const std::optional<std::size_t> place = column(found, fmt::format("{}{}", "xyz"[axis], suffix));
            has_all = has_all && place.has_value();
            columns.place[axis] = place.value_or(0);
        }
        if (has_all) return columns;
    }
    found.body.fail(line, "ITEM: ATOMS must have columns x y z, xu yu zu, xs ys zs or xsu ysu zsu");
}

/// The columns that tell the species.
struct SpeciesColumns {
    std::optional<std::size_t> element;
    std::optional<std::size_t> sigma;
    std::optional<std::size_t> type;
};

Spin species_in(const std::vector<std::string_view>& words, const SpeciesColumns& columns,
                const Elements& elements, const AtomText& text, std::size_t line) {
    const std::string_view type = columns.type ? words[*columns.type] : "";
    const std::string_view of_type = type == "1" ? "A" : type == "2" ? "B" : "";
    if (!columns.element && !columns.sigma) {
        if (of_type.empty())
            text.fail(line, fmt::format("type {}: must be 1 (A) or 2 (B), or told by a column element or "
                                        "v_sigma",
                                        type));
        return of_type == "A" ? Spin{1} : Spin{-1};
    }
    SpeciesText given;
    if (columns.element) given.name = words[*columns.element];
    if (columns.sigma) given.sigma = words[*columns.sigma];
    const Spin sigma = species_of(given, elements, text, line);
    // Types of others may mean anything; those beside sigma are ours.
    if (columns.sigma && !of_type.empty() && (of_type == "A") != (sigma > 0))
        text.fail(line,
                  fmt::format("type {} is {}, but sigma = {}: they must agree, or one of the two columns "
                              "go",
                              type, of_type, given.sigma));
    return sigma;
}

}  // namespace

bool is_dump(AtomText text) {
    text.skip_blank();
    return text.next().starts_with(item);
}

AtomFrame read_dump_frame(const AtomText& text, std::int64_t number, const Elements& elements) {
    const std::vector<Found> frames = find_frames(text, number);
    const Found& found = frames[frame_index(number, frames.size(), text.name())];
    if (found.columns.empty()) text.fail(found.line, "the file ends before the atoms of this frame");
    if (found.there < found.atoms)
        text.fail(found.line, fmt::format("the frame has {} atoms, but the file ends after {}", found.atoms,
                                          found.there));
    AtomFrame frame = {
        .line = found.line, .positions = {}, .species = {}, .lines = {}, .cell = cell_of(found)};
    AtomText body = found.body;
    const PositionColumns place = position_columns(found, body.line() - 1);
    const std::optional<std::size_t> sigma = column(found, "v_sigma");
    const SpeciesColumns columns = {column(found, "element"), sigma ? sigma : column(found, "sigma"),
                                    column(found, "type")};
    if (!columns.element && !columns.sigma && !columns.type)
        text.fail(body.line() - 1, "ITEM: ATOMS must have a column type, element or v_sigma");
    if (place.are_fractions && !frame.cell)
        text.fail(body.line() - 1, "positions are fractions of a cell, but there is no ITEM: BOX BOUNDS");
    for (std::size_t k = 0; k < found.atoms; ++k) {
        const std::size_t line = body.line();
        const std::vector<std::string_view> words = words_of(body.next());
        if (words.size() < found.columns.size())
            text.fail(line, fmt::format("has {} columns, {} are needed", words.size(), found.columns.size()));
        Vector3 position = {};
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const std::optional<double> coordinate = real_of(words[place.place[axis]]);
            if (!coordinate) text.fail(line, "must have three numbers for its position");
            for (std::size_t i = 0; i < 3; ++i)
                position[i] += *coordinate * (place.are_fractions ? frame.cell->edges[axis][i] : i == axis);
        }
        frame.positions.push_back(position);
        frame.species.push_back(species_in(words, columns, elements, text, line));
        frame.lines.push_back(line);
    }
    return frame;
}

}  // namespace misfit
