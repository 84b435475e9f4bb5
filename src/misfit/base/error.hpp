#pragma once

#include <stdexcept>
#include <string>

namespace misfit {

/// What went wrong at the boundary: an input file, a geometry, a record, a directory.
/// The one exception type that the library throws for a cause outside the program; what() is one
/// message a user can act on. A broken promise inside the program is an assert, not an Error.
class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Where a value of an input file stands. Line 0: not in a file (a command-line setting).
struct InputPlace {
    std::string file;
    int line = 0;
    int column = 0;
};

/// A fault of an input file: names file, line, key, the value given and what is allowed.
class InputError : public Error {
public:
    /// The message: "file:line:column: key = given: allowed". `given` is the value as written, `allowed` says
    /// what would do ("must be a number above 0"). Empty parts are left out.
    InputError(const InputPlace& place, const std::string& key, const std::string& given,
               const std::string& allowed);

    /// The parts of the message; empty where there is none.
    const InputPlace& place() const { return place_; }
    const std::string& key() const { return key_; }
    const std::string& given() const { return given_; }
    const std::string& allowed() const { return allowed_; }

private:
    InputPlace place_;
    std::string key_;
    std::string given_;
    std::string allowed_;
};

/// "2.1 GiB", "512 MiB", "10 kiB": a number of bytes for a person.
std::string format_bytes(double bytes);

}  // namespace misfit
