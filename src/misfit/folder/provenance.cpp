#include "misfit/folder/provenance.hpp"

#include <array>
#include <ctime>
#include <hwy/targets.h>
#include <unistd.h>

#include "misfit/store/version.hpp"

namespace misfit {

std::string build_description() {
#if defined(__clang__)
    const std::string compiler = "clang " __clang_version__;
#else
    const std::string compiler = "gcc " __VERSION__;
#endif
#ifdef NDEBUG
    const std::string kind = "release";
#else
    const std::string kind = "with assertions";
#endif
    const std::int64_t sets = hwy::SupportedTargets();  // one bit each, the best is the lowest
    return compiler + ", " + kind + ", " + hwy::TargetName(sets & -sets);
}

std::string host_name() {
    std::array<char, 256> name = {};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
    return name.data();
}

std::string utc_now() {
    const std::time_t now = std::time(nullptr);
    std::tm parts = {};
    ::gmtime_r(&now, &parts);
    std::array<char, 32> text = {};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

std::string citation() {
    return "Frechette, Dellago, Geissler, Proc. Natl. Acad. Sci. U.S.A. 118, e2114551118 (2021), "
           "doi:10.1073/pnas.2114551118\n"
           "misfit " +
           misfit_version();
}

}  // namespace misfit
