#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "misfit/formats/atom_grid.hpp"
#include "misfit/formats/atom_reader.hpp"
#include "misfit/formats/dump_frames.hpp"
#include "misfit/formats/poscar.hpp"
#include "support/runs.hpp"
#include "support/systems.hpp"

namespace misfit {
namespace {

using support::error_of;

/// Two atoms in a tilted box, from 1, 2, 3 along (4, 0, 0), (1, 5, 0), (-0.5, 0.25, 6).
std::string dump(const std::string& atoms) {
    return "ITEM: UNITS\nmetal\nITEM: TIMESTEP\n5\nITEM: NUMBER OF ATOMS\n2\n"
           "ITEM: BOX BOUNDS xy xz yz pp ff p\n0.5 6.0 1.0\n2.0 7.25 -0.5\n3 9 0.25\n" +
           atoms;
}

TEST(dump, has_positions_in_whatever_way_they_are_written) {
    for (const char* atoms : {"ITEM: ATOMS id type x y z\n9 1 1 2 3\n3 2 1.25 4.625 6\n",
                              "ITEM: ATOMS id type xu yu zu ix\n9 1 1 2 3 0\n3 2 1.25 4.625 6 0\n"}) {
        const std::string text = dump(atoms);
        const AtomFrame frame = read_dump_frame(AtomText(text, "a"), 0, {});
        EXPECT_EQ(frame.positions, (std::vector<Vector3>{{1.0, 2.0, 3.0}, {1.25, 4.625, 6.0}}));
        EXPECT_EQ(frame.species, (std::vector<Spin>{1, -1}));
        EXPECT_EQ(frame.lines, (std::vector<std::size_t>{12, 13}));
        EXPECT_EQ(frame.cell->edges,
                  (std::array<Vector3, 3>{{{4.0, 0.0, 0.0}, {1.0, 5.0, 0.0}, {-0.5, 0.25, 6.0}}}));
        EXPECT_EQ(frame.cell->repeats, (std::array<bool, 3>{true, false, true}));
    }
    // As fractions of the cell, from its corner: half of all three edges.
    const std::string text = dump("ITEM: ATOMS id type xs ys zs\n1 1 0 0 0\n2 1 0.5 0.5 0.5\n");
    EXPECT_EQ(read_dump_frame(AtomText(text, "a"), -1, {}).positions[1], (Vector3{2.25, 2.625, 3.0}));
}

TEST(dump, tells_species_by_element_sigma_or_type) {
    const auto species = [](const std::string& atoms) {
        const std::string text = dump("ITEM: ATOMS x y z " + atoms);
        return read_dump_frame(AtomText(text, "a"), 0, {}).species;
    };
    const std::vector<Spin> A_B = {1, -1};
    EXPECT_EQ(species("type\n0 0 0 1\n1 0 0 2\n"), A_B);
    EXPECT_EQ(species("element type\n0 0 0 Cd 2\n1 0 0 Ag 1\n"), A_B)
        << "types of others mean what they mean";
    EXPECT_EQ(species("v_sigma\n0 0 0 1\n1 0 0 -1\n"), A_B);
    EXPECT_EQ(species("sigma type element\n0 0 0 1 1 Cd\n1 0 0 -1 7 X\n"), A_B);
    EXPECT_EQ(error_of([&] { species("type\n0 0 0 1\n1 0 0 3\n"); }),
              "a:13: type 3: must be 1 (A) or 2 (B), or told by a column element or v_sigma");
    EXPECT_EQ(error_of([&] { species("type v_sigma\n0 0 0 2 1\n1 0 0 2 -1\n"); }),
              "a:12: type 2 is B, but sigma = 1: they must agree, or one of the two columns go");
    EXPECT_EQ(error_of([&] { species("mol\n0 0 0 1\n1 0 0 2\n"); }),
              "a:11: ITEM: ATOMS must have a column type, element or v_sigma");
}

TEST(dump, refuses_with_file_and_line) {
    const auto told = [](const std::string& text, std::int64_t number = 0) {
        return error_of([&] { read_dump_frame(AtomText(text, "a"), number, {}); });
    };
    const std::string whole = dump("ITEM: ATOMS type x y z\n1 0 0 0\n2 1 0 0\n");
    EXPECT_EQ(read_dump_frame(AtomText(whole + whole, "a"), -1, {}).line, 14U);
    EXPECT_EQ(told(whole, 1), "a: has 1 frames, none is number 1");
    EXPECT_EQ(told(whole + dump("ITEM: ATOMS type x y z\n1 0 0 0\n"), 1),
              "a:14: the frame has 2 atoms, but the file ends after 1");
    EXPECT_EQ(told(whole + "ITEM: TIMESTEP\n6\n", -1), "a:14: the file ends before the atoms of this frame");
    EXPECT_EQ(told(dump("ITEM: ATOMS type x y\n1 0 0\n2 1 0\n")),
              "a:11: ITEM: ATOMS must have columns x y z, xu yu zu, xs ys zs or xsu ysu zsu");
    EXPECT_EQ(told(dump("ITEM: ATOMS type x y z\n1 0 0 0\n2 1 0\n")), "a:13: has 3 columns, 4 are needed");
    EXPECT_EQ(told(dump("ITEM: ATOMS type x y z\n1 0 0 0\n2 1 0 nan\n")),
              "a:13: must have three numbers for its position");
    EXPECT_EQ(told("ITEM: NUMBER OF ATOMS\nmany\n"), "a:2: must be the number of atoms");
    EXPECT_EQ(
        told(
            "ITEM: NUMBER OF ATOMS\n0\nITEM: BOX BOUNDS pp pp pp\n0 1\n0 1 2\n0 1\nITEM: ATOMS type x y z\n"),
        "a:5: ITEM: BOX BOUNDS: must have 2 numbers");
}

const std::string poscar_head = "slab of CdS\n2.0\n4 0 0\n1 5 0\n0 0 6\n";

TEST(poscar, has_atoms_of_its_elements_in_order) {
    const auto frame_of = [](const std::string& rest, const std::string& head = poscar_head) {
        const std::string text = head + rest;
        EXPECT_TRUE(is_poscar(AtomText(text, "a")));
        return read_poscar(AtomText(text, "a"), {});
    };
    const std::vector<Vector3> places = {{0.0, 0.0, 0.0}, {5.0, 5.0, 6.0}, {8.0, 0.0, 0.0}};
    for (const char* rest :
         {"Ag Cd\n2 1\nDirect\n0 0 0\n0.5 0.5 0.5\n1 0 0\n",
          "Ag_pv/abc Cd\n2 1\nSelective dynamics\n direct\n0 0 0 T T T\n0.5 0.5 0.5 F F F Ag\n1 0 0 T F T\n",
          "Ag Cd\n2 1\nCartesian\n0 0 0\n2.5 2.5 3\n4 0 0\n\n0 0 0\n",
          "Ag Ag Cd\n1 1 1\nkart\n0 0 0\n2.5 2.5 3\n4 0 0\n"}) {
        const AtomFrame frame = frame_of(rest);
        EXPECT_EQ(frame.positions, places) << rest;
        EXPECT_EQ(frame.species, (std::vector<Spin>{-1, -1, 1}));
        EXPECT_EQ(frame.cell->edges[1], (Vector3{2.0, 10.0, 0.0}));
    }
    // A negative scale is the volume: 120 times 8 is that of the scale 2.
    const AtomFrame scaled = frame_of("Cd\n1\nDirect\n0.5 0.5 0.5\n", "x\n-960.0\n4 0 0\n1 5 0\n0 0 6\n");
    for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(scaled.positions[0][k], places[1][k], 1e-12);
}

TEST(poscar, refuses_with_file_and_line) {
    const auto told = [](const std::string& rest) {
        const std::string text = poscar_head + rest;
        return error_of([&] { read_poscar(AtomText(text, "a"), {}); });
    };
    EXPECT_EQ(told("2 1\nDirect\n"), "a:6: must name the elements, before the line that counts them");
    EXPECT_EQ(told("Cd Ag\n2\nDirect\n"),
              "a:7: must have 2 numbers, how many atoms there are of each element");
    EXPECT_EQ(told("Cd Ag\n2 x\nDirect\n"), "a:7: x: must be a number of atoms");
    EXPECT_EQ(told("Cd S\n2 2\nDirect\n").substr(0, 48), "a:6: species S: must be Cd or A, or Ag or B, or ");
    EXPECT_EQ(told("Cd\n2\nBoth\n"), "a:8: \"Both\": must be Direct or Cartesian");
    EXPECT_EQ(told("Cd\n2\nDirect\n0 0 0\n"), "a:10: the file ends after 1 atoms");
    EXPECT_EQ(told("Cd\n1\nDirect\n0 0 z\n"), "a:9: must have three numbers for its position");
    EXPECT_EQ(error_of([] { read_poscar(AtomText("x\n-1\n1 0 0\n2 0 0\n0 0 1\n", "a"), {}); }),
              "a:2: -1: must be a scale, and the cell have a volume");
}

TEST(read_atoms, tells_the_format_by_what_the_file_holds) {
    const auto crystal = support::box(2, 2, 2);
    const std::vector<Spin> sigma = {1, -1, 1, 1, -1, -1, 1, -1};
    std::string atoms;
    std::string lines;
    for (std::size_t k = 0; k < 8; ++k) {
        const Vector3& r = crystal->positions()[k];
        lines += fmt::format("{} {} {} {}\n", sigma[k] > 0 ? "Hg" : "Pb", r[0], r[1], r[2]);
    }
    for (const Spin species : {Spin{1}, Spin{-1}})
        for (std::size_t k = 0; k < 8; ++k)
            if (sigma[k] == species)
                atoms += fmt::format("{} {} {}\n", crystal->positions()[k][0], crystal->positions()[k][1],
                                     crystal->positions()[k][2]);
    const AtomTarget target = {*crystal, {{"Hg", "Pb"}}};
    const std::string poscar = "8\n3.0\n9 0 0\n0 9 0\n0 0 9\nHg Pb\n4 4\nC\n" + atoms;
    EXPECT_EQ(parse_atoms("8\n\n" + lines, "a", 0, target), sigma);
    EXPECT_EQ(parse_atoms(poscar, "a", -1, target), sigma);
    EXPECT_EQ(
        parse_atoms("\nITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n8\nITEM: ATOMS element x y z\n" + lines, "a",
                    0, target),
        sigma);
    EXPECT_EQ(error_of([&] { parse_atoms(poscar, "a", 1, target); }), "a: has 1 frames, none is number 1");
    EXPECT_EQ(
        error_of([&] { parse_atoms("8\n\n" + lines, "a", 0, {*crystal, {}}); }),
        "a:3: species Hg: must be Cd or A, or Ag or B, or told by a column sigma; crystal.elements names the "
        "elements");
    // Boron and nitrogen: B is an element here, not our letter.
    EXPECT_EQ(parse_atoms("2\n\nB 0 0 0\nN 1 0 0\n", "a", 0,
                          {Crystal(simple_cubic_lattice(), {{0, 0, 0}, {1, 0, 0}}, "pair"), {{"B", "N"}}}),
              (std::vector<Spin>{1, -1}));
}

// The edges of the fcc cell lie neither along x nor in the plane of x and y: LAMMPS turns it.
TEST(read_atoms, a_turned_cell_of_a_periodic_crystal_is_recognised) {
    const auto crystal = support::periodic(Box{{3, 4, 5}, {&fcc_lattice()}});
    const std::vector<Spin> sigma = support::random_sigma(60, 0.4, 3);
    const double height = std::sqrt(2.0 / 3.0);  // edges at 60 degrees to each other
    const std::array<Vector3, 3> edges = {
        {{1.0, 0.0, 0.0}, {0.5, std::sqrt(0.75), 0.0}, {0.5, std::sqrt(0.75) / 3.0, height}}};
    std::string text = "60\nLattice=\"";
    for (std::size_t axis = 0; axis < 3; ++axis)
        for (const double x : edges[axis]) text += fmt::format("{} ", 4.1 * x * crystal->period()[axis]);
    text += "\" Properties=species:S:1:pos:R:3\n";
    const Fractions ours(crystal->lattice().basis);
    const Fractions theirs(edges);
    for (std::size_t k = 0; k < 60; ++k) {
        const Vector3 place = theirs.position(ours.of(crystal->positions()[k]));
        text += fmt::format("{} {} {} {}\n", sigma[k] > 0 ? "A" : "B", 4.1 * place[0], 4.1 * place[1],
                            4.1 * place[2]);
    }
    EXPECT_EQ(parse_atoms(text, "a", 0, {*crystal, {}}), sigma);
}

}  // namespace
}  // namespace misfit
