#include "misfit/measure/observables.hpp"

#include <utility>

#include "misfit/elastic/displacements.hpp"
#include "misfit/measure/composition.hpp"
#include "misfit/measure/energies.hpp"
#include "misfit/measure/phases.hpp"
#include "misfit/measure/profile.hpp"
#include "misfit/measure/strain.hpp"

namespace misfit {

std::vector<Observable> make_observables(const Hamiltonian& hamiltonian,
                                         const ObservableParameters& parameters,
                                         std::shared_ptr<const Displacements> displacements) {
    std::vector<Observable> observables = {
        composition(),
        energies(hamiltonian),
        phase_fractions(hamiltonian.crystal()),
    };
    require_in(ObservableParameters::mismatch_range, "mismatch", parameters.mismatch);
    if (parameters.strain) {
        if (!displacements)
            displacements = std::make_shared<const Displacements>(hamiltonian.shared_crystal());
        observables.push_back(strain(std::move(displacements), parameters.mismatch));
    }
    if (parameters.profile != ProfileAxis::none)
        observables.push_back(composition_profile(hamiltonian.crystal(), parameters.profile));
    return observables;
}

}  // namespace misfit
