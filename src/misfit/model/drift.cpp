#include "misfit/model/drift.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "misfit/base/error.hpp"

namespace misfit {
namespace {

[[noreturn]] void fail(const State& state, const std::string& what) {
    throw Error(
        fmt::format("trajectory or chain {}, step {}: {}; the machine's memory or the program is at "
                    "fault, and what was saved before may be gone on with",
                    state.random.unit, state.step, what));
}

/// The largest deviation of phi from a fresh one. Throws past the limit, and for one that is not a number.
double deviation(const Hamiltonian& hamiltonian, const State& state, std::span<const double> fresh) {
    const double limit = hamiltonian.phi_tolerance();
    double largest = 0.0;
    for (std::size_t site = 0; site < fresh.size(); ++site) {
        const double off = std::abs(fresh[site] - state.phi[site]);
        if (!(off <= limit))
            fail(state, fmt::format("phi at site {} is {}, and {} computed afresh: off by more than {}", site,
                                    state.phi[site], fresh[site], limit));
        largest = std::max(largest, off);
    }
    return largest;
}

}  // namespace

std::uint64_t refresh_interval(Site sites) {
    return sites <= 1024 ? 4096 : 8 * static_cast<std::uint64_t>(sites);
}

void refresh_phi(const Hamiltonian& hamiltonian, State& state) {
    refresh_phi(hamiltonian, state, compute_phi(hamiltonian, state.sigma));
}

void refresh_phi(const Hamiltonian& hamiltonian, State& state, std::span<const double> fresh) {
    state.phi_deviation = std::max(state.phi_deviation, deviation(hamiltonian, state, fresh));
    std::ranges::copy(fresh, state.phi.begin());  // Python may hold a view of it
}

void require_consistent(const Hamiltonian& hamiltonian, const State& state) {
    const auto count_A = static_cast<Site>(std::ranges::count(state.sigma, Spin{1}));
    if (count_A != state.count_A)
        fail(state, fmt::format("{} sites are A, and {} were counted", count_A, state.count_A));
    State fresh = state;
    refresh_phi(hamiltonian, fresh);
    const double energy_now = energy(hamiltonian, state).total();
    const double energy_fresh = energy(hamiltonian, fresh).total();
    if (!(std::abs(energy_now - energy_fresh) <= state.size() * hamiltonian.phi_tolerance()))
        fail(state, fmt::format("the energy is {}, and {} computed afresh", energy_now, energy_fresh));
}

}  // namespace misfit
