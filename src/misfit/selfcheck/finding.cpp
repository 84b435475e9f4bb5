#include "misfit/selfcheck/finding.hpp"

#include <cmath>
#include <fmt/format.h>

namespace misfit::selfcheck {

Finding holds(const std::string& what, bool so, const std::string& found, const std::string& allowed) {
    return {what, found, allowed, so ? Verdict::pass : Verdict::fail};
}

Finding at_most(const std::string& what, double found, double allowed) {
    return holds(what, found <= allowed, fmt::format("{:.2g}", found),
                 fmt::format("at most {:.2g}", allowed));
}

Finding near(const std::string& what, double found, double expected, double within, int digits) {
    return holds(what, std::abs(found - expected) <= within, fmt::format("{:.{}g}", found, digits),
                 fmt::format("{:.{}g} +- {:.0g}", expected, digits, within));
}

Finding equal(const std::string& what, std::int64_t found, std::int64_t expected) {
    return holds(what, found == expected, fmt::format("{}", found), fmt::format("{}", expected));
}

Finding likely(const std::string& what, double p) {
    return holds(what, p > alpha, fmt::format("p = {:.2g}", p), fmt::format("p > {:.0g}", alpha));
}

}  // namespace misfit::selfcheck
