#include <fmt/format.h>
#include <gtest/gtest.h>
#include <numeric>
#include <random>

#include "misfit/elastic/displacements.hpp"
#include "misfit/formats/atom_grid.hpp"
#include "misfit/formats/atom_reader.hpp"
#include "support/runs.hpp"
#include "support/systems.hpp"

namespace misfit {
namespace {

using support::error_of;

std::vector<Spin> parse(const std::string& text, const std::string& name, std::int64_t frame,
                        const Crystal& crystal) {
    return parse_atoms(text, name, frame, {crystal, {}});
}

/// A frame with the columns of `comment`; atoms in the order given, moved by `shift` and up to `jitter`.
std::string frame_of(const Crystal& crystal, const std::vector<Spin>& sigma, const std::vector<Site>& order,
                     const Vector3& shift = {}, double jitter = 0.0) {
    std::mt19937_64 random(3);
    std::uniform_real_distribution<double> move(-jitter, jitter);
    std::string text = fmt::format("{}\nframe\n", sigma.size());
    for (const Site site : order) {
        const auto k = static_cast<std::size_t>(site);
        const Vector3& r = crystal.positions()[k];
        const double dz = crystal.dimension() == 3 ? move(random) : 0.0;
        text += fmt::format("{} {} {} {}\n", sigma[k] > 0 ? "A" : "B", r[0] + shift[0] + move(random),
                            r[1] + shift[1] + move(random), r[2] + shift[2] + dz);
    }
    return text;
}

std::vector<Site> in_order(const Crystal& crystal) {
    std::vector<Site> order(static_cast<std::size_t>(crystal.size()));
    std::iota(order.begin(), order.end(), 0);
    return order;
}

TEST(read_atoms, finds_each_atom_s_site_whatever_the_order_and_origin) {
    std::mt19937_64 random(5);
    for (const auto& crystal : {support::hexagon(4), support::box(3, 4, 5), support::parallelogram(3, 5)}) {
        const std::vector<Spin> sigma = support::random_sigma(crystal->size(), 0.4, 8);
        std::vector<Site> order = in_order(*crystal);
        std::ranges::shuffle(order, random);
        const std::string text = frame_of(*crystal, sigma, order, {3.3, -20.0, 0.7}, 0.1);
        EXPECT_EQ(parse(text, "a.xyz", 0, *crystal), sigma) << crystal->shape();
    }
}

TEST(read_atoms, takes_the_frame_that_is_named) {
    const auto crystal = support::hexagon(2);
    std::string text;
    std::vector<std::vector<Spin>> frames;
    for (std::uint32_t k = 0; k < 3; ++k) {
        frames.push_back(support::random_sigma(7, 0.5, k));
        text += frame_of(*crystal, frames.back(), in_order(*crystal));
    }
    text += "\n  \n";
    EXPECT_EQ(parse(text, "a.xyz", 0, *crystal), frames[0]);
    EXPECT_EQ(parse(text, "a.xyz", 1, *crystal), frames[1]);
    EXPECT_EQ(parse(text, "a.xyz", -1, *crystal), frames[2]);
    EXPECT_EQ(error_of([&] { parse(text, "a.xyz", 3, *crystal); }), "a.xyz: has 3 frames, none is number 3");
    EXPECT_EQ(error_of([&] { parse(text, "a.xyz", -4, *crystal); }),
              "a.xyz: has 3 frames, none is number -4");
}

TEST(read_atoms, reads_columns_by_their_names) {
    const auto crystal = support::hexagon(2);
    const std::vector<Spin> sigma = {1, -1, 1, 1, -1, -1, 1};
    std::string text =
        "7\nLattice=\"9 0 0 0 9 0 0 0 9\" Properties=force:R:3:sigma:I:1:species:S:1:pos:R:3 t=0\r\n";
    for (std::size_t k = 0; k < 7; ++k) {
        const Vector3& r = crystal->positions()[k];
        text += fmt::format("0 0 0 {} Pb {} {} {}\r\n", int{sigma[k]}, r[0], r[1], r[2]);
    }
    EXPECT_EQ(parse(text, "a.xyz", -1, *crystal), sigma);
}

TEST(read_atoms, refuses_with_file_and_line) {
    const auto crystal = support::hexagon(2);
    const std::string good = frame_of(*crystal, std::vector<Spin>(7, Spin{1}), in_order(*crystal));
    const auto message = [&](const std::string& text, const std::shared_ptr<const Crystal>& on) {
        return error_of([&] { parse(text, "a.xyz", 0, *on); });
    };
    EXPECT_EQ(message("seven\n", crystal),
              "a.xyz:1: must be the number of atoms of a frame; no XYZ, no dump of LAMMPS, no POSCAR");
    EXPECT_EQ(message("", crystal), "a.xyz: has 0 frames, none is number 0");
    EXPECT_EQ(message("7\nframe\nA 0 0 0\n", crystal),
              "a.xyz:1: the frame has 7 atoms, but the file ends after 1");
    EXPECT_EQ(message(good, support::hexagon(3)),
              "a.xyz:1: the frame has 7 atoms, the crystal (hexagon, side 3) 19 sites");
    std::string text = good;
    EXPECT_EQ(message(text.replace(text.find("\nA ", 10), 3, "\nPb "), crystal),
              "a.xyz:4: species Pb: must be Cd or A, or Ag or B, or told by a column sigma; crystal.elements "
              "names the elements");
    text = frame_of(*crystal, std::vector<Spin>(7, Spin{1}), in_order(*crystal));
    std::string doubled = text.substr(0, text.find_last_of('\n', text.size() - 2) + 1);
    EXPECT_EQ(message(doubled + "A 0.0 0.1 0.0\n", crystal), "a.xyz:9: a second atom at the place of line 6");
    EXPECT_EQ(message("7\nProperties=species:S:1:pos:R:2\n\n\n\n\n\n\n\n", crystal),
              "a.xyz:2: Properties: must have pos:R:3 and species:S:1 or sigma:I:1");
    EXPECT_EQ(message("7\nProperties=pos:R:3:sigma:I:0\n\n\n\n\n\n\n\n", crystal),
              "a.xyz:2: Properties: column sigma must have a width from 1 to 1000000");
    std::string neither = "7\nProperties=pos:R:3:sigma:I:1\n";
    for (const Vector3& r : crystal->positions()) neither += fmt::format("{} {} 0 0\n", r[0], r[1]);
    EXPECT_EQ(message(neither, crystal), "a.xyz:3: sigma = 0: must be 1 (A) or -1 (B)");
    std::string turned = "7\n\n";
    for (const Vector3& r : crystal->positions())
        turned += fmt::format("A {} {} {}\n", 5.8 * r[1], 5.8 * r[0], 0.0);
    EXPECT_EQ(
        message(turned, crystal),
        "a.xyz:3: the atom is on no site of the crystal (hexagon, side 2), of which 1 of 7 are found at a "
        "lattice spacing of 5.8 in the file; atoms may be scaled and moved, but not turned");
    EXPECT_EQ(message("7\nLattice=\"1 2 3\"\n" + good.substr(8), crystal),
              "a.xyz:2: Lattice: must have nine numbers, three for each edge of the cell");
    EXPECT_EQ(message(good + "A 3 0 0\n", crystal),
              "a.xyz:10: an atom more than the 7 of the frame's first line");
}

TEST(read_atoms, species_that_contradict_sigma_are_refused) {
    const auto crystal = support::hexagon(2);
    std::string text = "7\nProperties=species:S:1:pos:R:3:sigma:I:1\n";
    for (const Vector3& r : crystal->positions()) text += fmt::format("Ag {} {} 0 -1\n", r[0], r[1]);
    EXPECT_EQ(parse(text, "a.xyz", 0, *crystal), std::vector<Spin>(7, Spin{-1}));
    std::string edited = text;
    edited.replace(text.rfind("Ag"), 2, "Cd");
    EXPECT_EQ(error_of([&] { parse(edited, "a.xyz", 0, *crystal); }),
              "a.xyz:9: species Cd is A, but sigma = -1 is B: they must agree, or one of the two columns go");
}

TEST(read_atoms, the_shell_keeps_its_species) {
    const auto crystal = support::hexagon(2, {1, 1.0});
    std::vector<Spin> sigma(19, Spin{1});
    for (Site site = 0; site < 19; ++site)
        if (crystal->is_shell(site)) sigma[static_cast<std::size_t>(site)] = -1;
    const std::string text = frame_of(*crystal, sigma, in_order(*crystal));
    EXPECT_EQ(parse(text, "a.xyz", 0, *crystal), sigma);
    EXPECT_EQ(
        error_of([&] { parse_atoms(text, "a.xyz", 0, {*crystal, {}, Spin{1}}); }),
        "a.xyz:3: site 0 of the shell is B, but crystal.shell.species is A: the shell keeps its species");
}

TEST(read_atoms, columns_are_those_of_the_key_properties_alone) {
    const auto crystal = support::hexagon(2);
    const std::vector<Spin> sigma = {1, -1, 1, 1, -1, -1, 1};
    const auto text = [&](const std::string& comment) {
        std::string lines = "7\n" + comment + "\n";
        for (std::size_t k = 0; k < 7; ++k)
            lines += fmt::format("A {} {} 0 {}\n", crystal->positions()[k][0], crystal->positions()[k][1],
                                 int{sigma[k]});
        return lines;
    };
    const std::string list = "note:S:1:pos:R:3:sigma:I:1";
    for (const std::string& comment :
         {"Properties=" + list, "properties=" + list, "Properties = " + list, "Properties = \"" + list + "\"",
          "title=\"Properties=x\" PROPERTIES=" + list, "MyProperties=pos:R:3 Properties=" + list,
          "5\" wafer Properties=" + list, "a=[1, 2] b={x y} Properties=" + list})
        EXPECT_EQ(parse(text(comment), "a.xyz", 0, *crystal), sigma) << comment;
    for (const std::string& comment :
         {"MyProperties=" + list, "\"Properties=" + list + "\"", std::string("Properties"),
          "title='Properties=" + list + "'", std::string("= ="), std::string()})
        EXPECT_EQ(parse(text(comment), "a.xyz", 0, *crystal), std::vector<Spin>(7, Spin{1})) << comment;
}

TEST(read_atoms, frames_that_are_not_asked_for_do_not_matter) {
    const auto crystal = support::hexagon(2);
    const std::vector<Spin> a = support::random_sigma(7, 0.5, 1);
    const std::vector<Spin> b = support::random_sigma(7, 0.5, 2);
    const std::string first = frame_of(*crystal, a, in_order(*crystal));
    const std::string second = frame_of(*crystal, b, in_order(*crystal));
    const std::string cut = "7\nframe\nA 0 0 0\n";
    EXPECT_EQ(parse(first + "\n\n" + second, "a.xyz", 1, *crystal), b);
    EXPECT_EQ(parse("\n" + first + "end of run\n see the log\n", "a.xyz", -1, *crystal), a);
    EXPECT_EQ(parse(first + cut, "a.xyz", 0, *crystal), a);
    EXPECT_EQ(parse(first + cut, "a.xyz", -2, *crystal), a);
    EXPECT_EQ(parse(first + "7\nframe\nnonsense\n\n\n\n\n\n\n" + second, "a.xyz", -1, *crystal), b);
    EXPECT_EQ(error_of([&] { parse(first + cut, "a.xyz", -1, *crystal); }),
              "a.xyz:10: the frame has 7 atoms, but the file ends after 1");
}

TEST(read_atoms, numbers_and_truths_are_read_as_others_write_them) {
    const auto crystal = support::hexagon(2);
    const std::vector<Spin> sigma = {1, -1, 1, 1, -1, -1, 1};
    const auto text = [&](const std::string& plus, const std::string& minus) {
        std::string lines =
            "\xEF\xBB\xBF"
            "7\nProperties=pos:R:3:wide:R:150:sigma:R:1\n";
        for (std::size_t k = 0; k < 7; ++k) {
            std::string x = fmt::format("{:+.8e}", crystal->positions()[k][0]);
            x[x.find('e')] = 'D';
            lines += fmt::format("{} {:+.9f} 0.0d+00", x, crystal->positions()[k][1]);
            for (int n = 0; n < 150; ++n) lines += " 0";
            lines += " " + (sigma[k] > 0 ? plus : minus) + "\n";
        }
        return lines;
    };
    for (const auto& [plus, minus] : {std::pair{"1.00000000", "-1.00000000"},
                                      {"+1", "-1"},
                                      {"T", "F"},
                                      {"1.0D+00", "-1D0"},
                                      {"True", "False"}})
        EXPECT_EQ(parse(text(plus, minus), "a.xyz", 0, *crystal), sigma) << plus;
    EXPECT_EQ(error_of([&] { parse(text("1.0001", "-1"), "a.xyz", 0, *crystal); }),
              "a.xyz:3: sigma = 1.0001: must be 1 (A) or -1 (B)");
    EXPECT_EQ(error_of([&] { parse(text("++1", "-1"), "a.xyz", 0, *crystal); }),
              "a.xyz:3: sigma = ++1: must be 1 (A) or -1 (B)");
}

/// Plain XYZ with atoms at r + Delta u, all lengths times `scale`.
std::string relaxed(const std::shared_ptr<const Crystal>& crystal, const std::vector<Spin>& sigma,
                    double mismatch, double scale, const Vector3& shift) {
    const std::vector<Vector3> u = Displacements(crystal)(sigma);
    std::string text = fmt::format("{}\n\n", sigma.size());
    for (std::size_t k = 0; k < sigma.size(); ++k) {
        text += sigma[k] > 0 ? "Cd" : "Ag";
        for (std::size_t axis = 0; axis < 3; ++axis)
            text += fmt::format(
                " {:.6f}", scale * (crystal->positions()[k][axis] + mismatch * u[k][axis]) + shift[axis]);
        text += "\n";
    }
    return text;
}

// Half A, half B: at a mismatch of 0.1 the atoms at the ends are more than a spacing from their sites, so
// that the nearest site is another one's.
TEST(read_atoms, a_relaxed_crystal_in_any_unit_of_length_is_recognised) {
    const auto crystal = support::hexagon(12);
    std::vector<Spin> sigma;
    for (const Vector3& r : crystal->positions()) sigma.push_back(r[0] < 0.1 ? Spin{1} : Spin{-1});
    double farthest = 0.0;
    for (const Vector3& u : Displacements(crystal)(sigma))
        farthest = std::max(farthest, std::hypot(u[0], u[1]));
    EXPECT_GT(0.1 * farthest, 1.0);
    for (const double scale : {1.0, 4.1, 1e-3, 410.0})
        EXPECT_EQ(parse(relaxed(crystal, sigma, 0.1, scale, {7.0, -3.0, 2.0}), "a.xyz", 0, *crystal), sigma)
            << scale;
    const auto solid = support::box(5, 6, 7);
    const std::vector<Spin> mixed = support::random_sigma(210, 0.4, 9);
    for (const double scale : {1.0, 0.9, 1.1, 2.5})
        EXPECT_EQ(parse(relaxed(solid, mixed, 0.1, scale, {}), "a.xyz", 0, *solid), mixed) << scale;
}

/// Extended XYZ of a periodic crystal, wrapped into its cell with one corner at the origin, as ASE does.
std::string wrapped(const Crystal& crystal, const std::vector<Spin>& sigma, double scale, double jitter,
                    double shift) {
    std::mt19937_64 random(17);
    std::uniform_real_distribution<double> move(-jitter, jitter);
    std::array<Vector3, 3> edges = {{{}, {}, {0.0, 0.0, 1.0}}};
    std::string text = fmt::format("{}\nLattice=\"", sigma.size());
    for (std::size_t axis = 0; axis < 3; ++axis) {
        if (crystal.period()[axis] > 0) edges[axis] = crystal.lattice().edge(axis, crystal.period()[axis]);
        for (const double x : edges[axis]) text += fmt::format("{:.9f} ", scale * x);
    }
    text += "\" Properties=species:S:1:pos:R:3\n";
    const Fractions fractions(edges);
    for (std::size_t k = 0; k < sigma.size(); ++k) {
        const Vector3& r = crystal.positions()[k];
        Vector3 at =
            fractions.of({r[0] + shift + move(random), r[1] + shift + move(random), r[2] + move(random)});
        for (std::size_t axis = 0; axis < 3; ++axis)
            if (crystal.period()[axis] > 0) at[axis] -= std::floor(at[axis]);
        const Vector3 there = fractions.position(at);
        text += fmt::format("{} {} {} {}\n", sigma[k] > 0 ? "A" : "B", scale * there[0], scale * there[1],
                            scale * there[2]);
    }
    return text;
}

TEST(read_atoms, atoms_wrapped_into_the_cell_are_on_their_sites) {
    for (const auto& crystal : {support::periodic(Parallelogram{{4, 5}}), support::periodic(Box{{3, 4, 5}}),
                                support::periodic(Box{{3, 4, 5}, {&fcc_lattice()}}),
                                support::periodic(Box{{4, 3, 6}, {&hcp_lattice()}})}) {
        const std::vector<Spin> sigma = support::random_sigma(crystal->size(), 0.4, 8);
        for (const double scale : {1.0, 4.1})
            for (const double jitter : {0.0, 0.05})
                EXPECT_EQ(parse(wrapped(*crystal, sigma, scale, jitter, 0.2), "a.xyz", 0, *crystal), sigma)
                    << crystal->shape() << ", " << scale << ", " << jitter;
    }
}

// A cluster about a corner of the cell of a file is in eight pieces there.
TEST(read_atoms, a_free_crystal_cut_by_the_cell_of_its_file_is_put_together) {
    const auto crystal = support::box(4, 5, 6);
    const std::vector<Spin> sigma = support::random_sigma(120, 0.4, 8);
    std::string text = "120\nLattice=\"20 0 0 0 21 0 0 0 22\" Properties=species:S:1:pos:R:3 pbc=\"T T T\"\n";
    const std::array<double, 3> edges = {20.0, 21.0, 22.0};
    for (std::size_t k = 0; k < 120; ++k) {
        text += sigma[k] > 0 ? "A" : "B";
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const double x = 2.0 * crystal->positions()[k][axis];
            text += fmt::format(" {}", x < 0.0 ? x + edges[axis] : x);
        }
        text += "\n";
    }
    EXPECT_EQ(parse(text, "a.xyz", 0, *crystal), sigma);
}

TEST(read_atoms, mangled_text_is_read_or_refused_with_one_message) {
    const auto crystal = support::hexagon(2);
    const std::string whole = frame_of(*crystal, std::vector<Spin>(7, Spin{1}), in_order(*crystal)) +
                              "7\nProperties=species:S:1:pos:R:3:sigma:I:1\n";
    std::mt19937_64 random(4);
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    for (int k = 0; k < 5000; ++k) {
        std::string text = whole.substr(0, 1 + below(whole.size()));
        for (std::size_t changes = 1 + below(5); changes > 0; --changes) {
            const std::size_t at = below(text.size());
            if (below(2) == 0)
                text[at] = static_cast<char>(below(256));
            else
                text.insert(at, whole.substr(below(whole.size()), below(20)));
        }
        try {
            EXPECT_EQ(parse(text, "a.xyz", -1, *crystal).size(), 7U);
        } catch (const Error& error) {
            EXPECT_EQ(std::string(error.what()).substr(0, 6), "a.xyz:");
        }
    }
}

}  // namespace
}  // namespace misfit
