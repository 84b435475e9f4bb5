#pragma once

#include <span>
#include <vector>

#include "misfit/model/hamiltonian.hpp"

namespace misfit::selfcheck {

/// A crystal as masses and springs, found anew from the distances of its sites: energies without V, and
/// without the bonds and the eliminations that V is made of.
class Springs {
public:
    /// Of a free crystal. O(N^2).
    explicit Springs(const Crystal& crystal);

    /// min over u of 2 sum_b k_b [a_b.(u_R' - u_R) - m_b (dsigma_R + dsigma_R')/2]^2, by conjugate gradients
    /// on the normal equations; epsilon = 1. O(N^2) or so.
    double relaxed_energy(std::span<const Spin> sigma) const;
    /// E (physics: Eq. 3) with that as its elastic part.
    double energy(const ModelParameters& model, std::span<const Spin> sigma) const;

private:
    struct Spring {
        std::size_t first;
        std::size_t second;
        Vector3 unit;  ///< from first to second
        double stiffness;
        double mismatch;
        bool nearest;
    };
    /// Elongation of a spring under displacements.
    static double stretch(const Spring& spring, std::span<const Vector3> u);
    /// Adds to the forces what a tension of the spring pulls its ends with.
    static void pull(const Spring& spring, double tension, std::span<Vector3> forces);

    std::size_t size_;
    std::vector<Spring> springs_;
};

}  // namespace misfit::selfcheck
