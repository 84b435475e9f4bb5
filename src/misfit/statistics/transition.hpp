#pragma once

#include <cstddef>
#include <vector>

#include "misfit/statistics/jackknife.hpp"

namespace misfit {

/// What was sampled along a ladder of points x_0 < x_1 < ... of one parameter, once or, from several starts,
/// by several independent ladders with the same points. Sample t of ladder r at point k has the index
/// n = (k ladders + r) length + t. Within a ladder equal t means the same time: replicas that are exchanged
/// are correlated.
struct LadderSamples {
    std::vector<double> points;
    std::size_t ladders = 1;
    std::size_t length = 0;  ///< samples a point and ladder
    /// [k S + n], S = points ladders length: E at x_k / kT at x_k of sample n. It is interpolated in x
    /// between the points and must be smooth in it: x = J, epsilon, delta_mu, k_shell as they are; if kT
    /// varies, x = 1/kT, in which E/kT is linear.
    std::vector<double> reduced_energy;
    std::vector<double> q;                     ///< [n]: what tells the phases apart, f_U
    std::vector<std::vector<double>> scalars;  ///< [j][n]: what else to average

    std::size_t samples() const { return points.size() * ladders * length; }
};

struct TransitionOptions {
    std::size_t grid = 201;         ///< evenly spaced places, from the first point to the last; at least 3
    std::size_t blocks = 20;        ///< of time, a ladder; longer than the correlation time
    std::vector<double> bin_edges;  ///< of P(q), ascending; empty: no distribution
};

struct Estimate {
    double value;
    double standard_error;
};

/// A transition along the ladder, each number with the jackknife's error.
struct Transition {
    std::vector<double> x;                  ///< the grid
    Estimates q;                            ///< mean q at each x
    Estimates chi;                          ///< variance of q at each x
    std::vector<Estimates> scalars;         ///< [j]: mean of scalar j at each x
    std::vector<double> effective_samples;  ///< Kish's number at each x, as if samples were independent
    Estimate peak_place;                    ///< where chi is largest
    Estimate peak_height;                   ///< chi there
    bool peak_inside;  ///< false: chi is largest at an end of the ladder, which must be longer
    /// Density of q in each bin at peak_place; its integral is 1 if no sample is outside.
    Estimates distribution;
};

/// Edges of at most so many bins of a fraction of `sites` sites, halfway between values k / sites: every bin
/// holds equally many of these but the last, which holds the rest and is narrower by as much. So a density
/// has no peaks that come from its bins alone. Requires most >= 1.
std::vector<double> bins_of_fraction(std::size_t sites, std::size_t most);

/// Means, fluctuation, peak and distribution between the points of a ladder, from all its samples: reduced
/// energies by interpolation_weights, weights by Reweighting. The peak is the vertex of the parabola through
/// the grid's largest chi and its neighbours. chi = var(q) is too small by the squared error of q,
/// which is not added.
///
/// Errors: a jackknife that leaves out, one at a time, each block of time of each ladder, at all points
/// together, with times [b length/blocks, (b + 1) length/blocks) in block b. It solves for the free energies
/// and looks for the peak anew each time; the distribution's error is that at a fixed place.
///
/// Cost: a grid place takes one exponential a sample, shared by all blocks: without a block, weights change
/// by a factor that does not depend on x (Reweighting::Remainder). O(grid S (8 + blocks ladders (3 +
/// scalars))): about 1 s for 10 points of 5,000 samples, 20 blocks, 201 places. Memory: (blocks ladders +
/// points) S numbers.
///
/// Throws Error if the free energies are not found; whether neighbours overlap is for require_overlap to say.
/// Requires at least two points, blocks >= 2, length >= blocks.
Transition analyse_transition(const LadderSamples& samples, const TransitionOptions& options);

}  // namespace misfit
