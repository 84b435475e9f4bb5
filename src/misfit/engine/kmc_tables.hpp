#pragma once

#include <array>
#include <vector>

#include "misfit/engine/kmc_parameters.hpp"
#include "misfit/engine/rate_kernels.hpp"
#include "misfit/model/hamiltonian.hpp"

namespace misfit {

/// Throws Error for a crystal with a shell or without a surface.
void require_exchangeable(const Crystal& crystal);

/// What all trajectories of one model share. Arrays over sites are padded so that kernels may read
/// whole vectors.
class KmcTables {
public:
    KmcTables(const Hamiltonian& hamiltonian, const KmcParameters& parameters);

    Hamiltonian hamiltonian;
    KmcParameters parameters;
    int directions;
    std::size_t padded;  ///< N rounded up to whole groups
    std::size_t slots;   ///< of all groups, rounded up to whole blocks
    std::size_t reach;   ///< room that weights need at both ends
    std::vector<SiteRun> runs;
    std::vector<std::ptrdiff_t> offsets;  ///< [runs][directions]
    std::vector<std::size_t> slot_of;     ///< slot of each site, [N]
    std::vector<Site> site_of;            ///< site of each slot; that of the last site in an empty one
    AlignedVector<double> swap;          ///< RateSum::swap; exp(-2 beta J) is in the factor of a nearest pair
    AlignedVector<double> self;          ///< beta V_jj
    AlignedVector<double> raw_diagonal;  ///< V_raw,jj, for published rates
    AlignedVector<double> no_row;        ///< zeros, in place of a row of V
    std::vector<Site> surface;
    double raw_row_total = 0.0;  ///< sum of r
    /// k_ex exp(-beta delta_mu sigma/2) at sigma = -1 and +1: what z_j is multiplied by at a surface site.
    std::array<double, 2> exchange_factor = {};

    double exchange_factor_of(Spin sigma) const { return exchange_factor[sigma > 0 ? 1 : 0]; }
    double& swap_factor(Site site, int direction) { return swap[swap_index(site, direction)]; }
    double swap_factor(Site site, int direction) const { return swap[swap_index(site, direction)]; }
    bool is_published() const { return parameters.rates == RateRule::published; }
    /// A row of V, or zeros where there is none.
    const double* row(Site site) const {
        const Potential* V = hamiltonian.matrix();
        return V != nullptr ? V->row(site).data() : no_row.data();
    }
    /// True if phi follows by solutions of the elastic model instead of rows of V.
    bool solves_phi() const { return hamiltonian.is_elastic() && hamiltonian.matrix() == nullptr; }

private:
    std::size_t swap_index(Site site, int direction) const {
        const std::size_t slot = slot_of[static_cast<std::size_t>(site)];
        const std::size_t group = slot / group_slots;
        return (group * static_cast<std::size_t>(directions) + static_cast<std::size_t>(direction)) *
                   group_slots +
               slot % group_slots;
    }
};

}  // namespace misfit
