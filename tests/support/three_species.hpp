#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "misfit/engine/process_kmc.hpp"
#include "reference/energy.hpp"

/// A, B and vacancies, on seven sites or more.
namespace misfit::support {

SpeciesEnergies three_species();

/// Exchange, creation and filling at the surface, hops and swaps along bonds; every one with its reverse.
std::vector<Process> three_species_processes();

/// E by double sums over all pairs: sizes in V, -J between nearest neighbours, mu, a field h (or none), and U
/// between the charges of nearest neighbours.
long double slow_energy(const reference::Model& model, const SpeciesEnergies& species,
                        std::span<const Spin> sigma, std::span<const double> h, double U);

/// The states of seven sites, by numbers to the base of three.
inline constexpr std::size_t three_species_states = 2187;
std::vector<Spin> species_of_state(std::size_t number);
std::size_t number_of_state(std::span<const Spin> sigma);

}  // namespace misfit::support
