#include "output.hpp"

#include <fmt/format.h>
#include <fstream>
#include <iostream>

#include "misfit/base/error.hpp"

namespace misfit::cli {

void write_output(const std::filesystem::path& file, const std::function<void(std::ostream&)>& write) {
    std::ofstream opened;
    std::ostream& out = file.empty() ? std::cout : opened;
    try {
        out.exceptions(std::ios::badbit | std::ios::failbit);
        if (!file.empty()) opened.open(file, std::ios::binary);
        write(out);
        out.flush();
    } catch (const std::ios::failure&) {
        throw Error(fmt::format("{}: cannot be written", file.empty() ? "standard output" : file.string()));
    }
}

}  // namespace misfit::cli
