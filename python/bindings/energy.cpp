// Hamiltonian, EnergyTerms, State, energy, flip_energy, swap_energy.

#include "energy.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <pybind11/stl.h>

#include "misfit/base/error.hpp"

namespace misfit::python {
namespace {

using HamiltonianPointer = std::shared_ptr<BoundHamiltonian>;
using StatePointer = std::shared_ptr<BoundState>;

Elastic elastic_of(const BoundPotential& potential) {
    return std::visit([](const auto& V) { return Elastic(V); }, potential);
}

HamiltonianPointer make_hamiltonian(const std::shared_ptr<Crystal>& crystal, const BoundPotential& potential,
                                    double kT, double epsilon, double J, double delta_mu) {
    if (!crystal) throw Error("a Hamiltonian needs a crystal");
    const ModelParameters model = {.kT = kT, .epsilon = epsilon, .J = J, .delta_mu = delta_mu};
    return std::make_shared<BoundHamiltonian>(crystal, potential,
                                              Hamiltonian(crystal, elastic_of(potential), model));
}

template <double ModelParameters::* Member>
double constant(const BoundHamiltonian& self) {
    return self.hamiltonian.model().*Member;
}

StatePointer make_bound_state(const BoundHamiltonian& model, const std::optional<Numbers>& sigma,
                              std::uint64_t seed, std::uint32_t unit, std::uint16_t stage) {
    const Site size = model.crystal->size();
    std::vector<Spin> start(static_cast<std::size_t>(size), Spin{1});
    if (sigma) start = species(*sigma, size);
    const RandomStream random = {seed, unit, stage, Stream::kmc_event};
    return std::make_shared<BoundState>(model.crystal, model.potential, model.hamiltonian.model().epsilon,
                                        make_state(model.hamiltonian, std::move(start), random));
}

Hamiltonian hamiltonian_of(const BoundState& state) {
    return {state.crystal, elastic_of(state.potential), ModelParameters{.epsilon = state.epsilon}};
}

void set_sigma(BoundState& self, const Numbers& sigma) {
    const Taken taken(self.in_use);
    self.begin_anew();
    State& state = self.state;
    // Into the memory that is there: arrays look into it.
    std::ranges::copy(species(sigma, state.size()), state.sigma.begin());
    std::ranges::copy(compute_phi(hamiltonian_of(self), state.sigma), state.phi.begin());
    state.rated_phi.clear();
    state.count_A = static_cast<Site>(std::ranges::count(state.sigma, Spin{1}));
}

StatePointer copy_state(BoundState& self) {
    const Taken taken(self.in_use);
    return std::make_shared<BoundState>(self.crystal, self.potential, self.epsilon, self.state, self.advance);
}

py::dict events_by_kind(const BoundState& self) {
    py::dict events;
    for (std::size_t kind = 0; kind < event_kinds; ++kind)
        events[event_kind_names[kind]] = self.state.events[kind];
    return events;
}

EnergyTerms energy_of(const BoundHamiltonian& model, BoundState& state) {
    const Taken taken(state.in_use);
    return energy(model.hamiltonian, state.under(model));
}

double flip_energy_of(const BoundHamiltonian& model, BoundState& state, Site j) {
    const Taken taken(state.in_use);
    const State& checked = state.under(model);
    require_site(j, checked.size());
    return flip_energy(model.hamiltonian, checked, j);
}

double swap_energy_of(const BoundHamiltonian& model, BoundState& state, Site i, Site j) {
    const Taken taken(state.in_use);
    const State& checked = state.under(model);
    require_site(i, checked.size());
    require_site(j, checked.size());
    if (checked.sigma[static_cast<std::size_t>(i)] == checked.sigma[static_cast<std::size_t>(j)])
        throw Error(fmt::format("sites {} and {} hold the same species: there is nothing to swap", i, j));
    return swap_energy(model.hamiltonian, checked, i, j);
}

void bind_hamiltonian(py::module_& module) {
    using py::arg;
    py::class_<BoundHamiltonian, HamiltonianPointer>(
        module, "Hamiltonian", R"(The energy of a composition. Immutable; shares crystal and potential.

E = 1/2 dsigma V dsigma - J sum over nearest pairs of sigma sigma' - (delta_mu/2) sum of sigma, dsigma = sigma - m,
epsilon within V, which is a Potential, a SinglePotential or a BlockPotential. Energies in units of epsilon, or of J
where epsilon = 0. Raises Error for a constant out of range, for a potential of another number of sites, or for none
though epsilon is not 0.)")
        .def(py::init(&make_hamiltonian), arg("crystal"), arg("potential") = py::none(), py::kw_only(),
             arg("kT") = 0.2, arg("epsilon") = 1.0, arg("J") = 0.0, arg("delta_mu") = -20.0)
        .def_property_readonly("crystal", [](const BoundHamiltonian& self) { return self.crystal; })
        .def_property_readonly("potential", [](const BoundHamiltonian& self) { return self.potential; })
        .def_property_readonly("kT", &constant<&ModelParameters::kT>, "Thermal energy.")
        .def_property_readonly("epsilon", &constant<&ModelParameters::epsilon>,
                               "Scale of the elastic energy.")
        .def_property_readonly("J", &constant<&ModelParameters::J>,
                               "Ising coupling of nearest pairs; above 0 like attract.")
        .def_property_readonly("delta_mu", &constant<&ModelParameters::delta_mu>,
                               "Chemical potential difference; below 0 it drives A to B.")
        .def_property_readonly(
            "beta", [](const BoundHamiltonian& self) { return self.hamiltonian.model().beta(); }, "1/kT.")
        .def("__repr__", [](const BoundHamiltonian& self) {
            const ModelParameters& model = self.hamiltonian.model();
            return fmt::format("<Hamiltonian: {}, kT={}, epsilon={}, J={}, delta_mu={}>",
                               self.crystal->shape(), model.kT, model.epsilon, model.J, model.delta_mu);
        });

    py::class_<EnergyTerms>(module, "EnergyTerms", "The three terms of the energy, in units of epsilon.")
        .def_readonly("elastic", &EnergyTerms::elastic, "1/2 dsigma V dsigma.")
        .def_readonly("ising", &EnergyTerms::ising, "-J times the sum over nearest pairs of sigma sigma'.")
        .def_readonly("chemical", &EnergyTerms::chemical, "-(delta_mu/2) times the sum of sigma.")
        .def_property_readonly("total", &EnergyTerms::total, "All together.")
        .def("__repr__", [](const EnergyTerms& self) {
            return fmt::format("EnergyTerms(elastic={}, ising={}, chemical={})", self.elastic, self.ising,
                               self.chemical);
        });
}

void bind_state(py::module_& module) {
    using py::arg;
    py::class_<BoundState, StatePointer>(
        module, "State",
        R"(Species, phi, clock, and the name of its random numbers: the only thing that changes.

State(hamiltonian) is all A at time 0, or `sigma` [N] of +1 (A) and -1 (B). An engine advances it, and every random
number is a function of (seed, unit, stage) and the step: trajectory `unit` of an ensemble with this seed. `sigma` and
`phi` are read-only views that follow the state; set_sigma changes it, and phi with it. A state belongs to its
hamiltonian's crystal, potential and epsilon; kT, J and delta_mu may be those of another hamiltonian: after
advance(state, until) it goes on from `until` under them, with the random numbers of the next stage.
Raises Error for a sigma of another length or other values. O(N^2).)")
        .def(py::init(&make_bound_state), arg("hamiltonian"), arg("sigma") = py::none(), py::kw_only(),
             arg("seed") = 2021, arg("unit") = 0, arg("stage") = 0)
        .def_property_readonly(
            "sigma",
            [](const py::object& self) {
                const auto& sigma = self.cast<const BoundState&>().state.sigma;
                return view(self, sigma.data(), sigma.size());
            },
            "[N] int8, +1 is A, -1 is B; a read-only view that follows the state (copy it to keep it). "
            "Products of int8 overflow silently: "
            "`s = state.sigma.astype(int); s @ s`.")
        .def_property_readonly(
            "phi",
            [](const py::object& self) {
                const auto& phi = self.cast<const BoundState&>().state.phi;
                return view(self, phi.data(), phi.size());
            },
            "[N] float64, V dsigma with epsilon included; a read-only view that follows the state.")
        .def_property_readonly(
            "crystal", [](const BoundState& self) { return self.crystal; }, "Whose sites they are.")
        .def("set_sigma", &set_sigma, arg("sigma"),
             "Other species, [N]; phi is computed afresh, the clock stands where advance() got to, and the "
             "step "
             "stays. Raises Error as the constructor does. O(N^2).")
        .def("copy", &copy_state, "A state of its own with the same contents: both go on alike.")
        .def_property_readonly(
            "size", [](const BoundState& self) { return self.state.size(); }, "N.")
        .def("__len__", [](const BoundState& self) { return self.state.size(); })
        .def_property_readonly(
            "time", [](const BoundState& self) { return self.state.time; },
            "Of the last event, in units of 1/k0.")
        .def_property_readonly(
            "step", [](const BoundState& self) { return self.state.step; },
            "Events (Kmc) and attempts (MonteCarlo) so far.")
        .def_property_readonly(
            "composition", [](const BoundState& self) { return self.state.composition(); },
            "c = (m + 1)/2, the fraction of A.")
        .def_property_readonly(
            "mean_sigma", [](const BoundState& self) { return self.state.mean_sigma(); },
            "m, the mean of sigma over all sites.")
        .def_property_readonly(
            "count_A", [](const BoundState& self) { return self.state.count_A; }, "Sites with A.")
        .def_property_readonly("events", &events_by_kind, "Events (accepted moves) so far by kind, a dict.")
        .def_property_readonly(
            "phi_deviation", [](const BoundState& self) { return self.state.phi_deviation; },
            "Largest |phi - V dsigma| seen when phi was computed afresh.")
        .def_property_readonly("seed", [](const BoundState& self) { return self.state.random.seed; })
        .def_property_readonly("unit", [](const BoundState& self) { return self.state.random.unit; })
        .def_property_readonly("stage", [](const BoundState& self) { return self.state.random.stage; })
        .def("__repr__", [](const BoundState& self) {
            return fmt::format("<State: {} sites, t={}, step {}, composition {}>", self.state.size(),
                               self.state.time, self.state.step, self.state.composition());
        });
}

}  // namespace

State& BoundState::under(const BoundHamiltonian& model) {
    if (model.crystal != crystal || model.potential != potential ||
        model.hamiltonian.model().epsilon != epsilon)
        throw Error(
            "the state was made with another crystal, potential or epsilon, so its phi does not hold here: "
            "make one with State(hamiltonian, state.sigma)");
    return state;
}

void BoundState::begin_anew() {
    if (advance && advance->until > state.time) {
        state.time = advance->until;
        ++state.random.stage;
    }
    advance.reset();
}

Taken::Taken(std::atomic<bool>& flag) : flag_(flag) {
    if (flag.exchange(true)) throw Error("another thread is at work with this state or engine");
}

void bind_energy(py::module_& module) {
    using py::arg;
    bind_hamiltonian(module);
    bind_state(module);
    module.def("energy", &energy_of, arg("hamiltonian"), arg("state"),
               "Energy by term, in units of epsilon. Raises Error for a state of another crystal, potential "
               "or epsilon. "
               "O(N z).");
    module.def(
        "flip_energy", &flip_energy_of, arg("hamiltonian"), arg("state"), arg("j"),
        "Energy change of flipping the species at site j: dE = -2 sigma_j phi_j + 2 V_jj + delta_mu sigma_j "
        "+ 2 J sigma_j h_j, h_j the sum of sigma over nearest neighbours. Raises Error for a site that is "
        "not "
        "there.");
    module.def("swap_energy", &swap_energy_of, arg("hamiltonian"), arg("state"), arg("i"), arg("j"),
               "Energy change of swapping the unlike species at sites i and j: dE = -2 sigma_i (phi_i - "
               "phi_j) + 2 V_ii "
               "+ 2 V_jj - 4 V_ij + 2 J (sigma_i h_i + sigma_j h_j), and + 4 J if they are nearest. Raises "
               "Error for "
               "like species or a site that is not there.");
    module.attr("EVENT_KINDS") = py::make_tuple(event_kind_names[0], event_kind_names[1], event_kind_names[2],
                                                event_kind_names[3], event_kind_names[4]);
}

}  // namespace misfit::python
