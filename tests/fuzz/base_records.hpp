#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace misfit::fuzz {

/// Small sound files to spoil: a record of exchange in two stages, one of equilibrium with replica exchange,
/// a potential.
enum class Kind { exchange, equilibrium, potential };

/// The bytes of the file of that kind, made once.
const std::string& base_file(Kind kind);

/// A file in a folder of its own, in memory where the system has such a place; removed at the end.
class ScratchFile {
public:
    ScratchFile();
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    ~ScratchFile();

    const std::filesystem::path& folder() const { return folder_; }
    std::filesystem::path path() const { return folder_ / "file.h5"; }
    void set(std::string_view bytes) const;

private:
    std::filesystem::path folder_;
};

}  // namespace misfit::fuzz
