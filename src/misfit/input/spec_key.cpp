#include "misfit/input/spec_key.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "misfit/input/nearest_word.hpp"

namespace misfit {

bool SpecKey::is_required(const std::string& shape) const {
    return required || std::ranges::find(required_for, shape) != required_for.end();
}

std::optional<std::string> SpecKey::text(const Settings& settings) const {
    const std::optional<Value> here = value(settings);
    return here ? std::optional(toml_text(*here)) : std::nullopt;
}

std::string SpecKey::refusal(const Value& refused) const {
    std::string reason = "must be " + allowed;
    std::vector<Value> given = {refused};
    if (const auto* list = std::get_if<std::vector<Value>>(&refused.content)) {
        given = *list;
        const auto is_no_number = [&](const Value& item) {
            const std::optional<double> number = number_of(item);
            return !number || !range.contains(*number);
        };
        const auto item = std::ranges::find_if(given, is_no_number);
        if (type == KeyType::number_list && item != given.end())
            return reason +
                   fmt::format("; number {} of the list is {}", item - given.begin() + 1, toml_text(*item));
    }
    for (const Value& item : given) {
        const auto* word = std::get_if<std::string>(&item.content);
        if (word == nullptr || std::ranges::find(words, *word) != words.end()) continue;
        if (const std::string meant = nearest_word(*word, words); !meant.empty())
            return reason + fmt::format("; did you mean \"{}\"?", meant);
    }
    return reason;
}

}  // namespace misfit
