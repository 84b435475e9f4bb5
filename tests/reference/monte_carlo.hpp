#pragma once

#include <cstdint>
#include <vector>

#include "misfit/engine/monte_carlo.hpp"
#include "reference/energy.hpp"

namespace misfit::reference {

/// What attempt n of a chain proposes. It takes words 2n and 2n + 1 of the stream: the upper half of the
/// first picks a core site, the lower half another one, or a direction.
struct Attempt {
    Site first;
    Site second;     ///< -1 for a flip, and where the crystal ends
    double uniform;  ///< of the acceptance
};
Attempt attempt(const Crystal& crystal, Moves moves, const RandomStream& random, std::uint64_t n);

/// The species that an attempt proposes; those of now if it proposes nothing: like species, a shell site.
std::vector<Spin> proposed(const Crystal& crystal, const Attempt& attempt, std::span<const Spin> sigma);

/// min(1, exp(-(E' - E)/kT)), energies by double sums. O(N^2).
double acceptance(const Model& model, std::span<const Spin> now, std::span<const Spin> proposed);

/// Makes attempt n; true if it changed sigma. O(N^2).
bool make_attempt(const Model& model, Moves moves, const RandomStream& random, std::uint64_t n,
                  std::vector<Spin>& sigma);

/// A law over the states that a core comes to from one of them, and how fast a chain forgets its start.
struct Equilibrium {
    std::vector<std::vector<Spin>> states;
    std::vector<double> probability;  ///< exp(-E/kT)/Z
    double relaxation = 0.0;          ///< attempts after which what is left of the start has fallen to 1/e
    /// Index of a state; states.size() if it is none of them.
    std::size_t index_of(std::span<const Spin> sigma) const;
};

/// All states that the moves reach from `start`, by the energies of the model; the relaxation from the matrix
/// of acceptances. For some hundred states.
Equilibrium equilibrium(const Model& model, Moves moves, std::span<const Spin> start);

}  // namespace misfit::reference
