#include "misfit/model/change.hpp"

#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "misfit/base/error.hpp"
#include "misfit/base/range.hpp"

namespace misfit {

SpeciesEnergies::SpeciesEnergies(std::vector<SpeciesEnergy> species) : species_(std::move(species)) {
    if (species_.empty()) throw Error("a model needs a species");
    index_.fill(-1);
    for (std::size_t k = 0; k < species_.size(); ++k) {
        const SpeciesEnergy& each = species_[k];
        if (knows(each.sigma)) throw Error(fmt::format("two species have sigma = {}", each.sigma));
        require_in({}, "size of a species", each.size);
        require_in({}, "charge of a species", each.charge);
        require_in({}, "mu of a species", each.mu);
        index_[slot(each.sigma)] = static_cast<int>(k);
    }
}

SpeciesEnergies ions(double delta_mu) {
    return SpeciesEnergies({{.sigma = 1, .size = 1.0, .charge = 1.0, .mu = 0.5 * delta_mu},
                            {.sigma = -1, .size = -1.0, .charge = -1.0, .mu = -0.5 * delta_mu}});
}

}  // namespace misfit
