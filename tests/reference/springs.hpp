#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "misfit/crystal/crystal.hpp"

/// The obvious slow way, written from the physics page alone: the oracle of the tests. It shares only
/// plain types and the sites of a Crystal with the library; springs are found again from positions.
namespace misfit::reference {

/// One spring, found from the distance of its ends.
struct Spring {
    Site first;  ///< the lower site
    Site second;
    Vector3 unit;      ///< from first to second
    double stiffness;  ///< k_shell between two shell sites, otherwise 1; times k2 unless nearest
    bool nearest;      ///< ends at distance 1
    double mismatch;   ///< m
};

/// Every pair at a distance at which its lattice has bonds, once, ascending; in a periodic crystal the
/// distance to the nearest image counts. O(N^2).
std::vector<Spring> springs(const Crystal& crystal);

/// V = 4 S - C^T D^+ C before projection, S of k m^2/4, C of k m a, [N, N], epsilon = 1. O(N^3).
Eigen::MatrixXd raw_potential(const Crystal& crystal);

/// V <- P V P, P = 1 - 11^T/N.
Eigen::MatrixXd projected(const Eigen::MatrixXd& matrix);

/// min over u of 2 sum_b k_b [a_b.(u_R' - u_R) - m_b (dsigma_R + dsigma_R')/2]^2, by least squares; uses
/// neither V nor D. epsilon = 1. O(B (dN)^2).
double minimal_spring_energy(const Crystal& crystal, std::span<const Spin> sigma);

}  // namespace misfit::reference
