#pragma once

#include <array>
#include <string>
#include <vector>

#include "misfit/base/types.hpp"

namespace misfit {

/// The chemical elements that A and B stand for.
struct Elements {
    std::array<std::string, 2> symbols = {"Cd", "Ag"};  ///< as in the exchange of CdS for Ag2S

    const std::string& of(Spin sigma) const { return symbols[sigma > 0 ? 0 : 1]; }
    bool operator==(const Elements&) const = default;
};

/// All symbols, by atomic number from 1.
const std::vector<std::string>& element_symbols();

}  // namespace misfit
