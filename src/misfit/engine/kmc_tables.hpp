#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "misfit/engine/kmc_parameters.hpp"
#include "misfit/engine/rate_kernels.hpp"
#include "misfit/model/hamiltonian.hpp"

namespace misfit {

/// Throws Error for a crystal with a shell or without a surface.
void require_exchangeable(const Crystal& crystal);

/// Words of a BitSet, so that many numbers are added at once.
struct BitSetWord {
    std::uint32_t word;
    std::uint64_t mask;
};

/// What all trajectories of one model share. Arrays over sites are padded so that kernels may read
/// whole vectors.
class KmcTables {
public:
    KmcTables(const Hamiltonian& hamiltonian, const KmcParameters& parameters);

    Hamiltonian hamiltonian;
    KmcParameters parameters;
    int directions;
    std::size_t padded;  ///< N rounded up to whole groups
    std::size_t slots;   ///< of all groups, rounded up to whole nodes of their tree
    std::size_t reach;   ///< room that weights need at both ends
    double tolerance;    ///< by how much phi may move before a weight is made anew
    double margin;       ///< a rate is at most exp(margin) times what the weights say,
    double bound;        ///< which is this
    std::vector<SlotGroup> groups;
    std::vector<std::ptrdiff_t> offsets;  ///< of runs of sites, [runs][directions]
    /// Groups of slots that hold the weights of a group of sites, those of g from first_word[g] on.
    std::vector<BitSetWord> dependents;
    std::vector<std::size_t> first_word;
    std::vector<std::size_t> slot_of;  ///< slot of each site, [N]
    std::vector<Site> site_of;         ///< site of each slot; that of the last site in an empty one
    AlignedVector<double> swap;  ///< RateUpdate::swap; exp(-2 beta J) is in the factor of a nearest pair
    AlignedVector<double> self;  ///< beta V_jj
    AlignedVector<double> raw_diagonal;  ///< V_raw,jj, for published rates
    AlignedVector<double> no_row;        ///< zeros, in place of a row of V
    std::vector<Site> surface;
    AlignedVector<double> raw_row_sums;  ///< r, for published rates
    double raw_row_total = 0.0;          ///< sum of r
    /// What z_j is multiplied by at a surface site: k_ex exp(-beta delta_mu sigma/2) at sigma = -1 and +1,
    /// times exp(-margin/2), since one weight moves by half of what two do.
    std::array<double, 2> exchange_factor = {};

    double exchange_factor_of(Spin sigma) const { return exchange_factor[sigma > 0 ? 1 : 0]; }
    double& swap_factor(Site site, int direction) { return swap[swap_index(site, direction)]; }
    double swap_factor(Site site, int direction) const { return swap[swap_index(site, direction)]; }
    bool is_nearest(int direction) const {
        const auto& directions_of = hamiltonian.crystal().lattice().directions;
        return directions_of[static_cast<std::size_t>(direction % directions)].nearest;
    }
    /// J h_j.
    double ising_field(std::span<const Spin> sigma, Site site) const {
        const double J = hamiltonian.model().J;
        return J == 0.0 ? 0.0 : J * neighbor_sum(hamiltonian.crystal(), sigma, site);
    }
    /// Without an elastic term both rules are one.
    bool is_published() const { return parameters.rates == RateRule::published && hamiltonian.is_elastic(); }
    /// A row of V, or zeros where there is none.
    ElasticRow row(Site site) const {
        return hamiltonian.is_elastic() && hamiltonian.has_rows() ? hamiltonian.elastic().row(site)
                                                                  : ElasticRow{.dense = no_row.data()};
    }
    /// True if phi follows by solutions of the elastic model instead of rows of V.
    bool solves_phi() const { return !hamiltonian.has_rows(); }

private:
    void find_dependents();
    std::size_t swap_index(Site site, int direction) const {
        const std::size_t slot = slot_of[static_cast<std::size_t>(site)];
        const std::size_t group = slot / group_slots;
        return (group * static_cast<std::size_t>(directions) + static_cast<std::size_t>(direction)) *
                   group_slots +
               slot % group_slots;
    }
};

}  // namespace misfit
