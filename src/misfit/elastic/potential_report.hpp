#pragma once

#include "misfit/elastic/potential.hpp"

namespace misfit {

/// What one checks about a potential V, in units of epsilon.
struct PotentialReport {
    Site size = 0;                 ///< N
    double asymmetry = 0.0;        ///< max |V_ij - V_ji|
    double largest_row_sum = 0.0;  ///< max |sum_j V_ij|
    double trace = 0.0;
    bool has_eigenvalues = false;  ///< the following are filled in
    double smallest_eigenvalue = 0.0;
    double smallest_nonzero_eigenvalue = 0.0;
    double largest_eigenvalue = 0.0;
    Site zero_eigenvalues = 0;  ///< how many lie within 1e-9 times the largest of zero
};

/// O(N^2); with eigenvalues O(N^3), half a second for N = 721 and a minute for N = 3,000.
PotentialReport report_potential(const Potential& potential, bool eigenvalues);

}  // namespace misfit
