#pragma once

#include <string>
#include <vector>

/// The command line as data, and what is made of it for people's other tools.
namespace misfit::cli {

/// An option or an argument, as --help has it.
struct OptionText {
    std::vector<std::string> names;  ///< "--out", "-o"; of an argument its one name, "INPUT"
    std::string value;               ///< what follows: "FOLDER"; empty for a flag
    std::string meaning;
    std::vector<std::string> words = {};  ///< that the value may be, where they can be listed
    bool is_required = false;
    bool may_repeat = false;

    bool is_argument() const { return !names.front().starts_with('-'); }
};

/// A command of the program.
struct CommandText {
    std::string name;
    std::string description;
    std::vector<OptionText> options;
};

/// The manual page misfit(1), in the macros of man(7).
std::string manual_page(const std::vector<CommandText>& commands, const std::string& version);

/// A script that completes the command line in a shell: "bash" or "zsh".
std::string completion_script(const std::vector<CommandText>& commands, const std::string& shell);

}  // namespace misfit::cli
