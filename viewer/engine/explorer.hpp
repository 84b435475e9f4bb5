#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "misfit/crystal/arrangement.hpp"
#include "misfit/crystal/shapes.hpp"
#include "misfit/elastic/displacements.hpp"
#include "misfit/engine/kmc.hpp"
#include "misfit/engine/monte_carlo.hpp"
#include "misfit/measure/phases.hpp"
#include "misfit/measure/strain.hpp"
#include "misfit/model/hamiltonian.hpp"

namespace misfit {

/// What is measured of the present state.
struct Scalars {
    double time = 0.0;      ///< in units of 1/k0, since the restart
    double stage = 0.0;     ///< how often the random numbers have begun anew
    double events = 0.0;    ///< of kinetic Monte Carlo since the restart
    double attempts = 0.0;  ///< of equilibrium Monte Carlo since the restart
    double accepted = 0.0;  ///< of these
    double composition = 0.0;
    double core_composition = 0.0;
    double elastic = 0.0;  ///< energy by term
    double ising = 0.0;
    double chemical = 0.0;
    double f_U1 = 0.0;  ///< fractions of interior sites
    double f_S1 = 0.0;
    double f_S2 = 0.0;
    double f_U2 = 0.0;
    double f_unclassified = 0.0;
    double phi_deviation = 0.0;  ///< State::phi_deviation
};

/// One crystal to play with: kinetic Monte Carlo and equilibrium Monte Carlo in turn, while constants of the
/// model change and sites are painted.
///
/// It is set up as trajectory 0 of a run is, and goes the same way: same events for the same seed. Whatever
/// is changed by hand begins a stage, as the stages of a run do: the next event is drawn from random numbers
/// of the stage's own, counted from its beginning, so that no waiting time that was already looked at is used
/// again.
class Explorer {
public:
    /// Builds the crystal; all A but the shell, epsilon = 0. Throws Error for a crystal that cannot be, or of
    /// more than most_sites. O(N log N).
    Explorer(const CrystalParameters& shape, const Shell& shell, std::uint64_t seed);
    static constexpr std::int64_t most_sites = 5000;

    const Crystal& crystal() const { return *crystal_; }
    const State& state() const { return state_; }
    const Hamiltonian& hamiltonian() const { return hamiltonian_; }

    /// Changes constants of the model; V is built when it is first needed. Throws Error for what cannot be,
    /// and leaves all as it was. O(N^2), with V once O(N^3).
    void set_model(const ModelParameters& model);
    /// Changes the rates of kinetic Monte Carlo. Throws Error for what cannot be, and leaves all as it was.
    /// O(N z).
    void set_kmc(const KmcParameters& kmc);

    /// From the start again, all A but the shell, with V and all constants kept. O(N^2).
    void restart(std::uint64_t seed);
    /// Other species, [N]. Throws Error unless all are +1 or -1, and -1 in the shell. O(N^2).
    void set_sigma(std::span<const Spin> sigma);
    /// floor(c N_core) sites of the core are A, as arranged. Throws Error unless 0 <= c <= 1. O(N^2).
    void arrange(Arrangement arrangement, double composition);
    /// Turns one site of the core. Throws Error for another site. O(N).
    void flip(Site site);

    /// Kmc::advance; `until` counts from the restart. Throws Error for a crystal with a shell. O(N) an event.
    Stop advance(double until, std::uint64_t budget);
    /// MonteCarlo::advance: swaps of any two core sites. O(1) an attempt that is rejected, O(N) one accepted.
    void attempt(std::uint64_t attempts);
    /// The same until one is accepted, at most so many; whether one was. O(N) an attempt.
    bool attempt_until_accepted(std::uint64_t most);

    /// O(N z).
    Scalars measure() const;
    /// Local deviations of area (3D: volume) over all sites; how far those of interior sites spread, NaN if
    /// there are none. Throws Error unless 0 < mismatch <= 0.5, and for a floppy crystal. O(N sqrt(N)), once
    /// O(N^2).
    DeviationSpread deviate(double mismatch);
    /// Those of the last deviate(), [N]; empty before.
    std::span<const double> deviations() const { return deviations_; }

private:
    /// What comes is not what random numbers seen so far foretold.
    void begin_stage();
    void adopt(const Hamiltonian& hamiltonian, const KmcParameters& kmc);

    std::shared_ptr<const Crystal> crystal_;
    std::shared_ptr<const Potential> potential_;  ///< null until it is needed
    Hamiltonian hamiltonian_;
    KmcParameters kmc_parameters_;
    std::unique_ptr<Kmc> kmc_;                            ///< null in a crystal with a shell
    std::unique_ptr<MonteCarlo> monte_carlo_;             ///< null until it is needed
    std::shared_ptr<const Displacements> displacements_;  ///< likewise
    PhaseClassifier classifier_;
    double core_size_;
    State state_;
    double stage_start_ = 0.0;  ///< when the present stage began
    double clock_ = 0.0;        ///< how far time has come: the last event, or later
    double attempts_ = 0.0;
    bool is_fresh_ = true;  ///< no random number of this stage has been used
    std::vector<double> deviations_;
};

}  // namespace misfit
