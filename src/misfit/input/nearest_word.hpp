#pragma once

#include <span>
#include <string>
#include <string_view>

namespace misfit {

/// Number of insertions, deletions, replacements and swaps of neighbouring letters that turn one word into
/// the other; case does not count. O(length^2).
int edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word`, or "" if none is so near that a slip of the finger explains it;
/// before that the one that others call by this word, as "temperature" for "kT".
std::string nearest_word(std::string_view word, std::span<const std::string> candidates);

}  // namespace misfit
