#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "misfit/base/range.hpp"
#include "misfit/model/state.hpp"

namespace misfit {

/// Something measured on a state at a due time: one or several named numbers.
struct Observable {
    struct Column {
        std::string name;         ///< the same word in HDF5, CSV and Python: "f_U1"
        std::string unit;         ///< "1", "epsilon"
        std::string description;  ///< one sentence
        /// The picture it is drawn in, with the others of the same: "composition", "phases", "energy", ...;
        /// "": in one of its own.
        std::string panel = {};
        std::string label = {};  ///< what it is called there: "elastic"; empty: its name

        bool operator==(const Column&) const = default;
    };
    std::vector<Column> columns;
    /// Writes one value per column. Requires state.phi == V dsigma.
    std::function<void(const State& state, std::span<double> values)> measure;
};

/// Along what the composition profile is taken.
enum class ProfileAxis : std::uint8_t { none, x, y, z };
inline constexpr std::array<const char*, 4> profile_words = {"none", "x", "y", "z"};

/// The [observables] table: what is measured beside composition, energies and phase fractions.
struct ObservableParameters {
    bool strain = false;    ///< local change of area or volume
    double mismatch = 0.1;  ///< Delta, in lattice spacings, of strain and of exported displacements
    ProfileAxis profile = ProfileAxis::none;

    static constexpr Range mismatch_range = {.low = 0.0, .high = 0.5, .low_included = false};
    bool operator==(const ObservableParameters&) const = default;
};

/// The columns of all observables, one after the other.
std::vector<Observable::Column> columns_of(std::span<const Observable> observables);

/// How many there are. O(observables).
std::size_t column_count(std::span<const Observable> observables);

/// Measures all of them; `values` has one entry per column.
void measure(std::span<const Observable> observables, const State& state, std::span<double> values);

}  // namespace misfit
