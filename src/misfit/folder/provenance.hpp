#pragma once

#include <string>

namespace misfit {

/// Version of this library: "0.1.0".
/// Compiler, kind of build, and the instruction set that this processor gives its kernels: "gcc 12.2.0,
/// release, AVX2".
std::string build_description();
std::string host_name();
/// UTC now, ISO 8601: "2021-09-01T12:00:00Z".
std::string utc_now();
/// What to cite for a result of this program, one line a work.
std::string citation();

}  // namespace misfit
