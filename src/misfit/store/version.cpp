#include "misfit/store/version.hpp"

namespace misfit {

std::string misfit_version() { return MISFIT_VERSION; }

}  // namespace misfit
