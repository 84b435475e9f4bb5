// Kmc, MonteCarlo.

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <pybind11/stl.h>

#include "energy.hpp"
#include "misfit/base/error.hpp"
#include "misfit/engine/kmc.hpp"
#include "misfit/engine/monte_carlo.hpp"

namespace misfit::python {
namespace {

constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

/// Work between two looks for an interrupt from the keyboard: some hundredths of a second.
constexpr std::uint64_t attempts_between_looks = 200'000;

void raise_if_interrupted() {
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
}

/// An engine and the Hamiltonian that its states must be of.
template <class Engine>
struct Bound {
    std::shared_ptr<BoundHamiltonian> model;
    Engine engine;
    std::atomic<bool> in_use = false;
};
using BoundKmc = Bound<Kmc>;
using BoundMonteCarlo = Bound<MonteCarlo>;

std::shared_ptr<BoundKmc> make_kmc(const std::shared_ptr<BoundHamiltonian>& model, double t_end,
                                   std::optional<double> stop_at_composition,
                                   std::optional<std::uint64_t> max_events, double exchange_rate,
                                   double diffusion_rate, const std::string& rates,
                                   const std::string& swaps) {
    if (!model) throw Error("an engine needs a hamiltonian");
    KmcParameters parameters;
    parameters.t_end = t_end;
    parameters.stop_at_composition = stop_at_composition.value_or(parameters.stop_at_composition);
    parameters.max_events = max_events.value_or(no_limit);
    parameters.exchange_rate = exchange_rate;
    parameters.diffusion_rate = diffusion_rate;
    parameters.rates = static_cast<RateRule>(index_of_word(rate_words, rates, "rates"));
    parameters.swaps = static_cast<Swaps>(index_of_word(swap_words, swaps, "swaps"));
    return std::make_shared<BoundKmc>(model, Kmc(model->hamiltonian, parameters));
}

std::string advance_kmc(BoundKmc& self, BoundState& bound, double until,
                        std::optional<std::uint64_t> budget) {
    const Taken engine(self.in_use);
    const Taken taken(bound.in_use);
    State& state = bound.under(*self.model);
    const ModelParameters& model = self.model->hamiltonian.model();
    const KmcParameters& kmc = self.engine.parameters();
    if (bound.advance && !(bound.advance->model == model && have_one_law(bound.advance->kmc, kmc)))
        bound.begin_anew();
    state.random.stream = Stream::kmc_event;
    const std::uint64_t most = events_between_looks(self.model->hamiltonian);
    std::uint64_t left = budget.value_or(no_limit);
    for (;;) {
        Stop stop = Stop::paused;
        const std::uint64_t before = state.step;
        {
            const py::gil_scoped_release release;
            stop = self.engine.advance(state, until, std::min(left, most));
        }
        left -= state.step - before;
        bound.advance = {model, kmc, stop == Stop::until ? std::min(until, kmc.t_end) : state.time};
        if (stop != Stop::paused || left == 0) return stop_words[static_cast<std::size_t>(stop)];
        raise_if_interrupted();
    }
}

/// Possible events and their rates as an array with named fields.
py::array events_of(BoundKmc& self, BoundState& bound) {
    const Taken engine(self.in_use);
    const Taken taken(bound.in_use);
    return as_array(self.engine.events(bound.under(*self.model)));
}

std::shared_ptr<BoundMonteCarlo> make_monte_carlo(const std::shared_ptr<BoundHamiltonian>& model,
                                                  const std::string& moves) {
    if (!model) throw Error("an engine needs a hamiltonian");
    const auto kind = static_cast<Moves>(index_of_word(move_words, moves, "moves"));
    return std::make_shared<BoundMonteCarlo>(model, MonteCarlo(model->hamiltonian, kind));
}

void advance_monte_carlo(BoundMonteCarlo& self, BoundState& bound, std::uint64_t attempts) {
    const Taken engine(self.in_use);
    const Taken taken(bound.in_use);
    State& state = bound.under(*self.model);
    bound.begin_anew();
    state.random.stream = Stream::monte_carlo_move;
    while (attempts > 0) {
        const std::uint64_t now = std::min(attempts, attempts_between_looks);
        {
            const py::gil_scoped_release release;
            self.engine.advance(state, now);
        }
        attempts -= now;
        raise_if_interrupted();
    }
}

void bind_kmc(py::module_& module) {
    using py::arg;
    PYBIND11_NUMPY_DTYPE(KmcEvent, kind, first, second, rate);
    py::class_<BoundKmc, std::shared_ptr<BoundKmc>>(
        module, "Kmc",
        R"(Kinetic Monte Carlo in continuous time: exchange at surface sites, swaps of bonded unlike pairs.

The rate of an event is k exp(-beta dE/2), k = exchange_rate or diffusion_rate. A trajectory ends at t_end, when c has
come down to stop_at_composition, or after max_events; None: no such limit. rates = "published" takes the self-term of
the paper's released program instead of dE; swaps = "nearest" leaves out those along next-nearest bonds. Raises Error
for a parameter out of range. O(N z) to make.)")
        .def(py::init(&make_kmc), arg("hamiltonian"), py::kw_only(), arg("t_end") = 400.0,
             arg("stop_at_composition") = py::none(), arg("max_events") = py::none(),
             arg("exchange_rate") = 1.0, arg("diffusion_rate") = 1.0, arg("rates") = "exact",
             arg("swaps") = "bonded")
        .def("advance", &advance_kmc, arg("state"), arg("until") = std::numeric_limits<double>::infinity(),
             arg("budget") = py::none(),
             R"(Lets events happen until the next one would not come before `until`, or `budget` of them have.

Returns why it stopped: "until" (or t_end), "composition", "max_events", "frozen" (every rate is zero) or "paused" (the
budget is spent). The state is left as it is after the last event: what is measured at a due time `until` is measured
before the event that crosses it. Where calls are cut does not change the trajectory. Other Python threads go on
meanwhile; Ctrl-C stops it between two events, and calling again goes on. O(N) an event. Raises Error when a rate is
not finite, and for a state of another crystal, potential or epsilon.)")
        .def("events", &events_of, arg("state"),
             "Every possible event with a rate above 0, in the order of choice: an array with the fields "
             "kind (index "
             "into EVENT_KINDS), first, second (-1 for an exchange) and rate (units of k0). O(N z).")
        .def_property_readonly("hamiltonian", [](const BoundKmc& self) { return self.model; })
        .def_property_readonly(
            "t_end", [](const BoundKmc& self) { return self.engine.parameters().t_end; },
            "Where trajectories end, units of 1/k0.")
        .def("__repr__", [](const BoundKmc& self) {
            return fmt::format("<Kmc: {}, t_end={}>", self.model->crystal->shape(),
                               self.engine.parameters().t_end);
        });
}

void bind_monte_carlo(py::module_& module) {
    using py::arg;
    py::class_<BoundMonteCarlo, std::shared_ptr<BoundMonteCarlo>>(
        module, "MonteCarlo",
        R"(Metropolis Monte Carlo of the core: a change dE is accepted with min(1, exp(-beta dE)).

moves: "nonlocal_swap" of two different core sites or "local_swap" of bonded ones, at fixed composition; "flip" of one
site, at the given delta_mu. The shell keeps its species. Raises Error for a core of fewer than two sites. O(N^2) to
make.)")
        .def(py::init(&make_monte_carlo), arg("hamiltonian"), arg("moves") = "nonlocal_swap")
        .def("advance", &advance_monte_carlo, arg("state"), arg("attempts"),
             "Makes so many attempts; a sweep is core_size of them, pairs of like species counted. Where "
             "calls are cut "
             "does not change the chain. Other Python threads go on meanwhile; Ctrl-C stops it. O(1) an "
             "attempt that is "
             "rejected, O(N) one that is accepted. Raises Error for a state of another crystal, potential or "
             "epsilon.")
        .def_property_readonly(
            "core_size", [](const BoundMonteCarlo& self) { return self.engine.core_size(); },
            "Attempts of one sweep: the number of core sites.")
        .def_property_readonly("hamiltonian", [](const BoundMonteCarlo& self) { return self.model; })
        .def_property_readonly("moves",
                               [](const BoundMonteCarlo& self) {
                                   return move_words[static_cast<std::size_t>(self.engine.moves())];
                               })
        .def("__repr__", [](const BoundMonteCarlo& self) {
            return fmt::format("<MonteCarlo: {}, {}>", self.model->crystal->shape(),
                               move_words[static_cast<std::size_t>(self.engine.moves())]);
        });
}

}  // namespace

void bind_engines(py::module_& module) {
    bind_kmc(module);
    bind_monte_carlo(module);
}

}  // namespace misfit::python
