// misfit: from an input file to an ensemble, a record and a picture. One subcommand, one `execute`.

#include <csignal>
#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <new>
#include <variant>

#include "command_line.hpp"
#include "misfit/base/error.hpp"

int main(int argc, char** argv) {
    namespace cli = misfit::cli;
    std::signal(SIGXFSZ, SIG_IGN);  // then a file above the user's limit is a write that fails, with a reason
    try {
        const cli::Command command = cli::parse_command_line(argc, argv);
        const int status = std::visit([](const auto& each) { return cli::execute(each); }, command);
        if (std::fflush(stdout) != 0) throw misfit::Error("standard output cannot be written");
        return status;
    } catch (const misfit::Error& error) {
        fmt::print(stderr, "misfit: error: {}\n", error.what());
        return cli::exit_refused;
    } catch (const std::bad_alloc&) {
        fmt::print(stderr, "misfit: error: memory ran out\n");
        return cli::exit_refused;
    } catch (const std::exception& error) {
        if (std::ferror(stdout) != 0) {  // more than a buffer of it: then the print that filled it fails
            fmt::print(stderr, "misfit: error: standard output cannot be written\n");
            return cli::exit_refused;
        }
        fmt::print(stderr, "misfit: error: unexpected: {}\n", error.what());
        return cli::exit_unexpected;
    }
}
