// Observables, PhaseClassifier.

#include "misfit/measure/observables.hpp"
#include "misfit/measure/observable.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pybind11/stl.h>

#include "energy.hpp"
#include "misfit/base/error.hpp"
#include "misfit/measure/phases.hpp"

namespace misfit::python {
namespace {

/// Everything that a record of exchange has of a state.
class BoundObservables {
public:
    BoundObservables(const std::shared_ptr<BoundHamiltonian>& model, const ObservableParameters& parameters)
        : model_(model), all_(make_observables(model->hamiltonian, parameters)), columns_(columns_of(all_)) {}

    py::dict measure(BoundState& bound) const {
        const Taken taken(bound.in_use);
        std::vector<double> values(columns_.size());
        misfit::measure(all_, bound.under(*model_), values);
        py::dict result;
        for (std::size_t k = 0; k < values.size(); ++k) result[py::str(columns_[k].name)] = values[k];
        return result;
    }

    std::vector<std::string> names() const { return each(&Observable::Column::name); }
    py::dict by_name(std::string Observable::Column::* member) const {
        py::dict result;
        for (const Observable::Column& column : columns_) result[py::str(column.name)] = column.*member;
        return result;
    }

private:
    std::vector<std::string> each(std::string Observable::Column::* member) const {
        std::vector<std::string> result;
        for (const Observable::Column& column : columns_) result.push_back(column.*member);
        return result;
    }

    std::shared_ptr<BoundHamiltonian> model_;
    std::vector<Observable> all_;
    std::vector<Observable::Column> columns_;
};

BoundObservables make_bound_observables(const std::shared_ptr<BoundHamiltonian>& model, bool strain,
                                        double mismatch, const std::string& profile) {
    if (!model) throw Error("observables need a hamiltonian");
    const auto axis = static_cast<ProfileAxis>(index_of_word(profile_words, profile, "profile"));
    return {model, {.strain = strain, .mismatch = mismatch, .profile = axis}};
}

/// A classifier and the number of sites that sigma must have.
struct BoundClassifier {
    PhaseClassifier classifier;
    Site size;
};

py::array_t<std::int8_t> classify(const BoundClassifier& self, const Numbers& given) {
    const std::vector<Spin> sigma = species(given, self.size);
    std::vector<std::int8_t> s(sigma.size(), 0);
    for (std::size_t k = 0; k < self.classifier.sites().size(); ++k)
        s[static_cast<std::size_t>(self.classifier.sites()[k])] =
            static_cast<std::int8_t>(self.classifier.classify(sigma, k));
    return as_array(std::move(s));
}

}  // namespace

void bind_observables(py::module_& module) {
    using py::arg;
    py::class_<BoundObservables>(
        module, "Observables",
        R"(What a record of exchange holds of a state: composition, energies, phase fractions.

strain=True adds the local change of area or volume, of bonds that differ by `mismatch` (in lattice spacings), and
profile = "x", "y" or "z" the composition of each layer across that axis. Raises Error for a profile that the crystal
does not have, or for a mismatch out of range.)")
        .def(py::init(&make_bound_observables), arg("hamiltonian"), py::kw_only(), arg("strain") = false,
             arg("mismatch") = 0.1, arg("profile") = "none")
        .def("measure", &BoundObservables::measure, arg("state"),
             "All of them on a state, by name. Raises Error for a state of another crystal, potential or "
             "epsilon. O(N z).")
        .def_property_readonly("names", &BoundObservables::names, "In the order of the record.")
        .def_property_readonly(
            "units", [](const BoundObservables& self) { return self.by_name(&Observable::Column::unit); },
            "By name.")
        .def_property_readonly(
            "descriptions",
            [](const BoundObservables& self) { return self.by_name(&Observable::Column::description); },
            "One sentence each, by name.")
        .def("__repr__", [](const BoundObservables& self) {
            return fmt::format("<Observables: {}>", fmt::join(self.names(), ", "));
        });

    py::class_<BoundClassifier>(module, "PhaseClassifier",
                                R"(Phase of a site by its plaquette (Eq. 13): itself and its neighbours.

U1 (s = 2): A among A. U2 (-2): B among B. S1 (1): B among A, or A with neighbours alternating round the ring. S2 (-1):
A among B, or B with alternating neighbours. Else 0. In three dimensions U1 and U2 only.)")
        .def(py::init([](const Crystal& crystal) {
                 return BoundClassifier{PhaseClassifier(crystal), crystal.size()};
             }),
             arg("crystal"))
        .def_property_readonly(
            "sites",
            [](const py::object& self) {
                const auto sites = self.cast<const BoundClassifier&>().classifier.sites();
                return view(self, sites.data(), sites.size());
            },
            "int32, the sites that are classified: all neighbours exist and are not shell; a view.")
        .def("classify", &classify, arg("sigma"),
             "s of every site, [N] int8; 0 where a site is not classified. Raises Error for a sigma of "
             "another length or "
             "other values. O(N z).");
}

}  // namespace misfit::python
