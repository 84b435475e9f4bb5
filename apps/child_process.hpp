#pragma once

#include <string>
#include <vector>

namespace misfit::cli {

/// Runs `python -m misfit ARGUMENTS` with the package that belongs to this program first on PYTHONPATH;
/// no shell in between. MISFIT_PYTHON names another interpreter. Returns its exit status.
/// Throws Error if it cannot be started or was killed.
int run_python(const std::vector<std::string>& arguments);

}  // namespace misfit::cli
