#include "misfit/unit/arithmetic.hpp"

#include <memory>
#include <vector>

#include "misfit/crystal/shapes.hpp"
#include "misfit/engine/kmc.hpp"
#include "misfit/engine/monte_carlo.hpp"
#include "misfit/measure/observable.hpp"
#include "misfit/measure/observables.hpp"
#include "misfit/store/bytes.hpp"
#include "misfit/unit/unit.hpp"

namespace misfit {
namespace {

/// A symmetric matrix of numbers that every machine has alike; an elastic V would come by way of other
/// libraries.
std::shared_ptr<const Potential> fixed_potential(Site size) {
    auto potential = std::make_shared<Potential>(size);
    for (Site i = 0; i < size; ++i)
        for (Site j = 0; j < size; ++j)
            potential
                ->values()[static_cast<std::size_t>(i) * potential->stride() + static_cast<std::size_t>(j)] =
                (i == j ? 3.0 : 0.0) + static_cast<double>((i + 1) * (j + 1) % 13) / 64.0;
    potential->project("fixed");
    return potential;
}

}  // namespace

std::uint64_t arithmetic() {
    constexpr std::uint64_t events = 300;
    constexpr std::uint64_t attempts = 2000;
    const auto crystal = std::make_shared<const Crystal>(build_crystal(Hexagon{4}));
    const Hamiltonian hamiltonian(crystal, fixed_potential(crystal->size()),
                                  {.kT = 0.6, .epsilon = 1.0, .J = 0.1, .delta_mu = 0.3});
    std::vector<Spin> sigma(static_cast<std::size_t>(crystal->size()), Spin{1});
    for (std::size_t site = 0; site < sigma.size(); site += 2) sigma[site] = Spin{-1};
    State state = make_state(hamiltonian, sigma, {1, 0, 0, Stream::kmc_event});
    Kmc(hamiltonian, {.t_end = 1e300, .stop_at_composition = 0.0}).advance(state, 1e300, events);
    MonteCarlo(hamiltonian, Moves::nonlocal_swap).advance(state, attempts);

    const std::vector<Observable> observables = make_observables(hamiltonian, {}, nullptr);
    std::vector<double> scalars(column_count(observables));
    measure(observables, state, scalars);
    ByteWriter all;
    put(all, state);
    all.put(std::span<const double>(scalars));
    return checksum(all.bytes());
}

}  // namespace misfit
