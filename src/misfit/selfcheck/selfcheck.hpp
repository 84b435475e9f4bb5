#pragma once

#include <functional>
#include <string>
#include <vector>

#include "misfit/selfcheck/finding.hpp"

namespace misfit::selfcheck {

/// Some rows of the table.
struct Check {
    std::string name;
    std::function<std::vector<Finding>()> run;
};

/// All checks, in the order of the table; under a minute on two processors.
const std::vector<Check>& all_checks();

/// Its findings; an exception of whatever kind is one that fails.
std::vector<Finding> findings_of(const Check& check);

}  // namespace misfit::selfcheck
