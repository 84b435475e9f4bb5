#pragma once

#include "commands.hpp"

namespace misfit::cli {

/// What the command line asks for. Throws Error, with a message for a person, for a line that makes no sense.
Command parse_command_line(int argc, const char* const* argv);

}  // namespace misfit::cli
