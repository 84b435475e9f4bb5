#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "misfit/base/error.hpp"
#include "misfit/run/spec.hpp"

namespace misfit {
namespace {

struct Template {
    const char* name;
    const char* text;
};

constexpr std::array templates = {
    Template{"exchange", R"toml(# Ion exchange of a lattice-mismatched nanocrystal: Fig. 4D of Frechette, Dellago and Geissler,
# PNAS 118, e2114551118 (2021). The crystal starts as pure A; its surroundings hold B.
# Every key, its range and its default: misfit keys

[crystal]
shape = "hexagon"            # of the triangular lattice
side = 16                    # sites on each edge: N = 3 side (side - 1) + 1 = 721

[model]                      # energies in units of epsilon
kT = 0.2                     # thermal energy
epsilon = 1.0                # elastic energy scale of the mismatch; 0 leaves it out
J = 0.0                      # Ising coupling; above 0 like species attract
delta_mu = -20.0             # below 0: drives A out and B in

[kmc]                        # times in units of 1/k0
t_end = 400.0                # a trajectory ends here at the latest,
stop_at_composition = 0.0    # or when the fraction of A has come down to this
exchange_rate = 1.0          # bare rate at a surface site
diffusion_rate = 1.0         # bare rate of a swap of neighbours
rates = "exact"              # or "published": the self-term of the paper's own program

[ensemble]
trajectories = 100
seed = 2021

[record.scalars]             # when composition, energies and phase fractions are measured
linear = 401                 # evenly from 0 to t_end,
logarithmic = 200            # and evenly in log t from log_start to t_end
log_start = 1e-24

[record.sigma]               # when the species of every site is kept
linear = 101
logarithmic = 50
log_start = 1e-24
times = [0.1, 1.0, 2.98, 10.0, 25.6, 74.8, 150.0]
)toml"},
    Template{"exchange-3d", R"toml(# Ion exchange of a cube of the simple cubic lattice, 12 sites an edge, 18 springs a site.
# Frechette, Dellago and Geissler, PNAS 118, e2114551118 (2021). The crystal starts as pure A.
# Every key, its range and its default: misfit keys

[crystal]
shape = "box"                # of the simple cubic lattice
size = [12, 12, 12]          # sites along x, y and z

[model]                      # energies in units of epsilon
kT = 1.5
epsilon = 1.0
delta_mu = -200.0            # below 0: drives A out and B in

[kmc]                        # times in units of 1/k0
t_end = 5.0
stop_at_composition = 0.0    # a trajectory ends when no A is left

[ensemble]
trajectories = 20
seed = 2021

[record.scalars]             # when composition, energies and phase fractions are measured
linear = 201
logarithmic = 321            # ten a decade; the first exchanges come at about 2e-31
log_start = 1e-32

[record.sigma]               # when the species of every site is kept
linear = 51
logarithmic = 65
log_start = 1e-32
times = [0.01, 0.1, 1.0]
)toml"},
    Template{"ising", R"toml(# The same exchange without elasticity: like neighbours attract (Ising) and a sharp front moves inwards.
# Frechette, Dellago and Geissler, PNAS 118, e2114551118 (2021). Every key: misfit keys

[crystal]
shape = "hexagon"
side = 10                    # N = 271

[model]                      # energies in units of J
kT = 2.0                     # the triangular lattice orders below 4/ln 3 = 3.64
epsilon = 0.0                # no elastic energy
J = 1.0
delta_mu = -10.0

[kmc]                        # times in units of 1/k0
t_end = 3000.0
stop_at_composition = 0.0    # a trajectory ends when no A is left

[ensemble]
trajectories = 100
seed = 2021

[record.scalars]             # when composition, energies and phase fractions are measured
linear = 401
logarithmic = 100
log_start = 1e-6

[record.sigma]               # when the species of every site is kept
linear = 101
logarithmic = 0
log_start = 1e-6
)toml"},
    Template{"noninteracting", R"toml(# Exchange of ions that do not interact: only the surface slows them. The composition follows a linear
# equation: c = 0.60078 at t = 1 and 0.16315 at t = 10. Every key: misfit keys

[crystal]
shape = "hexagon"
side = 10                    # N = 271

[model]
kT = 1.0
epsilon = 0.0
J = 0.0
delta_mu = -10.0

[kmc]                        # times in units of 1/k0
t_end = 60.0

[ensemble]
trajectories = 100
seed = 2021

[record.scalars]
linear = 241
logarithmic = 100
log_start = 1e-6
times = [0.01, 1.0, 5.0, 10.0, 20.0, 30.0]

[record.sigma]
linear = 61
logarithmic = 0
log_start = 1e-6
)toml"},
};

}  // namespace

std::string template_input(std::string_view name) {
    for (const Template& each : templates)
        if (name == each.name) return each.text;
    throw Error(fmt::format("no template is called \"{}\"; there are: {}", name, fmt::join(template_names(), ", ")));
}

std::vector<std::string> template_names() {
    std::vector<std::string> names;
    for (const Template& each : templates) names.emplace_back(each.name);
    return names;
}

}  // namespace misfit
