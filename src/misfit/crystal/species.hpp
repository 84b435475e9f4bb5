#pragma once

#include <array>
#include <string_view>

#include "misfit/base/types.hpp"

namespace misfit {

/// What a site may be of, for people: in records, files of atoms, pictures.
struct SpeciesLook {
    std::string_view name;
    Spin sigma;
    std::string_view color;       ///< differs from the other in luminance too
    std::string_view dark_color;  ///< on a dark page
};

inline constexpr std::array<SpeciesLook, 2> species_looks = {
    {{"A", 1, "#17357e", "#5b86e5"}, {"B", -1, "#dc5439", "#e8674b"}}};

/// That of a site with this sigma.
constexpr const SpeciesLook& look_of(Spin sigma) { return species_looks[sigma > 0 ? 0 : 1]; }

}  // namespace misfit
