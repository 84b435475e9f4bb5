#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "misfit/base/types.hpp"
#include "misfit/engine/bit_set.hpp"
#include "misfit/engine/row_update.hpp"

namespace misfit {

/// Sites are taken in groups of this many slots, one vector or two; the last group of a run has empty slots.
inline constexpr std::size_t group_slots = 8;

/// `size` rounded up to a multiple of `unit`.
inline std::size_t round_up(std::size_t size, std::size_t unit) { return (size + unit - 1) / unit * unit; }

/// What follows an event at once. A weight is made from x = phi - mean diagonal, and stays until x has moved.
struct PhiUpdate {
    RowUpdate rows;                    ///< padded to 8
    const double* diagonal = nullptr;  ///< V_raw,jj, aligned, padded
    double mean = 0.0;                 ///< m for published rates, 0 for exact ones
    const double* rated = nullptr;     ///< x when the weight was made, [N], aligned
    double tolerance = 0.0;            ///< by how much x may have moved
    std::uint32_t* stale = nullptr;    ///< out: groups of sites of which one has moved further; room for all
};

/// How many groups are stale. Corrections of floats, some 1e-8 at the two sites whose rows they are, do not
/// count.
std::size_t update_phi_and_find_stale(const PhiUpdate& update);

/// Weights of sites, a group at a time.
struct WeightUpdate {
    std::span<const std::uint32_t> groups;  ///< which
    const double* phi;                      ///< [N], aligned
    const double* diagonal;                 ///< as in PhiUpdate
    double mean;
    double beta;
    const double* sigma;  ///< +1, -1; 0 in the padding
    const double* field;  ///< what is taken from phi besides: J h
    const double* self;   ///< beta V_jj
    double* rated;        ///< out: x
    double* weight;       ///< out: sigma z, z = exp(beta sigma (x - field) - self)
};

/// Returns the largest exponent met: above `largest_exponent` the weights are not to be used. Exponents below
/// its negative count as that: a rate of 1e-304.
double update_weights(const WeightUpdate& update);
inline constexpr double largest_exponent = 700.0;

/// Slots of consecutive sites whose neighbours in each direction lie at one fixed distance in the site order,
/// so that the rates of a direction are a stencil without gathers.
struct SlotGroup {
    std::size_t first_site;
    std::size_t offsets;  ///< index of the first of its distances in RateUpdate::offsets, one a direction
};

/// Rates of all events, summed by site. Arrays over slots are aligned; an empty slot has factors of zero, and
/// so no rate.
struct RateUpdate {
    const BitSet& which;  ///< groups of slots
    const SlotGroup* groups;
    const std::ptrdiff_t* offsets;
    int directions;          ///< forward bonds of a site, any number
    const double* swap;      ///< [group][direction][slot]: k_diff exp(2 beta V_ij), 0 without a neighbour
    const double* exchange;  ///< [slots]: a factor of z_j, or the rate itself
    bool exchange_is_rate;
    const double* weight;  ///< by site, signed; readable one largest distance and a group beyond both ends
    double* site_rate;     ///< out, [slots]
};

/// site_rate_i = exchange + sum over forward bonds of w_ij max(0, -weight_i weight_j): the product of the
/// weights of an unlike pair is negative.
void update_rates(const RateUpdate& update);

/// Children of a node of a tree of sums.
inline constexpr std::size_t node_children = 64;

/// sums[k] = the sum of the 64 values from 64 k on, for each k of `which`.
void sum_nodes(const BitSet& which, const double* values, double* sums);

/// Where `target` falls among 64 values laid end to end: the index of the value, and target becomes what is
/// left of it within that value. Where rounding runs it off the end: the last value above 0, all of it.
std::size_t find_in_node(const double* values, double& target);

}  // namespace misfit
