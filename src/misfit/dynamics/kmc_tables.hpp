#pragma once

#include <vector>

#include "misfit/dynamics/kmc.hpp"
#include "misfit/dynamics/rate_kernels.hpp"

namespace misfit {

/// What all trajectories of one model share. Arrays over sites are padded so that kernels may read
/// whole vectors.
class KmcTables {
public:
    KmcTables(const Hamiltonian& hamiltonian, const KmcParameters& parameters);

    Hamiltonian hamiltonian;
    KmcParameters parameters;
    int directions;
    std::size_t padded;  ///< N rounded up to whole blocks and one vector more
    std::size_t reach;   ///< largest distance in the site order to a bonded site, padded
    std::vector<SiteRun> runs;
    std::vector<std::ptrdiff_t> offsets;  ///< [runs][directions]
    AlignedVector<double>
        swap;  ///< [directions][padded]: k_diff exp(2 beta V_ij) (exp(-2 beta J) if nearest)
    AlignedVector<double> self;          ///< beta V_jj
    AlignedVector<double> raw_diagonal;  ///< V_raw,jj, for published rates
    AlignedVector<double> no_row;        ///< zeros, in place of a row of V
    std::vector<Site> surface;
    double raw_row_total = 0.0;  ///< sum of r
    /// k_ex exp(-beta delta_mu sigma/2) at sigma = -1 and +1: what z_j is multiplied by at a surface site.
    std::array<double, 2> exchange_factor = {};

    double exchange_factor_of(Spin sigma) const { return exchange_factor[sigma > 0 ? 1 : 0]; }
    bool is_published() const { return parameters.rates == RateRule::published; }
    const double* row(Site site) const {
        return hamiltonian.is_elastic() ? hamiltonian.potential().row(site).data() : no_row.data();
    }
};

}  // namespace misfit
