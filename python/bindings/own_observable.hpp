#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "bindings.hpp"
#include "misfit/measure/observables.hpp"

namespace misfit::python {

/// Name, unit, description, panel, label; and the function of a State that gives its value.
using OwnObservable =
    std::tuple<std::string, std::string, std::string, std::string, std::string, py::function>;

/// Observables that call Python: from any thread, each time with a copy of the state, so that what the
/// function keeps stays as it was. What the function raises comes out of the run.
std::vector<ObservableMaker> makers_of(const std::vector<OwnObservable>& observables);

}  // namespace misfit::python
