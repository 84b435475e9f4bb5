#include <array>
#include <fmt/format.h>

#include "misfit/base/error.hpp"
#include "misfit/elastic/potential.hpp"
#include "misfit/elastic/spring_system.hpp"
#include "misfit/elastic/symmetrize.hpp"

namespace misfit {

Potential general_potential(const Crystal& crystal, int threads, const Watch& watch) {
    if (crystal.boundary() == Boundary::periodic)
        throw Error(fmt::format("crystal {}: the general route to V is for free crystals", crystal.shape()));
    require_held(crystal);
    Potential potential(crystal.size());
    BlockTridiagonalSystem system = supported_springs(crystal, crystal.bonds());
    for (const Bond& bond : crystal.bonds()) {
        const auto first = static_cast<std::size_t>(bond.first);
        const auto second = static_cast<std::size_t>(bond.second);
        const std::size_t stride = potential.stride();
        const double own = bond.stiffness * bond.mismatch * bond.mismatch;
        potential.values()[first * stride + first] += own;  // 4 S
        potential.values()[second * stride + second] += own;
        potential.values()[first * stride + second] += own;
        add_bond_loads(system, crystal, bond, bond.stiffness * bond.mismatch,
                       std::array{bond.first, bond.second});
    }
    try {
        add_schur_term(system, -1.0, {potential.values(), potential.size(), potential.stride()}, threads,
                       watch);
    } catch (const SingularMatrix& singular) {
        throw Error(floppy_message(crystal, singular.unknown() / crystal.dimension()));
    }
    mirror_lower_triangle(potential);
    potential.project("general");
    return potential;
}

}  // namespace misfit
