#include "misfit/crystal/lattice.hpp"

#include <cmath>
#include <numbers>

namespace misfit {

const Lattice& triangular_lattice() {
    constexpr double height = std::numbers::sqrt3 / 2.0;
    static constexpr std::array<Direction, 3> directions = {{
        {{1, 0, 0}, {1.0, 0.0, 0.0}, true},
        {{-1, 1, 0}, {-0.5, height, 0.0}, true},
        {{0, 1, 0}, {0.5, height, 0.0}, true},
    }};
    static constexpr Lattice lattice = {
        "triangular", 2, {{{1.0, 0.0, 0.0}, {0.5, height, 0.0}, {0.0, 0.0, 0.0}}}, directions};
    return lattice;
}

const Lattice& simple_cubic_lattice() {
    constexpr double d = std::numbers::sqrt2 / 2.0;
    static constexpr std::array<Direction, 9> directions = {{
        {{1, 0, 0}, {1.0, 0.0, 0.0}, true},
        {{-1, 1, 0}, {-d, d, 0.0}, false},
        {{0, 1, 0}, {0.0, 1.0, 0.0}, true},
        {{1, 1, 0}, {d, d, 0.0}, false},
        {{0, -1, 1}, {0.0, -d, d}, false},
        {{-1, 0, 1}, {-d, 0.0, d}, false},
        {{0, 0, 1}, {0.0, 0.0, 1.0}, true},
        {{1, 0, 1}, {d, 0.0, d}, false},
        {{0, 1, 1}, {0.0, d, d}, false},
    }};
    static constexpr Lattice lattice = {
        "simple cubic", 3, {{{1.0, 0.0, 0.0}, {0.0, 1.0, 0.0}, {0.0, 0.0, 1.0}}}, directions};
    return lattice;
}

}  // namespace misfit
