#pragma once

#include <functional>
#include <string>
#include <vector>

#include "misfit/input/plan.hpp"
#include "misfit/store/parts.hpp"
#include "misfit/unit/unit.hpp"

namespace misfit {

/// What goes into a record of equilibrium: a ladder for each unit and stage.
struct GatheredLadders {
    std::vector<Ladder> ladders;
    std::vector<Bytes> ends;  ///< of the finished units, in their order
    std::string under_way;    ///< where chains have not ended and how far they are, a sentence; or empty
};

/// All units of `parts`, in their order. Points at which none of these has been get what those `under_way`
/// have there, as many samples as all of them have: arrays of a record are rectangular. `sites` tells N at a
/// point. Throws Error for a unit that is not one of this run, or does not hold just what it should.
GatheredLadders gather_ladders(const Plan& run, std::size_t columns, const PartReader& parts,
                               std::vector<Unit> under_way, const std::function<Site(std::uint32_t)>& sites);

}  // namespace misfit
