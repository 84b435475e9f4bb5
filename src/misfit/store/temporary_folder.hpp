#pragma once

#include <filesystem>

namespace misfit {

/// A new empty folder in the system's place for such things, removed with what is in it. Throws Error if it
/// cannot be made.
class TemporaryFolder {
public:
    TemporaryFolder();
    TemporaryFolder(TemporaryFolder&& other) noexcept;
    TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
    ~TemporaryFolder();

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace misfit
