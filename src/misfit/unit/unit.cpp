#include "misfit/unit/unit.hpp"

#include <cmath>

#include "misfit/model/drift.hpp"

namespace misfit {

Unit without_samples(const Unit& unit) {
    Unit bare = unit;
    for (Ladder& ladder : bare.stages)
        for (Chain& chain : ladder.chains) {
            chain.scalars.clear();
            chain.reduced_energies.clear();
            chain.sigma.clear();
        }
    return bare;
}

void close_chain(const Hamiltonian& hamiltonian, const State& state, Chain& chain) {
    chain.events = state.events;
    State fresh = state;
    refresh_phi(hamiltonian, fresh);
    chain.phi_deviation = fresh.phi_deviation;
    chain.energy_deviation =
        std::abs(energy(hamiltonian, state).total() - energy(hamiltonian, fresh).total());
}

void pack_sigma(std::span<const Spin> sigma, std::vector<std::uint8_t>& bits) {
    const std::size_t begin = bits.size();
    bits.resize(begin + (sigma.size() + 7) / 8, 0);
    for (std::size_t site = 0; site < sigma.size(); ++site)
        if (sigma[site] > 0) bits[begin + site / 8] |= static_cast<std::uint8_t>(1U << (site % 8));
}

void unpack_sigma(std::span<const std::uint8_t> bits, std::span<Spin> sigma) {
    for (std::size_t site = 0; site < sigma.size(); ++site)
        sigma[site] = ((static_cast<unsigned>(bits[site / 8]) >> (site % 8)) & 1U) != 0 ? Spin{1} : Spin{-1};
}

}  // namespace misfit
