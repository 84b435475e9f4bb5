#pragma once

#include <span>
#include <vector>

#include "misfit/engine/kmc.hpp"
#include "reference/energy.hpp"

namespace misfit::reference {

/// Energy change that enters the rate of exchanging the species at j: E' - E for exact rates, the
/// published formula (physics: section 2) otherwise. O(N^2).
double exchange_energy(const Model& model, RateRule rule, std::span<const Spin> sigma, Site j);

/// The same for swapping the unlike species at the ends of a bond.
double diffusion_energy(const Model& model, RateRule rule, std::span<const Spin> sigma, Site i, Site j);

/// Every possible event in the order of choice (by site; its exchange, then its bonds to later sites),
/// each with its rate. O(N^3).
std::vector<KmcEvent> events(const Model& model, const KmcParameters& kmc, std::span<const Spin> sigma);

/// What one Monte Carlo step does.
struct Step {
    double waiting_time;
    std::size_t event;  ///< index into the list of events
};

/// waiting time = -log(u.first)/total; the event is the first whose cumulative rate exceeds
/// u.second total.
Step choose(std::span<const KmcEvent> events, const UniformPair& u);

/// The species after an event.
std::vector<Spin> after(const KmcEvent& event, std::span<const Spin> sigma);

/// The Q of dP/dt = P Q over all 2^N states: Q[s, s'] is the rate from s to s', rows sum to zero. Bit j
/// of a state's number is 1 where site j is A. For N of about 10 or less.
Eigen::MatrixXd rate_matrix(const Model& model, const KmcParameters& kmc);

/// Number of a state in rate_matrix, and back.
std::size_t state_number(std::span<const Spin> sigma);
std::vector<Spin> state_of(std::size_t number, Site size);

}  // namespace misfit::reference
