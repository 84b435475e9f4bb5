#include "own_observable.hpp"

#include <cmath>
#include <fmt/format.h>
#include <memory>
#include <utility>

#include "energy.hpp"
#include "misfit/base/error.hpp"

namespace misfit::python {
namespace {

/// A function of Python's, which threads that do not hold Python's lock may copy and let go.
std::shared_ptr<const py::function> shared(py::function function) {
    return {new py::function(std::move(function)), [](const py::function* held) {
                const py::gil_scoped_acquire lock;
                delete held;
            }};
}

/// Python's classes know no const; nothing they offer changes a crystal or a potential.
template <class Type>
std::shared_ptr<Type> for_python(const std::shared_ptr<const Type>& held) {
    return std::const_pointer_cast<Type>(held);
}

BoundPotential for_python(const Elastic& elastic) {
    return std::visit([](const auto& V) -> BoundPotential { return for_python(V); }, elastic.model());
}

double number(const py::object& value, const std::string& name) {
    const double given = PyFloat_AsDouble(value.ptr());
    if (PyErr_Occurred() != nullptr) {
        PyErr_Clear();
        throw Error(fmt::format("observable \"{}\": gave {}: must be a number", name,
                                py::repr(value).cast<std::string>()));
    }
    if (!std::isfinite(given))
        throw Error(fmt::format("observable \"{}\": gave {}: must be finite", name, given));
    return given;
}

}  // namespace

std::vector<ObservableMaker> makers_of(const std::vector<OwnObservable>& observables) {
    std::vector<ObservableMaker> makers;
    for (const auto& [name, unit, description, panel, label, function] : observables) {
        const Observable::Column column = {name, unit, description, panel, label};
        makers.emplace_back([column, call = shared(function)](const Hamiltonian& hamiltonian) {
            const auto crystal = for_python(hamiltonian.shared_crystal());
            const BoundPotential potential = for_python(hamiltonian.elastic());
            const double epsilon = hamiltonian.model().epsilon;
            return Observable{{column}, [=](const State& state, std::span<double> values) {
                                  const py::gil_scoped_acquire lock;
                                  auto copy =
                                      std::make_shared<BoundState>(crystal, potential, epsilon, state);
                                  values[0] = number((*call)(std::move(copy)), column.name);
                              }};
        });
    }
    return makers;
}

}  // namespace misfit::python
