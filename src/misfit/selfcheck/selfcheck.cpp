#include "misfit/selfcheck/selfcheck.hpp"

#include <exception>

#include "misfit/selfcheck/energy_checks.hpp"
#include "misfit/selfcheck/kernel_checks.hpp"
#include "misfit/selfcheck/potential_checks.hpp"
#include "misfit/selfcheck/resume_checks.hpp"
#include "misfit/selfcheck/seven_sites_checks.hpp"
#include "misfit/selfcheck/timing_checks.hpp"

namespace misfit::selfcheck {

const std::vector<Check>& all_checks() {
    static const std::vector<Check> checks = {
        {"exact identities of the potential", check_potentials},
        {"energies against relaxed springs", [] { return check_energies(); }},
        {"all 128 states of seven sites", [] { return check_enumeration(seven_sites_hamiltonian()); }},
        {"simulations against the exact laws of seven sites",
         [] { return check_laws(seven_sites_hamiltonian()); }},
        {"vector instructions of this processor", check_kernels},
        {"interrupting and resuming", check_resuming},
        {"time against this machine's limit", check_timing},
    };
    return checks;
}

std::vector<Finding> findings_of(const Check& check) {
    try {
        return check.run();
    } catch (const std::exception& error) {
        return {{check.name, error.what(), "no error", Verdict::fail}};
    }
}

}  // namespace misfit::selfcheck
