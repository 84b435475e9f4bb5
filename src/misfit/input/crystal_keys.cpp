#include "misfit/input/crystal_keys.hpp"

#include <algorithm>
#include <array>

#include "misfit/input/key_makers.hpp"
#include "misfit/input/site_points.hpp"

namespace misfit {
namespace {

using namespace schema;

// The order of CrystalParameters' alternatives.
constexpr std::array<const char*, std::variant_size_v<CrystalParameters>> shape_words = {
    "hexagon", "box", "parallelogram", "disc", "sphere", "sites"};

void set_shape(Settings& spec, std::size_t which) {
    if (which == 0) spec.crystal = Hexagon{};
    if (which == 1) spec.crystal = Box{};
    if (which == 2) spec.crystal = Parallelogram{};
    if (which == 3) spec.crystal = Disc{};
    if (which == 4) spec.crystal = Sphere{};
    if (which == 5) spec.crystal = SiteList{};
}

SpecKey radius_key() {
    const auto radius = [](auto& spec) -> auto& {
        auto* disc = std::get_if<Disc>(&spec.crystal);
        return disc != nullptr ? disc->radius : std::get<Sphere>(spec.crystal).radius;
    };
    return number("crystal.radius", radius, {1.0, largest_radius, true}, "spacings",
                  "The crystal is all sites of the lattice within this distance of one of them.");
}

Value integers(const std::vector<int>& numbers) {
    std::vector<Value> items;
    for (const int number : numbers) items.push_back({std::int64_t{number}});
    return {std::move(items)};
}

SpecKey points_key() {
    return of_type(
        KeyType::point_list,
        {"crystal.points",
         "two sites or more, each once: a list of [x, y] or, in three dimensions, [x, y, z], integers, or "
         "the "
         "path of a file with a line for each",
         "",
         "Lattice coordinates of the sites, along the edges of the lattice's cell (docs/lattices.md): of the "
         "triangular lattice x counts along (1, 0) and y along (1/2, sqrt(3)/2).",
         [](Settings& spec, const Value& value) {
             auto& list = std::get<SiteList>(spec.crystal);
             list.points = points_of(value, list.of.lattice->dimension);
             return list.points.size() >= 2;
         },
         [](const Settings& spec) -> std::optional<Value> {
             const auto& list = std::get<SiteList>(spec.crystal);
             std::vector<Value> points;
             for (const LatticePoint& point : list.points)
                 points.push_back(integers({point.begin(), point.begin() + list.of.lattice->dimension}));
             return Value{std::move(points)};
         }});
}

LatticeChoice& choice_of(Settings& settings) {
    if (auto* list = std::get_if<SiteList>(&settings.crystal)) return list->of;
    if (auto* box = std::get_if<Box>(&settings.crystal)) return box->of;
    return std::get<Sphere>(settings.crystal).of;
}

const LatticeChoice& choice_of(const Settings& settings) {
    if (const auto* list = std::get_if<SiteList>(&settings.crystal)) return list->of;
    if (const auto* box = std::get_if<Box>(&settings.crystal)) return box->of;
    return std::get<Sphere>(settings.crystal).of;
}

SpecKey lattice_key() {
    SpecKey key = word(
        "crystal.lattice", lattice_names(),
        [](Settings& s, std::size_t k) { choice_of(s).lattice = lattices()[k]; },
        [](const Settings& s) {
            return static_cast<std::size_t>(std::ranges::find(lattices(), choice_of(s).lattice) -
                                            lattices().begin());
        },
        "The lattice of the sites; those of fcc, hcp and bcc have the cubic axes, and the c axis, along x, y "
        "and z.");
    key.required_for = {"sites"};
    return key;
}

SpecKey next_nearest_key() {
    return number(
        "crystal.next_nearest_stiffness",
        [](auto& s) -> auto& { return choice_of(s).next_nearest_stiffness; }, Crystal::next_nearest_range,
        "1",
        "k2: stiffness of the bonds between next-nearest neighbours, relative to that of nearest bonds. fcc "
        "has "
        "none without it, bcc needs it, the simple cubic lattice has 1.",
        LatticeChoice::lattice_default);
}

/// Three integers for a box, two for a parallelogram.
SpecKey size_key() {
    return of_type(
        KeyType::integer_list,
        {"crystal.size",
         fmt::format("integers {}: three for a box, two for a parallelogram", range_text(2, largest_extent)),
         "sites",
         "Sites along x, y and z (of another lattice than the simple cubic along the edges of its cell); of "
         "a "
         "parallelogram along its two edges.",
         [](Settings& spec, const Value& value) {
             const auto* items = std::get_if<std::vector<Value>>(&value.content);
             if (items == nullptr) return false;
             std::vector<int> size;
             for (const Value& item : *items) {
                 const std::optional<std::int64_t> given = integer_in(item, 2, largest_extent);
                 if (!given) return false;
                 size.push_back(static_cast<int>(*given));
             }
             const auto fill = [&](auto& extents) {
                 if (size.size() != extents.size()) return false;
                 std::ranges::copy(size, extents.begin());
                 return true;
             };
             if (auto* box = std::get_if<Box>(&spec.crystal)) return fill(box->size);
             return fill(std::get<Parallelogram>(spec.crystal).size);
         },
         [](const Settings& spec) -> std::optional<Value> {
             if (const auto* box = std::get_if<Box>(&spec.crystal))
                 return integers({box->size.begin(), box->size.end()});
             const std::array<int, 2>& size = std::get<Parallelogram>(spec.crystal).size;
             return integers({size.begin(), size.end()});
         }},
        {2.0, static_cast<double>(largest_extent)});
}

/// Two different symbols.
SpecKey elements_key() {
    SpecKey key = of_type(
        KeyType::word_pair,
        {"crystal.elements", "two different chemical elements, that of A and that of B", "",
         "What A and B are called in files of atoms, at a start from one, and in figures; without it they "
         "are A and B, and Cd and Ag in files of atoms.",
         [](Settings& settings, const Value& value) {
             const auto* items = std::get_if<std::vector<Value>>(&value.content);
             if (items == nullptr || items->size() != 2) return false;
             Elements elements;
             for (std::size_t k = 0; k < 2; ++k) {
                 const auto* symbol = std::get_if<std::string>(&(*items)[k].content);
                 if (symbol == nullptr || std::ranges::count(element_symbols(), *symbol) == 0) return false;
                 elements.symbols[k] = *symbol;
             }
             if (elements.symbols[0] == elements.symbols[1]) return false;
             settings.elements = elements;
             return true;
         },
         [](const Settings& settings) -> std::optional<Value> {
             if (!settings.elements) return std::nullopt;
             const auto& [A, B] = settings.elements->symbols;
             return Value{std::vector<Value>{{A}, {B}}};
         }});
    key.words = element_symbols();
    return key;
}

}  // namespace

std::vector<SpecKey> crystal_keys() {
    return {
        required(word(
            "crystal.shape", {shape_words.begin(), shape_words.end()}, set_shape,
            [](const Settings& s) { return s.crystal.index(); },
            "Hexagon, parallelogram or disc of the triangular lattice, box or sphere of any lattice of three "
            "dimensions, or sites of any lattice as they are listed.")),
        only_for({"hexagon"},
                 required(integer(
                     "crystal.side", [](auto& s) -> auto& { return std::get<Hexagon>(s.crystal).side; }, 2,
                     largest_extent, "sites", "Sites n on each edge: N = 3n(n-1) + 1 sites in all."))),
        only_for({"box", "parallelogram"}, required(size_key())),
        only_for({"disc", "sphere"}, required(radius_key())),
        only_for({"sites", "sphere", "box"}, lattice_key()),
        only_for({"sites", "sphere", "box"}, next_nearest_key()),
        only_for({"sites"}, required(points_key())),
        word(
            "crystal.boundary", {"free", "periodic"},
            [](Settings& s, std::size_t k) { s.boundary = k == 0 ? Boundary::free : Boundary::periodic; },
            [](const Settings& s) { return s.boundary == Boundary::free ? 0U : 1U; },
            "Periodic: the crystal meets itself, as a piece of the bulk; not for a hexagon."),
        elements_key(),
        integer(
            "crystal.shell.layers", [](auto& s) -> auto& { return s.shell.layers; }, 0, most_layers, "layers",
            "Layers around the core on every side; 0 for no shell."),
        number(
            "crystal.shell.stiffness", [](auto& s) -> auto& { return s.shell.stiffness; },
            Shell::stiffness_range, "1",
            "k_shell: stiffness of the bonds between two shell sites, relative to an ordinary bond."),
        word(
            "crystal.shell.species", {"A", "B"},
            [](Settings& s, std::size_t k) { s.shell_species = k == 0 ? Spin{1} : Spin{-1}; },
            [](const Settings& s) { return s.shell_species > 0 ? 0U : 1U; },
            "The species of every shell site."),
    };
}

std::string shape_word(const Settings& settings) { return shape_words[settings.crystal.index()]; }

}  // namespace misfit
