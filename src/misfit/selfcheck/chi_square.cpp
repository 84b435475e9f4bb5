#include "misfit/selfcheck/chi_square.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace misfit::selfcheck {

double chi_square_p(std::span<const double> counts, std::span<const double> expected) {
    struct Cell {
        double expected;
        double count;
    };
    std::vector<Cell> cells;
    for (std::size_t k = 0; k < counts.size(); ++k) cells.push_back({expected[k], counts[k]});
    std::ranges::sort(cells, {}, &Cell::expected);
    // Cells that are pooled are added to their successor.
    std::size_t first = 0;
    const auto pool = [&] {
        cells[first + 1].expected += cells[first].expected;
        cells[first + 1].count += cells[first].count;
        ++first;
    };
    while (first + 1 < cells.size() && cells[first].expected < 25.0) pool();
    if ((cells.size() - first) % 2 == 0) pool();
    double half = 0.0;
    for (std::size_t k = first; k < cells.size(); ++k)
        half += 0.5 * std::pow(cells[k].count - cells[k].expected, 2) / cells[k].expected;
    if (half == 0.0) return 1.0;
    double p = 0.0;
    double log_factorial = 0.0;
    for (std::size_t j = 0; j < (cells.size() - first) / 2; ++j) {
        const auto n = static_cast<double>(j);
        p += std::exp(n * std::log(half) - half - log_factorial);
        log_factorial += std::log(n + 1.0);
    }
    return p;
}

}  // namespace misfit::selfcheck
