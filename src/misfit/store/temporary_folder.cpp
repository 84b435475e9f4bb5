#include "misfit/store/temporary_folder.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <string>
#include <system_error>
#include <utility>

#include "misfit/base/error.hpp"

namespace misfit {

TemporaryFolder::TemporaryFolder() {
    std::error_code failure;
    const std::filesystem::path place = std::filesystem::temp_directory_path(failure);
    std::string name = (place / "misfit-XXXXXX").string();
    if (failure || ::mkdtemp(name.data()) == nullptr)
        throw Error(fmt::format("{}: a temporary folder cannot be made there", place.string()));
    path_ = name;
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace misfit
