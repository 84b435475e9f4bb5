#include "child_process.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include "misfit/base/error.hpp"

namespace misfit::cli {
namespace {

std::string interpreter() {
    const char* chosen = std::getenv("MISFIT_PYTHON");  // NOLINT(concurrency-mt-unsafe): nothing sets it
    return chosen != nullptr && *chosen != '\0' ? chosen : MISFIT_PYTHON_PROGRAM;
}

/// The package installed beside this program, or else the one in the source tree.
std::filesystem::path package_folder() {
    std::error_code ignored;
    const std::filesystem::path installed =
        (this_program().parent_path() / MISFIT_PYTHON_FROM_PROGRAM).lexically_normal();
    for (const std::filesystem::path& folder : {installed, std::filesystem::path(MISFIT_PYTHON_FOLDER)})
        if (std::filesystem::is_directory(folder / "misfit", ignored)) return folder;
    throw Error("the Python package misfit, which draws, is not where this program was built or installed");
}

/// This process's environment with the package's folder first on PYTHONPATH.
std::vector<std::string> environment_with(const std::filesystem::path& folder) {
    constexpr std::string_view name = "PYTHONPATH=";
    std::vector<std::string> environment;
    std::string path = std::string(name) + folder.string();
    for (char** each = environ; *each != nullptr; ++each) {
        const std::string_view variable = *each;
        if (!variable.starts_with(name))
            environment.emplace_back(variable);
        else if (variable.size() > name.size())
            path += fmt::format(":{}", variable.substr(name.size()));
    }
    environment.push_back(path);
    return environment;
}

/// What posix_spawn takes: pointers that end with a null.
std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (std::string& each : strings) result.push_back(each.data());
    result.push_back(nullptr);
    return result;
}

/// While it lives, an interrupt from the terminal does not end this process; as system() does it.
class InterruptsLeftToTheChild {
public:
    InterruptsLeftToTheChild() : before_(std::signal(SIGINT, SIG_IGN)) {}
    ~InterruptsLeftToTheChild() { std::signal(SIGINT, before_); }
    InterruptsLeftToTheChild(const InterruptsLeftToTheChild&) = delete;
    InterruptsLeftToTheChild& operator=(const InterruptsLeftToTheChild&) = delete;

private:
    void (*before_)(int);
};

/// posix_spawnp of the words, with the interrupts of the terminal as they are by default.
int spawn(pid_t& child, std::vector<std::string>& words, std::vector<std::string>& variables) {
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGINT);
    posix_spawnattr_t attributes;
    if (const int failure = posix_spawnattr_init(&attributes); failure != 0) return failure;
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    const int failure = posix_spawnp(&child, words.front().c_str(), nullptr, &attributes,
                                     pointers(words).data(), pointers(variables).data());
    posix_spawnattr_destroy(&attributes);
    return failure;
}

}  // namespace

std::filesystem::path this_program() {
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/exe", ignored);
}

std::vector<std::string> record_words(const std::filesystem::path& file, const std::filesystem::path& given) {
    if (file == given || file.parent_path() == given) return {file.string()};
    return {file.string(), "--called", given.string()};
}

int run_python(const std::vector<std::string>& arguments) {
    const std::string program = interpreter();
    std::vector<std::string> words = {program, "-m", "misfit"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> variables = environment_with(package_folder());

    std::fflush(stdout);  // what we said comes before what the child says
    pid_t child = 0;
    const InterruptsLeftToTheChild left;
    const int failure = spawn(child, words, variables);
    if (failure != 0)
        throw Error(fmt::format("cannot start {}: {}; MISFIT_PYTHON may name another Python", program,
                                std::generic_category().message(failure)));
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            throw Error(fmt::format("{}: {}", program, std::generic_category().message(errno)));
    if (!WIFEXITED(status)) throw Error(fmt::format("{} was killed by signal {}", program, WTERMSIG(status)));
    const int code = WEXITSTATUS(status);
    if (code == 1)
        throw Error(
            fmt::format("{} failed (its message is above); it needs h5py, numpy and matplotlib", program));
    return code;
}

}  // namespace misfit::cli
