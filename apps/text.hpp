#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace misfit::cli {

/// "under 0.01 s", "0.4 s", "12 s", "3 min 20 s", "2 h 5 min", "3 d 4 h".
std::string duration(double seconds);

/// Of an estimate: "about 12 s".
std::string about(double seconds);

/// Mean and standard error as one number: 0.61775(16) for 0.617748 +- 0.000158. The error has two digits.
/// A NaN error (one trajectory) is left out.
std::string with_error(double mean, double standard_error);

/// A count for people: "1642", "2.02 million".
std::string count_text(double count);

/// How many there are of something: "1 thread", "3 trajectories".
std::string counted(std::uint64_t count, std::string_view word);

/// A table of texts, each column as wide as it must be, aligned to the right.
std::string table_text(const std::vector<std::vector<std::string>>& rows);

/// A field of a table of comma-separated values, in quotes if it holds a comma.
std::string csv_text(const std::string& value);

/// A word of a command line, in quotes if a shell would take it apart.
std::string shell_word(std::string_view word);

}  // namespace misfit::cli
