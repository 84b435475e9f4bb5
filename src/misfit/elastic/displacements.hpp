#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "misfit/crystal/crystal.hpp"
#include "misfit/elastic/block_elimination.hpp"

namespace misfit {

/// The displacements of least elastic energy of one crystal, free or periodic, with any shell. In units of
/// the mismatch Delta: the site R is at r_R + Delta u_R. Immutable: threads share one.
class Displacements {
public:
    /// Inverts D block by block. Throws Error for a crystal that is floppy beyond rigid motions, Interrupted.
    /// O(d^3) times the sum over rows (2D) or planes (3D) of the cube of their sites.
    explicit Displacements(std::shared_ptr<const Crystal> crystal, const Watch& watch = {});

    const Crystal& crystal() const { return *crystal_; }
    /// Of memory, beside the crystal.
    std::size_t bytes() const;

    /// u = 1/2 D^+ C dsigma with dsigma = sigma - m (physics: section 1): of all that minimise the energy the
    /// one without net translation and, unless the crystal is periodic, without net rotation, [N]. O(d^2)
    /// times the sum over rows or planes of the square of their sites.
    std::vector<Vector3> operator()(std::span<const Spin> sigma) const;
    /// The same for any field in place of dsigma, [N]: u = 1/2 D^+ C field.
    std::vector<Vector3> of_field(std::span<const double> field) const;

    /// V_raw = 4 S - C^T D^-1 C of pairs of sites that are bonded or the same, epsilon = 1, before
    /// projection. O(d^3) times the sum over rows or planes of the cube of their sites, some three times the
    /// constructor.
    std::vector<double> raw_potential(std::span<const std::array<Site, 2>> pairs) const;

private:
    std::shared_ptr<const Crystal> crystal_;
    std::vector<Site> sites_;  ///< in the order of the blocks
    BlockInverse springs_;
    std::vector<std::vector<double>> rigid_motions_;  ///< orthonormal, each [d N]
};

/// sigma - m, [N].
std::vector<double> dsigma(std::span<const Spin> sigma);

/// V_raw field, epsilon = 1, [N]: the derivative of the energy of least displacements by the field, from the
/// strain of the bonds at each site. One solution of the springs.
std::vector<double> bond_forces(const Crystal& crystal, std::span<const double> field,
                                const Displacements& displacements);

/// The elastic energy of each bond, epsilon = 1, [bonds]: 2 k_b [a_b.(u_R' - u_R) - (field_R +
/// field_R')/2]^2. At the displacements of dsigma it sums to 1/2 dsigma V dsigma.
std::vector<double> bond_energies(const Crystal& crystal, std::span<const double> field,
                                  std::span<const Vector3> u);

}  // namespace misfit
