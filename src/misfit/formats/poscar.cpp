#include "misfit/formats/poscar.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace misfit {
namespace {

std::optional<double> lone_number(std::string_view line) {
    const std::vector<std::string_view> words = words_of(line);
    return words.size() == 1 ? real_of(words.front()) : std::nullopt;
}

/// The edges as the file has them, to be multiplied by its scale: of a negative one, until the cell has that
/// volume.
double factor_of(double scale, const std::array<Vector3, 3>& e) {
    if (scale > 0.0) return scale;
    const double volume = e[0][0] * (e[1][1] * e[2][2] - e[1][2] * e[2][1]) +
                          e[0][1] * (e[1][2] * e[2][0] - e[1][0] * e[2][2]) +
                          e[0][2] * (e[1][0] * e[2][1] - e[1][1] * e[2][0]);
    return std::cbrt(-scale / std::abs(volume));
}

/// What the line of an element stands for.
struct Kind {
    Spin sigma = 0;
    std::size_t atoms = 0;
};

/// Of the lines of names and counts.
std::vector<Kind> kinds_of(AtomText& text, const Elements& elements) {
    const std::size_t line = text.line();
    const std::vector<std::string_view> names = words_of(text.next());
    if (names.empty() || count_of(names.front()))
        text.fail(line, "must name the elements, before the line that counts them");
    const std::vector<std::string_view> counts = words_of(text.next());
    if (counts.size() != names.size())
        text.fail(line + 1, fmt::format("must have {} numbers, how many atoms there are of each element",
                                        names.size()));
    std::vector<Kind> kinds;
    for (std::size_t k = 0; k < names.size(); ++k) {
        const std::optional<std::size_t> atoms = count_of(counts[k]);
        if (!atoms) text.fail(line + 1, fmt::format("{}: must be a number of atoms", counts[k]));
        kinds.push_back({species_of({names[k], {}}, elements, text, line), *atoms});
    }
    return kinds;
}

}  // namespace

bool is_poscar(AtomText text) {
    text.next();
    if (!lone_number(text.next())) return false;
    for (int axis = 0; axis < 3; ++axis)
        if (!vector_of(words_of(text.next()), 0)) return false;
    return true;
}

AtomFrame read_poscar(AtomText text, const Elements& elements) {
    AtomFrame frame = {.line = text.line(), .positions = {}, .species = {}, .lines = {}, .cell = AtomCell()};
    text.next();
    const double scale = lone_number(text.next()).value_or(1.0);
    std::array<Vector3, 3>& edges = frame.cell->edges;
    for (Vector3& edge : edges) edge = vector_of(words_of(text.next()), 0).value_or(Vector3{});
    const double factor = factor_of(scale, edges);
    if (!(factor > 0.0) || !std::isfinite(factor))
        text.fail(frame.line + 1, fmt::format("{}: must be a scale, and the cell have a volume", scale));
    for (Vector3& edge : edges)
        for (double& component : edge) component *= factor;
    const std::vector<Kind> kinds = kinds_of(text, elements);
    std::size_t mode_line = text.line();
    std::string_view mode = text.next();
    const auto begins_with = [&](std::string_view letters) {
        const std::size_t first = mode.find_first_not_of(" \t");
        return first != std::string_view::npos && letters.find(mode[first]) != std::string_view::npos;
    };
    if (begins_with("sS")) {  // Selective dynamics
        mode_line = text.line();
        mode = text.next();
    }
    const bool are_fractions = begins_with("dD");
    if (!are_fractions && !begins_with("cCkK"))
        text.fail(mode_line, fmt::format("\"{}\": must be Direct or Cartesian", mode));
    for (const auto& [sigma, atoms] : kinds)
        for (std::size_t k = 0; k < atoms; ++k) {
            if (text.is_at_end())
                text.fail(text.line(), fmt::format("the file ends after {} atoms", frame.positions.size()));
            const std::size_t line = text.line();
            const std::optional<Vector3> given = vector_of(words_of(text.next()), 0);
            if (!given) text.fail(line, "must have three numbers for its position");
            Vector3 position = {};
            for (std::size_t axis = 0; axis < 3; ++axis)
                for (std::size_t i = 0; i < 3; ++i)
                    position[i] += (*given)[axis] * (are_fractions ? edges[axis][i]
                                                     : i == axis   ? factor
                                                                   : 0.0);
            frame.positions.push_back(position);
            frame.species.push_back(sigma);
            frame.lines.push_back(line);
        }
    return frame;
}

}  // namespace misfit
