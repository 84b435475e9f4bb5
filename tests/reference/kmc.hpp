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

/// Attempts that are events with the probability rate/bound, as of Kmc: the bounds follow from phi as it was
/// when a site's group of eight was last rated.
class Attempts {
public:
    /// Of the species at which a trajectory begins. `tolerance` in units of kT.
    Attempts(const Model& model, const KmcParameters& kmc, double tolerance, std::span<const Spin> sigma);

    /// The next event of `events`, after as many attempts as it takes.
    Step next(std::span<const KmcEvent> events, std::span<const Spin> sigma, const RandomStream& stream,
              std::uint64_t step) const;
    /// The species have become these by an event.
    void follow(const KmcEvent& event, std::span<const Spin> sigma);

private:
    /// phi, less m V_raw,jj for published rates.
    Eigen::VectorXd rated_quantity(std::span<const Spin> sigma) const;
    double bound(const KmcEvent& event, std::span<const Spin> sigma) const;

    const Model& model_;
    bool published_;
    double tolerance_;
    double exponent_;  ///< the largest that a bound exceeds a rate by, twice the usual
    Eigen::VectorXd rated_;
};

/// The species after an event.
std::vector<Spin> after(const KmcEvent& event, std::span<const Spin> sigma);

/// The Q of dP/dt = P Q over all 2^N states: Q[s, s'] is the rate from s to s', rows sum to zero. Bit j
/// of a state's number is 1 where site j is A. For N of about 10 or less.
Eigen::MatrixXd rate_matrix(const Model& model, const KmcParameters& kmc);

/// Number of a state in rate_matrix, and back.
std::size_t state_number(std::span<const Spin> sigma);
std::vector<Spin> state_of(std::size_t number, Site size);

}  // namespace misfit::reference
