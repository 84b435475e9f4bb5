#include "misfit/engine/kmc_parameters.hpp"

namespace misfit {

void KmcParameters::validate() const {
    require_in(t_end_range, "t_end", t_end);
    if (!(stop_at_composition < 0.0))
        require_in(stop_at_composition_range, "stop_at_composition", stop_at_composition);
    require_in(rate_range, "exchange_rate", exchange_rate);
    require_in(rate_range, "diffusion_rate", diffusion_rate);
}

}  // namespace misfit
