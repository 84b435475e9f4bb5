#include "mistyped.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

#include "misfit/input/nearest_word.hpp"

namespace misfit::cli {
namespace {

/// Without the hyphens before it, which all have in common, and the value behind it.
std::string bare(const std::string& option) {
    const std::string name = option.substr(0, option.find('='));
    return name.substr(std::min(name.find_first_not_of('-'), name.size()));
}

}  // namespace

std::string no_such_option(const std::string& word, const CommandText& command) {
    const std::string given = bare(word);
    std::vector<std::string> names;
    for (const OptionText& option : command.options)
        for (const std::string& name : option.names)
            if (name.starts_with("--")) names.push_back(bare(name));
    std::string meant = nearest_word(given, names);
    const auto is_part = [&](const std::string& name) {
        return given.size() > 1 && (name.starts_with(given) || given.starts_with(name));
    };
    if (meant.empty() && std::ranges::count_if(names, is_part) == 1)
        meant = *std::ranges::find_if(names, is_part);
    return fmt::format("{} has no option {}{} (see {} --help)", command.name, word,
                       meant.empty() ? "" : fmt::format("; did you mean --{}?", meant), command.name);
}

}  // namespace misfit::cli
