#include "misfit/engine/kmc_parameters.hpp"

namespace misfit {

void KmcParameters::validate() const {
    require_in(t_end_range, "t_end", t_end);
    if (!(stop_at_composition < 0.0))
        require_in(stop_at_composition_range, "stop_at_composition", stop_at_composition);
    require_in(rate_range, "exchange_rate", exchange_rate);
    require_in(rate_range, "diffusion_rate", diffusion_rate);
}

bool have_one_law(const KmcParameters& a, const KmcParameters& b) {
    return a.exchange_rate == b.exchange_rate && a.diffusion_rate == b.diffusion_rate && a.rates == b.rates &&
           a.swaps == b.swaps;
}

}  // namespace misfit
