#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "misfit/base/types.hpp"

namespace misfit {

/// Sites are taken in groups of this many slots, one vector or two; the last group of a run has empty slots.
inline constexpr std::size_t group_slots = 8;

/// Slots per partial sum of the rates: the choice scans blocks, then the slots of one block.
inline constexpr std::size_t rate_block = 64;

/// `size` rounded up to a multiple of `unit`.
inline std::size_t round_up(std::size_t size, std::size_t unit) { return (size + unit - 1) / unit * unit; }

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

/// Returns the largest exponent met: above `largest_exponent` the weights are not to be used. Exponents below
/// its negative count as that: a rate of 1e-304.
double update_weights(const WeightUpdate& update);
inline constexpr double largest_exponent = 700.0;

/// A run of consecutive sites whose neighbours in each direction lie at one fixed distance in the site
/// order, so that the rates of a direction are a stencil without gathers.
struct SiteRun {
    std::size_t first_site;
    std::size_t size;
    std::size_t first_group;  ///< its groups of slots follow each other
    std::size_t offsets;      ///< index of the first of its distances in RateSum::offsets, one a direction
};

/// Rates of all events, summed by site and by block. Arrays over slots are aligned; an empty slot has
/// factors of zero, and so no rate.
struct RateSum {
    std::span<const SiteRun> runs;
    const std::ptrdiff_t* offsets;
    int directions;          ///< forward bonds of a site, any number
    const double* swap;      ///< [group][direction][slot]: k_diff exp(2 beta V_ij), 0 without a neighbour
    const double* exchange;  ///< [slots]: a factor of z_j, or the rate itself
    bool exchange_is_rate;
    const double* weight;  ///< by site, signed; readable one largest distance and a group beyond both ends
    double* site_rate;     ///< out, [slots]
    double* block_rate;    ///< out, [slots / rate_block]
    std::size_t slots;     ///< a multiple of rate_block
};

/// site_rate_i = exchange + sum over forward bonds of w_ij max(0, -weight_i weight_j): the product of the
/// weights of an unlike pair is negative. Returns the total: the blocks summed in order.
double sum_rates(const RateSum& rates);

}  // namespace misfit
