#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "misfit/base/types.hpp"

namespace misfit {

/// Sites per partial sum of the rates: the choice scans blocks, then the sites of one block.
inline constexpr std::size_t rate_block = 64;

/// `size` rounded up to whole blocks.
inline std::size_t padded_to_blocks(std::size_t size) {
    return (size + rate_block - 1) / rate_block * rate_block;
}

/// What follows an event: phi += coefficient_1 row_1 + coefficient_2 row_2, then the weights from it.
struct WeightUpdate {
    std::size_t size;     ///< N
    double* phi;          ///< [N], aligned
    const double* row_1;  ///< rows of V, aligned, padded to 8
    const double* row_2;
    double coefficient_1;
    double coefficient_2;
    double beta;
    const double* sigma;  ///< +1, -1; 0 in the padding
    const double* field;  ///< what is taken from phi: J h, and m V_raw,jj for published rates
    const double* self;   ///< beta V_jj
    double* weight;       ///< out: sigma z, z = exp(beta sigma (phi - field) - self)
};

/// Returns the largest exponent met: above `largest_exponent` the weights are not to be used.
double update_weights(const WeightUpdate& update);
inline constexpr double largest_exponent = 700.0;

/// A run of consecutive sites whose neighbours in each direction lie at one fixed distance in the site
/// order, so that the rates of a direction are a stencil without gathers.
struct SiteRun {
    std::size_t begin;
    std::size_t size;
    std::size_t offsets;  ///< index of the first of its distances in RateSum::offsets, one a direction
};

/// Rates of all events, summed by site and by block.
struct RateSum {
    std::span<const SiteRun> runs;
    const std::ptrdiff_t* offsets;
    int directions;      ///< 3 or 9
    const double* swap;  ///< [direction][swap_stride]: k_diff exp(2 beta V_ij), 0 without a neighbour
    std::size_t swap_stride;
    const double* exchange;  ///< [N]: a factor of z_j, or the rate itself
    bool exchange_is_rate;
    const double* weight;  ///< signed weights, readable one largest distance beyond both ends
    double* site_rate;     ///< out, padded to blocks and by one vector more
    double* block_rate;    ///< out, one a block
    std::size_t size;      ///< N
};

/// site_rate_i = exchange + sum over forward bonds of w_ij max(0, -weight_i weight_j): the product of the
/// weights of an unlike pair is negative. Returns the total: the blocks summed in order.
double sum_rates(const RateSum& rates);

}  // namespace misfit
