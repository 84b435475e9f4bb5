#include "misfit/base/message.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace misfit {

std::string listed(std::span<const std::string> items, std::string_view between) {
    constexpr std::size_t few = 8;
    const bool is_long = items.size() > few + 1;  // "and 1 more" is as long as that one
    std::string text = fmt::format("{}", fmt::join(is_long ? items.first(few) : items, between));
    if (is_long) text += fmt::format(" and {} more", items.size() - few);
    return text;
}

std::string shortened(std::string_view text) {
    constexpr std::size_t longest = 100;
    if (text.size() <= longest) return std::string(text);
    std::size_t end = longest;
    // Not within a character of UTF-8, nor after a space.
    while (end > 0 && ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U || text[end - 1] == ' '))
        --end;
    return fmt::format("{} ...", text.substr(0, end));
}

}  // namespace misfit
