#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace misfit::cli {

/// Runs `python -m misfit ARGUMENTS` with the package that belongs to this program first on PYTHONPATH;
/// no shell in between. MISFIT_PYTHON names another interpreter. Returns its exit status. An interrupt from
/// the terminal is left to it: it may have work to save. Throws Error if it cannot be started or was killed.
int run_python(const std::vector<std::string>& arguments);

/// The file of the program that runs.
std::filesystem::path this_program();

}  // namespace misfit::cli
