#pragma once

#include <string>

#include "manual.hpp"

namespace misfit::cli {

/// That a command has no such option, and which was meant: the one nearest to the word, or the only one that
/// it is a part of, or that is a part of it.
std::string no_such_option(const std::string& word, const CommandText& command);

}  // namespace misfit::cli
