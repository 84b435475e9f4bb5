#include "misfit/measure/observables.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>
#include <utility>

#include "misfit/base/error.hpp"
#include "misfit/elastic/displacements.hpp"
#include "misfit/measure/composition.hpp"
#include "misfit/measure/energies.hpp"
#include "misfit/measure/phases.hpp"
#include "misfit/measure/profile.hpp"
#include "misfit/measure/strain.hpp"

namespace misfit {
namespace {

bool is_name(std::string_view name) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto is_of_name = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, is_of_name);
}

/// What tables of samples call other columns than observables.
bool is_of_every_table(std::string_view name) {
    constexpr std::array words = {"point", "trajectory", "chain", "start", "stage", "time", "sweep"};
    return std::ranges::find(words, name) != words.end();
}

}  // namespace

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

void add_observables(std::vector<Observable>& observables, const Hamiltonian& hamiltonian,
                     std::span<const ObservableMaker> makers) {
    for (const ObservableMaker& make : makers) {
        Observable own = make(hamiltonian);
        for (const Observable::Column& column : own.columns) {
            if (!is_name(column.name))
                throw Error(
                    fmt::format("observable \"{}\": a name is a letter, then letters of ASCII, digits "
                                "and underscores",
                                column.name));
            const std::vector<Observable::Column> taken = columns_of(observables);
            if (is_of_every_table(column.name) ||
                std::ranges::find(taken, column.name, &Observable::Column::name) != taken.end())
                throw Error(fmt::format("observable \"{}\": the record has this name already", column.name));
        }
        observables.push_back(std::move(own));
    }
}

}  // namespace misfit
