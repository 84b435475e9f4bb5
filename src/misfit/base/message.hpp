#pragma once

#include <span>
#include <string>
#include <string_view>

namespace misfit {

/// A list as far as it helps in a message: "0.1, 0.2 and 2998 more"; whole if it has not many items.
std::string listed(std::span<const std::string> items, std::string_view between = ", ");

/// A text as far as it helps in a message: as it is, or its beginning and " ...".
std::string shortened(std::string_view text);

}  // namespace misfit
