// misfit: from an input file to an ensemble, a record and a picture. One subcommand, one `execute`.

#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <variant>

#include "command_line.hpp"
#include "misfit/base/error.hpp"

int main(int argc, char** argv) {
    using namespace misfit::cli;
    try {
        const Command command = parse_command_line(argc, argv);
        return std::visit([](const auto& each) { return execute(each); }, command);
    } catch (const misfit::Error& error) {
        fmt::print(stderr, "misfit: error: {}\n", error.what());
        return exit_refused;
    } catch (const std::exception& error) {
        fmt::print(stderr, "misfit: error: unexpected: {}\n", error.what());
        return exit_unexpected;
    }
}
