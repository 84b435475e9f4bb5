#include "allowed.hpp"

#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace misfit::cli {

std::string above_zero(const std::string& given) {
    double number = 0.0;
    const char* const end = given.data() + given.size();
    const auto [read_to, failure] = std::from_chars(given.data(), end, number);
    if (failure == std::errc{} && read_to == end && number > 0.0 && std::isfinite(number)) return "";
    return fmt::format("{}: must be a number above 0", given);
}

}  // namespace misfit::cli
