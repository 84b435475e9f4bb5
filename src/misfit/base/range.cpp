#include "misfit/base/range.hpp"

#include <cmath>
#include <fmt/format.h>

#include "misfit/base/error.hpp"

namespace misfit {

bool Range::contains(double x) const {
    return std::isfinite(x) && (low_included ? x >= low : x > low) && x <= high;
}

std::string Range::text() const {
    if (std::isfinite(high))
        return low_included ? fmt::format("a number from {} to {}", low, high)
                            : fmt::format("a number above {}, at most {}", low, high);
    if (!std::isfinite(low)) return "a finite number";
    return low_included ? fmt::format("a number of {} or more", low) : fmt::format("a number above {}", low);
}

void require_in(const Range& range, const char* name, double given) {
    if (!range.contains(given)) throw Error(fmt::format("{} = {}: must be {}", name, given, range.text()));
}

}  // namespace misfit
