#include "misfit/formats/xyz_frames.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

namespace misfit {
namespace {

/// More than any file has, and sums of them are far from overflow.
constexpr std::size_t widest = 1'000'000;

/// Where in a line the columns are that are read.
struct Columns {
    std::optional<std::size_t> species = 0;
    std::size_t position = 1;
    std::optional<std::size_t> sigma;
    std::size_t count = 4;
};

/// One frame of the file; its lines are not looked at yet.
struct Found {
    std::size_t line = 0;  ///< of its number of atoms
    std::size_t atoms = 0;
    std::size_t there = 0;  ///< of them, before the file ends
    std::string_view comment;
    AtomText body;
};

bool is_space(char c) { return c == ' ' || c == '\t'; }

/// Reads "key=value key = "value" flag" of the second line of extended XYZ.
class CommentReader {
public:
    explicit CommentReader(std::string_view comment) : rest_(comment) {}

    /// The value of this key, in whatever case, if it has one.
    std::optional<std::string_view> value_of(std::string_view key) {
        while (true) {
            skip_spaces();
            if (rest_.empty()) return std::nullopt;
            const std::string_view word = take("=");
            skip_spaces();
            if (!rest_.starts_with('=')) {
                if (word.empty()) rest_.remove_prefix(1);
                continue;
            }
            rest_.remove_prefix(1);
            skip_spaces();
            const std::string_view value = take("");
            if (std::ranges::equal(word, key, [](char a, char b) {
                    return std::tolower(static_cast<unsigned char>(a)) == b;
                }))
                return value;
        }
    }

private:
    void skip_spaces() {
        while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
    }
    /// What stands in quotes or brackets; else up to a space or to one of `ends`.
    std::string_view take(std::string_view ends) {
        constexpr std::string_view opening = "\"'{[";
        constexpr std::string_view closing = "\"'}]";
        const std::size_t kind = rest_.empty() ? std::string_view::npos : opening.find(rest_.front());
        if (kind != std::string_view::npos) {
            const std::size_t end = rest_.find(closing[kind], 1);
            if (end != std::string_view::npos) {
                const std::string_view inside = rest_.substr(1, end - 1);
                rest_.remove_prefix(end + 1);
                return inside;
            }
        }
        std::size_t end = 0;
        while (end < rest_.size() && !is_space(rest_[end]) && ends.find(rest_[end]) == std::string_view::npos)
            ++end;
        const std::string_view word = rest_.substr(0, end);
        rest_.remove_prefix(end);
        return word;
    }

    std::string_view rest_;
};

/// The frames up to number `last`, or all.
std::vector<Found> find_frames(AtomText text, std::int64_t last) {
    std::vector<Found> frames;
    while (last < 0 || std::ssize(frames) <= last) {
        text.skip_blank();
        if (text.is_at_end()) break;
        const std::size_t line = text.line();
        const std::vector<std::string_view> words = words_of(text.next());
        const std::optional<std::size_t> atoms = words.size() == 1 ? count_of(words.front()) : std::nullopt;
        if (!atoms && frames.empty())
            text.fail(line, "must be the number of atoms of a frame; no XYZ, no dump of LAMMPS, no POSCAR");
        if (!atoms) continue;  // a note between or behind frames
        const std::string_view comment = text.next();
        Found found = {line, *atoms, 0, comment, text};
        for (; found.there < *atoms && !text.is_at_end(); ++found.there) text.next();
        frames.push_back(found);
    }
    return frames;
}

/// From Properties=species:S:1:pos:R:3:...; without it species and position, as plain XYZ has them.
Columns columns_of(const Found& found) {
    const std::optional<std::string_view> properties = CommentReader(found.comment).value_of("properties");
    if (!properties) return {};
    std::string_view list = *properties;
    std::vector<std::string_view> fields;
    while (true) {
        const std::size_t end = std::min(list.find(':'), list.size());
        fields.push_back(list.substr(0, end));
        if (end == list.size()) break;
        list.remove_prefix(end + 1);
    }
    Columns columns = {.species = {}, .position = 0, .sigma = {}, .count = 0};
    bool has_position = false;
    for (std::size_t k = 0; k + 2 < fields.size(); k += 3) {
        const std::optional<std::size_t> width = count_of(fields[k + 2]);
        if (!width || *width == 0 || *width > widest)
            found.body.fail(
                found.line + 1,
                fmt::format("Properties: column {} must have a width from 1 to {}", fields[k], widest));
        if (fields[k] == "species") columns.species = columns.count;
        if (fields[k] == "pos" && *width == 3) has_position = true, columns.position = columns.count;
        if (fields[k] == "sigma") columns.sigma = columns.count;
        columns.count += *width;
    }
    if (!has_position || (!columns.species && !columns.sigma))
        found.body.fail(found.line + 1, "Properties: must have pos:R:3 and species:S:1 or sigma:I:1");
    return columns;
}

/// Of Lattice and pbc; without the latter a cell repeats in all directions.
std::optional<AtomCell> cell_of(const Found& found) {
    const std::optional<std::string_view> lattice = CommentReader(found.comment).value_of("lattice");
    if (!lattice) return std::nullopt;
    const std::vector<std::string_view> words = words_of(*lattice);
    AtomCell cell;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const std::optional<Vector3> edge = vector_of(words, 3 * axis);
        if (!edge || words.size() != 9)
            found.body.fail(found.line + 1,
                            "Lattice: must have nine numbers, three for each edge of the cell");
        cell.edges[axis] = *edge;
    }
    if (const std::optional<std::string_view> pbc = CommentReader(found.comment).value_of("pbc")) {
        const std::vector<std::string_view> flags = words_of(*pbc);
        for (std::size_t axis = 0; axis < 3 && flags.size() == 3; ++axis)
            cell.repeats[axis] =
                flags[axis].front() == 'T' || flags[axis].front() == 't' || flags[axis] == "1";
    }
    return cell;
}

}  // namespace

AtomFrame read_xyz_frame(const AtomText& text, std::int64_t number, const Elements& elements) {
    const std::vector<Found> frames = find_frames(text, number);
    const Found& found = frames[frame_index(number, frames.size(), text.name())];
    if (found.there < found.atoms)
        text.fail(found.line, fmt::format("the frame has {} atoms, but the file ends after {}", found.atoms,
                                          found.there));
    const Columns columns = columns_of(found);
    AtomFrame frame = {
        .line = found.line, .positions = {}, .species = {}, .lines = {}, .cell = cell_of(found)};
    AtomText body = found.body;
    for (std::size_t k = 0; k < found.atoms; ++k) {
        const std::size_t line = body.line();
        const std::vector<std::string_view> words = words_of(body.next());
        if (words.size() < columns.count)
            text.fail(line, fmt::format("has {} columns, {} are needed", words.size(), columns.count));
        const std::optional<Vector3> position = vector_of(words, columns.position);
        if (!position) text.fail(line, "must have three numbers for its position");
        SpeciesText given;
        if (columns.species) given.name = words[*columns.species];
        if (columns.sigma) given.sigma = words[*columns.sigma];
        frame.positions.push_back(*position);
        frame.species.push_back(species_of(given, elements, text, line));
        frame.lines.push_back(line);
    }
    body.skip_blank();
    const std::size_t after = body.line();
    const std::vector<std::string_view> words = words_of(body.next());
    if (words.size() >= columns.count && vector_of(words, columns.position))
        text.fail(after, fmt::format("an atom more than the {} of the frame's first line", found.atoms));
    return frame;
}

}  // namespace misfit
