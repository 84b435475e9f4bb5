#include "misfit/run/schema.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <type_traits>
#include <utility>

namespace misfit {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t largest_integer = std::numeric_limits<std::int64_t>::max();
/// Beyond any machine's memory, and N still fits 64 bits.
constexpr std::int64_t largest_extent = 1'000'000;
constexpr std::int64_t largest_count = 10'000'000;

/// The numbers a key takes.
struct Range {
    double low = -infinity;
    double high = infinity;
    bool low_included = true;

    bool contains(double x) const {
        return std::isfinite(x) && (low_included ? x >= low : x > low) && x <= high;
    }
    std::string text() const {
        if (std::isfinite(high)) return fmt::format("a number from {} to {}", low, high);
        if (!std::isfinite(low)) return "a finite number";
        return low_included ? fmt::format("a number of {} or more", low)
                            : fmt::format("a number above {}", low);
    }
};

Range above(double low) { return {low, infinity, false}; }
Range at_least(double low) { return {low, infinity, true}; }

std::optional<double> number_of(const InputValue& value) {
    if (const auto* number = std::get_if<double>(&value.content)) return *number;
    if (const auto* integer = std::get_if<std::int64_t>(&value.content)) return static_cast<double>(*integer);
    return std::nullopt;
}

std::optional<std::int64_t> integer_in(const InputValue& value, std::int64_t low, std::int64_t high) {
    const auto* integer = std::get_if<std::int64_t>(&value.content);
    if (integer == nullptr || *integer < low || *integer > high) return std::nullopt;
    return *integer;
}

std::string range_text(std::int64_t low, std::int64_t high) {
    return high == largest_integer ? fmt::format("of {} or more", low)
                                   : fmt::format("from {} to {}", low, high);
}

// Each of the following makes a key of one type. `field` maps a RunSpec to the member; `unset` is the
// member's value when a limit is not set.

template <class Field>
SpecKey number(std::string path, Field field, const Range& range, std::string unit, std::string meaning,
               std::optional<double> unset = std::nullopt) {
    return {std::move(path),
            range.text(),
            std::move(unit),
            std::move(meaning),
            [=](RunSpec& spec, const InputValue& value) {
                const std::optional<double> given = number_of(value);
                if (!given || !range.contains(*given)) return false;
                field(spec) = *given;
                return true;
            },
            [=](const RunSpec& spec) -> std::optional<std::string> {
                if (unset && field(spec) == *unset) return std::nullopt;
                return fmt::format("{}", field(spec));
            }};
}

template <class Field>
SpecKey integer(std::string path, Field field, std::int64_t low, std::int64_t high, std::string unit,
                std::string meaning, std::optional<std::uint64_t> unset = std::nullopt) {
    return {std::move(path),
            "an integer " + range_text(low, high),
            std::move(unit),
            std::move(meaning),
            [=](RunSpec& spec, const InputValue& value) {
                const std::optional<std::int64_t> given = integer_in(value, low, high);
                if (!given) return false;
                field(spec) = static_cast<std::remove_cvref_t<decltype(field(spec))>>(*given);
                return true;
            },
            [=](const RunSpec& spec) -> std::optional<std::string> {
                if (unset && static_cast<std::uint64_t>(field(spec)) == *unset) return std::nullopt;
                return fmt::format("{}", field(spec));
            }};
}

/// 0 or at least 2 times: a single evenly spaced time is no schedule.
template <class Field>
SpecKey time_count(std::string path, Field field, std::string meaning) {
    SpecKey key = integer(std::move(path), field, 0, largest_count, "1", std::move(meaning));
    key.allowed = fmt::format("0, or an integer from 2 to {}", largest_count);
    key.read = [inner = key.read](RunSpec& spec, const InputValue& value) {
        return !integer_in(value, 1, 1) && inner(spec, value);
    };
    return key;
}

template <class Field>
SpecKey number_list(std::string path, Field field, std::string allowed, std::string unit,
                    std::string meaning) {
    return {std::move(path),
            std::move(allowed),
            std::move(unit),
            std::move(meaning),
            [=](RunSpec& spec, const InputValue& value) {
                const auto* items = std::get_if<std::vector<InputValue>>(&value.content);
                if (items == nullptr) return false;
                std::vector<double> numbers;
                for (const InputValue& item : *items) {
                    const std::optional<double> given = number_of(item);
                    if (!given || !std::isfinite(*given) || *given < 0.0) return false;
                    numbers.push_back(*given);
                }
                field(spec) = std::move(numbers);
                return true;
            },
            [=](const RunSpec& spec) -> std::optional<std::string> {
                return fmt::format("[{}]", fmt::join(field(spec), ", "));
            }};
}

template <class Field>
SpecKey three_integers(std::string path, Field field, std::int64_t low, std::int64_t high, std::string unit,
                       std::string meaning) {
    return {std::move(path),
            "three integers, each " + range_text(low, high),
            std::move(unit),
            std::move(meaning),
            [=](RunSpec& spec, const InputValue& value) {
                const auto* items = std::get_if<std::vector<InputValue>>(&value.content);
                if (items == nullptr || items->size() != 3) return false;
                for (std::size_t k = 0; k < 3; ++k) {
                    const std::optional<std::int64_t> given = integer_in((*items)[k], low, high);
                    if (!given) return false;
                    field(spec)[k] = static_cast<int>(*given);
                }
                return true;
            },
            [=](const RunSpec& spec) -> std::optional<std::string> {
                return fmt::format("[{}]", fmt::join(field(spec), ", "));
            }};
}

/// A key whose value is one of some words; `set` and `which` map to and from the word's index.
template <class Set, class Which>
SpecKey word(std::string path, const std::vector<std::string>& words, Set set, Which which,
             std::string meaning) {
    std::vector<std::string> in_quotes;
    for (const std::string& each : words) in_quotes.push_back(fmt::format("\"{}\"", each));
    return {std::move(path),
            fmt::format("{}", fmt::join(in_quotes, " or ")),
            "",
            std::move(meaning),
            [=](RunSpec& spec, const InputValue& value) {
                const auto* given = std::get_if<std::string>(&value.content);
                for (std::size_t k = 0; given != nullptr && k < words.size(); ++k)
                    if (*given == words[k]) {
                        set(spec, k);
                        return true;
                    }
                return false;
            },
            [=](const RunSpec& spec) -> std::optional<std::string> { return in_quotes[which(spec)]; }};
}

SpecKey required(SpecKey key) {
    key.required = true;
    return key;
}

SpecKey only_for(std::string shape, SpecKey key) {
    key.shape = std::move(shape);
    return key;
}

// The order of CrystalParameters' alternatives.
constexpr std::array<const char*, std::variant_size_v<CrystalParameters>> shapes = {"hexagon", "box",
                                                                                    "parallelogram"};

void set_shape(RunSpec& spec, std::size_t which) {
    if (which == 0) spec.crystal = Hexagon{};
    if (which == 1) spec.crystal = Box{};
    if (which == 2) spec.crystal = Parallelogram{};
}

template <class Schedule>
void add_schedule(std::vector<SpecKey>& keys, const std::string& table, Schedule schedule) {
    keys.push_back(time_count(
        table + ".linear", [=](auto& s) -> auto& { return schedule(s).linear; },
        "How many times are spaced evenly from 0 to t_end."));
    keys.push_back(time_count(
        table + ".logarithmic", [=](auto& s) -> auto& { return schedule(s).logarithmic; },
        "How many times are spaced evenly in log t from log_start to t_end."));
    keys.push_back(number(
        table + ".log_start", [=](auto& s) -> auto& { return schedule(s).log_start; }, above(0.0), "1/k0",
        "First of the logarithmic times, below t_end."));
    keys.push_back(number_list(
        table + ".times", [=](auto& s) -> auto& { return schedule(s).times; },
        "a list of numbers from 0 to t_end", "1/k0", "Further times."));
}

std::vector<SpecKey> make_keys() {
    std::vector<SpecKey> keys = {
        required(word(
            "crystal.shape", {shapes.begin(), shapes.end()}, set_shape,
            [](const RunSpec& s) { return s.crystal.index(); },
            "Hexagon of the triangular lattice, or box of the simple cubic lattice.")),
        only_for("hexagon",
                 required(integer(
                     "crystal.side", [](auto& s) -> auto& { return std::get<Hexagon>(s.crystal).side; }, 2,
                     largest_extent, "sites", "Sites n on each edge: N = 3n(n-1) + 1 sites in all."))),
        only_for("box", required(three_integers(
                            "crystal.size", [](auto& s) -> auto& { return std::get<Box>(s.crystal).size; }, 2,
                            largest_extent, "sites", "Sites along x, y and z."))),

        number(
            "model.kT", [](auto& s) -> auto& { return s.model.kT; }, above(0.0), "energy",
            "Thermal energy, in the unit in which epsilon, J and delta_mu are given."),
        number(
            "model.epsilon", [](auto& s) -> auto& { return s.model.epsilon; }, at_least(0.0), "energy",
            "Elastic energy scale of the size mismatch; 0 leaves the elastic energy out."),
        number(
            "model.J", [](auto& s) -> auto& { return s.model.J; }, {}, "energy",
            "Ising coupling of nearest neighbours: above 0 like species attract."),
        number(
            "model.delta_mu", [](auto& s) -> auto& { return s.model.delta_mu; }, {}, "energy",
            "Chemical potential difference: below 0 it drives A out and B in."),

        number(
            "kmc.t_end", [](auto& s) -> auto& { return s.kmc.t_end; }, above(0.0), "1/k0",
            "A trajectory ends at this time at the latest."),
        number(
            "kmc.stop_at_composition", [](auto& s) -> auto& { return s.kmc.stop_at_composition; },
            {0.0, 1.0, true}, "1", "A trajectory ends when the fraction of A has come down to this.",
            KmcParameters{}.stop_at_composition),
        integer(
            "kmc.max_events", [](auto& s) -> auto& { return s.kmc.max_events; }, 1, largest_integer, "1",
            "A trajectory ends after so many events.", KmcParameters{}.max_events),
        number(
            "kmc.exchange_rate", [](auto& s) -> auto& { return s.kmc.exchange_rate; }, at_least(0.0), "k0",
            "Bare rate of exchange at a surface site."),
        number(
            "kmc.diffusion_rate", [](auto& s) -> auto& { return s.kmc.diffusion_rate; }, at_least(0.0), "k0",
            "Bare rate of a swap of two unlike bonded neighbours."),
        word(
            "kmc.rates", {"exact", "published"},
            [](RunSpec& s, std::size_t k) { s.kmc.rates = k == 0 ? RateRule::exact : RateRule::published; },
            [](const RunSpec& s) { return s.kmc.rates == RateRule::exact ? 0U : 1U; },
            "Energy change in the rates: that of the Hamiltonian, or with the self-term of the paper's "
            "released "
            "program."),

        integer(
            "ensemble.trajectories", [](auto& s) -> auto& { return s.ensemble.trajectories; }, 1,
            largest_count, "1", "How many independent trajectories are run."),
        integer(
            "ensemble.seed", [](auto& s) -> auto& { return s.ensemble.seed; }, 0, largest_integer, "1",
            "Seed of all random numbers of the run."),
        integer(
            "ensemble.first", [](auto& s) -> auto& { return s.ensemble.first; }, 0,
            std::numeric_limits<std::uint32_t>::max(), "1",
            "Number of the first trajectory; trajectory k of a seed is the same in every ensemble."),
    };
    add_schedule(keys, "record.scalars", [](auto& s) -> auto& { return s.record.scalars; });
    add_schedule(keys, "record.sigma", [](auto& s) -> auto& { return s.record.sigma; });
    return keys;
}

}  // namespace

const std::vector<SpecKey>& spec_keys() {
    static const std::vector<SpecKey> keys = make_keys();
    return keys;
}

const std::vector<SpecTable>& spec_tables() {
    static const std::vector<SpecTable> tables = {
        {"crystal", "The crystal. Every site starts as A, the outgoing species."},
        {"model", "The energy. Only ratios of energies matter; the paper's unit is epsilon = 1."},
        {"kmc",
         "Kinetic Monte Carlo of exchange at the surface and of swaps inside. Time is in units of 1/k0, the "
         "inverse of the bare rate: with both rates 1, a move that costs no energy happens once in 1/k0."},
        {"ensemble",
         "Independent trajectories of one crystal. The record is the same on any number of threads."},
        {"record.scalars",
         "When composition, energies and phase fractions are measured. The three kinds of times "
         "are taken together."},
        {"record.sigma",
         "When the species of every site is kept, for pictures and for analysis of one's own."},
    };
    return tables;
}

std::string shape_word(const RunSpec& spec) { return shapes[spec.crystal.index()]; }

}  // namespace misfit
