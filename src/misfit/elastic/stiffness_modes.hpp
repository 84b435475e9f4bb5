#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "misfit/base/types.hpp"
#include "misfit/crystal/crystal.hpp"

namespace misfit {

/// How the potential V of a crystal with a shell depends on the shell's stiffness k, exactly and for all k >
/// 0:
///
///     V(k) = V(1) + 4 sum_a h_a(k) q_a q_a^T,    h_a(k) = (k - 1)/(1 + (k - 1) mu_a).
///
/// With all bonds soft and D, C as in the physics page, let row b of B_s be sqrt(k_b) times the stretch
/// a_b.(u_R' - u_R) of a bond b between two shell sites, and e = Q dsigma what is left of its mismatch,
/// Q = B_s D^-1 C/2 - T, (T dsigma)_b = sqrt(k_b) m_b (dsigma_R + dsigma_R')/2. Stiffening these bonds adds
/// min over w of 2 [w^T D w + (k - 1) |e + B_s w|^2] = 2 e^T [1/(k - 1) + M]^-1 e to E, M = B_s D^-1 B_s^T.
/// mu_a are the eigenvalues of M, between 0 and 1, and q_a the rows of Q in the basis of its eigenvectors,
/// projected like V, so that q_a . dsigma = q_a . sigma. Immutable.
class StiffnessModes {
public:
    /// The stiffness of the crystal's own shell does not matter. Throws Error for a crystal without a shell.
    /// With n bonds between shell sites: O((N + n)^2 d N + n^3) time, (N + n)^2 doubles of memory meanwhile.
    /// The bits do not depend on the number of threads.
    explicit StiffnessModes(const Crystal& crystal, int threads = 1);

    /// How many modes there are: those of the n bonds that couple to sigma at all.
    std::size_t size() const { return mu_.size(); }

    /// y_a = q_a . sigma, [size()]. O(size N).
    void amplitudes(std::span<const Spin> sigma, std::span<double> out) const;
    /// Elastic energy of the same species with stiffness `to` less that with stiffness `from`, epsilon = 1:
    /// 2 sum_a [h_a(to) - h_a(from)] y_a^2. Both are above 0. O(size).
    double energy_change(std::span<const double> amplitudes, double from, double to) const;
    /// Adds [V(to) - V(from)] dsigma, epsilon = 1, to phi, [N]. O(size N).
    void change_phi(std::span<const double> amplitudes, double from, double to, std::span<double> phi) const;

private:
    std::span<const double> row(std::size_t site) const {
        return std::span<const double>(q_).subspan(site * size(), size());
    }

    std::size_t sites_;       ///< N
    std::vector<double> mu_;  ///< eigenvalues of M, [size()]
    std::vector<double> q_;   ///< q_a of all modes at one site, then at the next, [N, size()]
};

}  // namespace misfit
