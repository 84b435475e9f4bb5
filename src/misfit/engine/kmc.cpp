#include "misfit/engine/kmc.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <optional>

#include "misfit/base/error.hpp"
#include "misfit/engine/kmc_rates.hpp"
#include "misfit/model/drift.hpp"

namespace misfit {

struct Kmc::Workspace {
    explicit Workspace(const KmcTables& tables) : rates(tables) {}

    KmcRates rates;
    State left;             ///< the state as the last call left it
    bool prepared = false;  ///< the rates are those of `left`
};

Kmc::Kmc(const Hamiltonian& hamiltonian, const KmcParameters& parameters)
    : tables_(std::make_shared<KmcTables>(hamiltonian, parameters)),
      workspace_(std::make_unique<Workspace>(*tables_)) {}

Kmc::Kmc(const Kmc& other) : tables_(other.tables_), workspace_(std::make_unique<Workspace>(*tables_)) {}

Kmc::~Kmc() = default;

const Hamiltonian& Kmc::hamiltonian() const { return tables_->hamiltonian; }

const KmcParameters& Kmc::parameters() const { return tables_->parameters; }

void Kmc::prepare(State& state) {
    if (workspace_->prepared && state == workspace_->left) return;
    assert(state.size() == tables_->hamiltonian.crystal().size());
    workspace_->rates.take(state);
    workspace_->left = state;
    workspace_->prepared = true;
}

void Kmc::apply(State& state, const KmcEvent& event) {
    const auto turn = [&](Site site) {
        Spin& sigma = state.sigma[static_cast<std::size_t>(site)];
        sigma = static_cast<Spin>(-sigma);
        return SizeChange{site, 2.0 * sigma};
    };
    ++state.events[static_cast<std::size_t>(event.kind)];
    ++state.step;
    std::array<SizeChange, 2> changes = {turn(event.first), {}};
    const bool is_exchange = event.second < 0;
    if (is_exchange)
        state.count_A += changes[0].change > 0.0 ? 1 : -1;
    else
        changes[1] = turn(event.second);
    workspace_->rates.follow(state, std::span(changes).first(is_exchange ? 1 : 2));

    if (state.step % refresh_interval(state.size()) == 0 && tables_->hamiltonian.is_elastic()) {
        refresh_phi(tables_->hamiltonian, state);
        workspace_->rates.make_anew(state);
    }
}

Stop Kmc::advance(State& state, double until, std::uint64_t budget) {
    const KmcParameters& kmc = tables_->parameters;
    if (std::isnan(until)) throw Error("until = nan: must be a number");
    prepare(state);
    workspace_->prepared = false;  // until this call has returned in the ordinary way
    const auto leave = [&](Stop stop) {
        if (workspace_->left.step != state.step) workspace_->left = state;
        workspace_->prepared = true;
        return stop;
    };
    for (;; --budget) {
        if (state.composition() <= kmc.stop_at_composition) return leave(Stop::composition);
        if (state.step >= kmc.max_events) return leave(Stop::max_events);
        const double total = workspace_->rates.total();
        if (total <= 0.0) return leave(Stop::frozen);
        // A call that ends before the event leaves the state as the last event left it, and the next one
        // makes the same attempts again.
        std::optional<KmcEvent> event;
        double uniforms = 1.0;
        for (std::uint64_t attempt = 0; !event; ++attempt) {
            const UniformPair uniform = uniform_pair(state.random, state.step, attempt);
            uniforms *= uniform.first;
            event = workspace_->rates.choose(state, uniform.second);
        }
        const double time = state.time - std::log(uniforms) / total;
        if (!(time < std::min(until, kmc.t_end))) return leave(Stop::until);
        if (budget == 0) return leave(Stop::paused);
        state.time = time;
        apply(state, *event);
    }
}

std::uint64_t events_between_looks(const Hamiltonian& hamiltonian) {
    const int sites = hamiltonian.crystal().size();
    int events = std::clamp(sites / 4, 1000, 100'000);  // an event takes a microsecond or two
    if (hamiltonian.is_elastic())
        events = hamiltonian.has_rows() ? std::clamp(2'000'000 / sites, 16, 1000)  // a nanosecond a site
                                        : std::clamp(50'000 / sites, 1, 16);       // a thousand
    return static_cast<std::uint64_t>(events);
}

std::vector<KmcEvent> Kmc::events(const State& state) {
    State copy = state;
    prepare(copy);
    return workspace_->rates.events(copy);
}

}  // namespace misfit
