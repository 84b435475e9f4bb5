#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "misfit/elastic/stiffness_modes.hpp"
#include "misfit/model/hamiltonian.hpp"
#include "misfit/model/state.hpp"

namespace misfit {

/// Hamiltonians of one core, in a row: its neighbours exchange species. They may differ in any constant of
/// the model, in the shell's stiffness or in its layers. Immutable.
class HamiltonianLadder {
public:
    /// `shell_species` is that of every shell site. Throws Error unless there is a point and all have the
    /// same core.
    HamiltonianLadder(std::vector<Hamiltonian> points, Spin shell_species);

    std::size_t size() const { return points_.size(); }
    const Hamiltonian& operator[](std::size_t point) const { return points_[point]; }

    /// beta_j E_j of the species of `state`, which stands at point `at`, for every point j: [size()].
    /// O(N z) where constants of the model differ, O(N n_s) for stiffness with n_s stiff bonds, otherwise
    /// O(N^2) a point.
    void reduced_energies(std::size_t at, const State& state, std::span<double> out) const;

    /// Exchanges the species of the cores of two states, at points i and j, and brings phi up to date. What
    /// else a state holds (step, random numbers, counts) stays with its point.
    void exchange(std::size_t i, State& at_i, std::size_t j, State& at_j) const;

private:
    /// What the points share decides how energies at other points are had.
    enum class Common { potential, stiffness_modes, core };

    AlignedVector<double> phi_at(std::size_t from, std::size_t to, const State& state,
                                 std::span<const Spin> sigma) const;
    std::vector<Spin> core_of(std::size_t from, std::size_t to, const State& state) const;

    std::vector<Hamiltonian> points_;
    Spin shell_species_;
    std::vector<std::vector<Site>> cores_;
    Common common_ = Common::potential;
    std::shared_ptr<const StiffnessModes> modes_;
};

/// ln of the ratio of the probabilities before and after two replicas exchange, which is accepted with
/// probability min(1, exp(-result)): u_i(j) + u_j(i) - u_i(i) - u_j(j), where u_i(j) is the reduced energy at
/// point i of the species that stand at point j.
double exchange_cost(std::span<const double> energies_of_i, std::size_t i,
                     std::span<const double> energies_of_j, std::size_t j);

}  // namespace misfit
