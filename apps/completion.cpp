// misfit completion: scripts that complete the command line in a shell.
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "manual.hpp"

namespace misfit::cli {
namespace {

bool is_folder(const OptionText& option) { return option.value == "FOLDER"; }

/// Files, and folders on the way to them or that are runs.
bool is_path(const OptionText& option) {
    return option.value == "FILE" || option.names.front() == "INPUT" || option.names.front() == "RUN" ||
           option.names.front() == "OUT";
}

// ---- bash

/// What prints the words that a value may be; empty where there are none to tell.
std::string bash_value(const OptionText& option) {
    if (!option.words.empty())
        return fmt::format("compgen -W '{}' -- \"$current\"", fmt::join(option.words, " "));
    if (is_folder(option)) return "compgen -d -- \"$current\"";
    return is_path(option) ? "compgen -f -- \"$current\"" : "";
}

/// The cases of a `case`: what each does, and where; those that do the same stand together.
class BashCases {
public:
    void add(const std::string& where, const std::string& action) {
        if (action.empty()) return;
        const auto found = std::ranges::find(cases_, action, &Case::action);
        std::vector<std::string>& places =
            found == cases_.end() ? cases_.emplace_back(Case{action, {}}).places : found->places;
        if (std::ranges::find(places, where) == places.end()) places.push_back(where);
    }
    std::string text() const {
        std::string lines;
        for (const Case& each : cases_)
            lines += fmt::format("        {})\n            {}\n            ;;\n",
                                 fmt::join(each.places, " | "), each.action);
        return lines;
    }

private:
    struct Case {
        std::string action;
        std::vector<std::string> places;
    };
    std::vector<Case> cases_;
};

std::string bash_script(const std::vector<CommandText>& commands) {
    std::vector<std::string> names;
    BashCases values;     // of options, by command and option
    BashCases options;    // by command
    BashCases arguments;  // by command
    for (const CommandText& command : commands) {
        names.push_back(command.name);
        std::vector<std::string> all;
        for (const OptionText& option : command.options) {
            if (option.is_argument()) {
                arguments.add(command.name, bash_value(option));
                continue;
            }
            all.insert(all.end(), option.names.begin(), option.names.end());
            if (option.value.empty()) continue;
            // Where nothing can be told, nothing is.
            const std::string value = bash_value(option);
            for (const std::string& name : option.names)
                values.add(command.name + ":" + name,
                           value.empty() ? "return" : value + "\n            return");
        }
        options.add(command.name, fmt::format("compgen -W '{}' -- \"$current\"", fmt::join(all, " ")));
    }
    return fmt::format(
        "# Completion of misfit in bash, written by `misfit completion bash`.\n"
        "_misfit_words() {{\n"
        "    local current=$1 before=$2 command=$3\n"
        "    case $command:$before in\n{}    esac\n"
        "    if [[ $current == -* ]]; then\n    case $command in\n{}    esac\n    return\n    fi\n"
        "    case $command in\n{}    esac\n"
        "}}\n"
        "_misfit() {{\n"
        "    local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}}\n"
        "    if ((COMP_CWORD == 1)); then\n"
        "        mapfile -t COMPREPLY < <(compgen -W '{} --help --version' -- \"$current\")\n"
        "        return\n    fi\n"
        "    mapfile -t COMPREPLY < <(_misfit_words \"$current\" \"$before\" \"${{COMP_WORDS[1]}}\")\n"
        "    compopt -o filenames 2>/dev/null\n"
        "    # A value comes behind the key at once.\n"
        "    [[ ${{COMPREPLY[*]}} != *= ]] || compopt -o nospace 2>/dev/null\n"
        "}}\n"
        "complete -F _misfit misfit\n",
        values.text(), options.text(), arguments.text(), fmt::join(names, " "));
}

// ---- zsh

/// Text within a specification of _arguments, in single quotes.
std::string zsh_text(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '\'')
            out += "'\\''";
        else if (c == '[' || c == ']' || c == ':' || c == '\\')
            out += std::string("\\") + c;
        else
            out += c;
    }
    return out;
}

std::string zsh_action(const OptionText& option) {
    if (!option.words.empty()) {
        const bool is_open = option.words.front().ends_with('=');
        return is_open ? fmt::format("compadd -S \"\" -- {}", fmt::join(option.words, " "))
                       : fmt::format("({})", fmt::join(option.words, " "));
    }
    if (is_folder(option)) return "_files -/";
    return is_path(option) ? "_files" : " ";
}

std::string zsh_specification(const OptionText& option) {
    const std::string action = zsh_action(option);
    if (option.is_argument())
        return fmt::format("'{}:{}:{}'", option.may_repeat ? "*" : "", zsh_text(option.names.front()),
                           action);
    // One that may be given again; of another, either name excludes both.
    const std::string again = option.may_repeat ? "*" : fmt::format("({})", fmt::join(option.names, " "));
    const std::string after =
        option.value.empty() ? "" : fmt::format(":{}:{}", zsh_text(option.value), action);
    std::vector<std::string> all;
    for (const std::string& name : option.names)
        all.push_back(fmt::format("'{}{}[{}]{}'", again, name, zsh_text(option.meaning), after));
    return fmt::format("{}", fmt::join(all, " "));
}

std::string zsh_script(const std::vector<CommandText>& commands) {
    std::string script =
        "#compdef misfit\n# Completion of misfit in zsh, written by `misfit completion zsh`.\n"
        "_misfit() {\n    local -a commands=(\n";
    for (const CommandText& command : commands)
        script += fmt::format("        '{}:{}'\n", command.name, zsh_text(command.description));
    script +=
        "    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n        return\n    fi\n"
        "    local command=$words[2]\n    shift words\n    (( CURRENT-- ))\n    case $command in\n";
    for (const CommandText& command : commands) {
        script += fmt::format("        {}) _arguments -S", command.name);
        for (const OptionText& option : command.options)
            script += fmt::format(" \\\n            {}", zsh_specification(option));
        script += " ;;\n";
    }
    return script + "    esac\n}\n_misfit \"$@\"\n";
}

}  // namespace

std::string completion_script(const std::vector<CommandText>& commands, const std::string& shell) {
    return shell == "zsh" ? zsh_script(commands) : bash_script(commands);
}

}  // namespace misfit::cli
