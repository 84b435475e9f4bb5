#include "misfit/input/brief_text.hpp"

#include <fmt/format.h>
#include <variant>
#include <vector>

#include "misfit/base/message.hpp"

namespace misfit {

std::string brief_text(const Value& value) {
    const auto* items = std::get_if<std::vector<Value>>(&value.content);
    if (items == nullptr) return shortened(toml_text(value));
    std::vector<std::string> texts;
    for (const Value& item : *items) texts.push_back(brief_text(item));
    return fmt::format("[{}]", listed(texts));
}

}  // namespace misfit
