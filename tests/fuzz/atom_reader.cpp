// Any text is a frame of XYZ, of a dump or a POSCAR on the sites of a crystal, or an Error.
#include <algorithm>
#include <charconv>
#include <vector>

#include "fuzz/target.hpp"
#include "misfit/crystal/shapes.hpp"
#include "misfit/formats/atom_reader.hpp"

using namespace misfit;

namespace {

/// Small ones: flat, solid, periodic, and of two sites.
const std::vector<Crystal>& crystals() {
    static const std::vector<Crystal> all = [] {
        std::vector<Crystal> built;
        built.push_back(build_crystal(Hexagon{2}));
        built.push_back(build_crystal(Box{{2, 2, 2}}));
        built.push_back(build_crystal(Parallelogram{{3, 3}}, {}, Boundary::periodic));
        built.push_back(build_crystal(SiteList{{&simple_cubic_lattice()}, {{0, 0, 0}, {1, 0, 0}}}));
        return built;
    }();
    return all;
}

/// The crystal that the text's first number speaks of, or else the first.
const Crystal& crystal_for(std::string_view text) {
    std::size_t atoms = 0;
    std::from_chars(text.data(), text.data() + text.size(), atoms);
    for (const Crystal& crystal : crystals())
        if (static_cast<std::size_t>(crystal.size()) == atoms) return crystal;
    return crystals().front();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const Crystal& crystal = crystal_for(text);
    std::vector<Spin> sigma;
    if (!fuzz::succeeds([&] { sigma = parse_atoms(text, "input", size % 2 == 0 ? -1 : 0, {crystal, {}}); }))
        return 0;
    fuzz::require(sigma.size() == static_cast<std::size_t>(crystal.size()), "every site has a species");
    fuzz::require(std::ranges::all_of(sigma, [](Spin s) { return s == 1 || s == -1; }), "species are A or B");
    return 0;
}
