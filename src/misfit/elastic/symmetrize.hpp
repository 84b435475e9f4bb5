#pragma once

#include <algorithm>

#include "misfit/elastic/potential.hpp"

namespace misfit {

/// Copies values[j * stride + i], j <= i, to values[i * stride + j]: builders fill one triangle.
inline void mirror_lower_triangle(Potential& potential) {
    const auto n = static_cast<std::size_t>(potential.size());
    constexpr std::size_t tile = 64;  // both triangles of a tile stay in cache
    for (std::size_t i0 = 0; i0 < n; i0 += tile)
        for (std::size_t j0 = 0; j0 <= i0; j0 += tile)
            for (std::size_t i = i0; i < std::min(i0 + tile, n); ++i)
                for (std::size_t j = j0; j < std::min(j0 + tile, i); ++j)
                    potential.values()[i * potential.stride() + j] =
                        potential.values()[j * potential.stride() + i];
}

}  // namespace misfit
