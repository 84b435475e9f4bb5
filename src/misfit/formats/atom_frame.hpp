#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "misfit/base/types.hpp"
#include "misfit/crystal/elements.hpp"

namespace misfit {

/// The cell that a file of atoms tells: its edges, and along which of them it repeats.
struct AtomCell {
    std::array<Vector3, 3> edges = {};
    std::array<bool, 3> repeats = {true, true, true};
};

/// The atoms of one frame of a file.
struct AtomFrame {
    std::size_t line = 0;  ///< where the frame begins, from 1
    std::vector<Vector3> positions;
    std::vector<Spin> species;
    std::vector<std::size_t> lines;  ///< of each atom
    std::optional<AtomCell> cell;
};

/// Reads lines of a file of atoms, and says of which line a fault is.
class AtomText {
public:
    /// Without the byte-order mark that some editors put before a text.
    AtomText(std::string_view text, std::string name);

    const std::string& name() const { return name_; }
    std::size_t line() const { return line_; }  ///< number of the next line, from 1
    bool is_at_end() const { return rest_.empty(); }
    /// The next line, without what ends it.
    std::string_view next();
    /// Passes over empty lines.
    void skip_blank();

    [[noreturn]] void fail(std::size_t line, const std::string& what) const;

private:
    std::string_view rest_;
    std::string name_;
    std::size_t line_ = 1;
};

std::vector<std::string_view> words_of(std::string_view line);

/// A finite number, also with a sign + or an exponent d as Fortran writes it.
std::optional<double> real_of(std::string_view word);
std::optional<std::size_t> count_of(std::string_view word);
/// The numbers of words[first] to words[first + 2].
std::optional<Vector3> vector_of(const std::vector<std::string_view>& words, std::size_t first);

/// What a file says an atom is: its name, its sigma, or both; empty where it does not say.
struct SpeciesText {
    std::string_view name;
    std::string_view sigma;  ///< 1 and -1, or truths: A is true
};

/// The species that both mean. A name: an element, of which what follows its letters is left out (Cd2,
/// Cd_pv), or A or B. Names of others do not count if there is a sigma. Throws Error, naming the line, for
/// one that means neither and where the two contradict each other.
Spin species_of(const SpeciesText& given, const Elements& elements, const AtomText& text, std::size_t line);

/// Frame `number` of a file of that many frames, counted from the last if it is negative. Throws Error.
std::size_t frame_index(std::int64_t number, std::size_t frames, const std::string& name);

}  // namespace misfit
