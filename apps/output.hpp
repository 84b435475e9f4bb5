#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>

namespace misfit::cli {

/// Has `write` put a command's result into a file, or into standard output if `file` is empty. Throws Error
/// that names it if it cannot be written whole.
void write_output(const std::filesystem::path& file, const std::function<void(std::ostream&)>& write);

}  // namespace misfit::cli
