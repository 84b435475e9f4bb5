#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "misfit/model/hamiltonian.hpp"
#include "misfit/model/state.hpp"

namespace misfit {

/// What one attempt of equilibrium Monte Carlo proposes, in the core.
enum class Moves {
    nonlocal_swap,  ///< two different sites anywhere: canonical (Kawasaki), fixed composition
    local_swap,     ///< a site and one of its bonded neighbours: canonical
    flip,           ///< the species of one site: semi-grand, composition free at the given delta_mu
};
inline constexpr std::array<const char*, 3> move_words = {"nonlocal_swap", "local_swap", "flip"};

/// What all chains of one Hamiltonian share: core sites and bounds on V. Immutable.
class MonteCarloTables;

/// Metropolis Monte Carlo (paper: Eq. 15) of the core; the shell's species stay. Proposals are symmetric,
/// a change of energy dE is accepted with min(1, exp(-beta dE)), so the stationary law is exp(-beta E) over
/// the states that the moves reach. Attempt number n takes its random numbers from step n of its stream.
///
/// A sweep is as many attempts as the core has sites; pairs of like species count. Attempts are looked at
/// many at a time against a bound on dE: what is rejected by it never touches V. phi is kept up to date by
/// accepted moves and computed afresh on a schedule.
class MonteCarlo {
public:
    /// Builds the tables. O(N), with nonlocal swaps O(N^2), once a Hamiltonian. Throws Error for a core of
    /// fewer than two sites, and for nonlocal swaps with a model of V that is no matrix: they need V_ij of
    /// any pair.
    MonteCarlo(const Hamiltonian& hamiltonian, Moves moves);
    /// Another engine over the same tables, for another thread.
    MonteCarlo(const MonteCarlo& other);
    MonteCarlo& operator=(const MonteCarlo&) = delete;
    ~MonteCarlo();

    /// Makes so many attempts; state.step counts them, state.events those accepted. Where calls are cut does
    /// not change the chain. An attempt is O(1) when rejected and O(N) when accepted.
    void advance(State& state, std::uint64_t attempts);

    const Hamiltonian& hamiltonian() const;
    Moves moves() const;
    /// Attempts of one sweep: the number of core sites.
    Site core_size() const;

private:
    struct Workspace;
    std::shared_ptr<const MonteCarloTables> tables_;
    std::unique_ptr<Workspace> workspace_;
};

}  // namespace misfit
