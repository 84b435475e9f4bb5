#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace misfit::cli {

/// Runs `python -m misfit ARGUMENTS` with the package that belongs to this program first on PYTHONPATH;
/// no shell in between. MISFIT_PYTHON names another interpreter. Returns its exit status. An interrupt from
/// the terminal is left to it: it may have work to save. Throws Error if it cannot be started or was killed.
int run_python(const std::vector<std::string>& arguments);

/// A record's file for Python; with the folder that messages are to name, if the file was assembled from what
/// a run there has finished.
std::vector<std::string> record_words(const std::filesystem::path& file, const std::filesystem::path& given);

/// The file of the program that runs.
std::filesystem::path this_program();

}  // namespace misfit::cli
