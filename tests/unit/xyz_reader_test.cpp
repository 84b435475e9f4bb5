#include <fmt/format.h>
#include <gtest/gtest.h>
#include <numeric>
#include <random>

#include "misfit/formats/xyz_reader.hpp"
#include "support/runs.hpp"
#include "support/systems.hpp"

namespace misfit {
namespace {

using support::error_of;

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

TEST(read_xyz, finds_each_atom_s_site_whatever_the_order_and_origin) {
    std::mt19937_64 random(5);
    for (const auto& crystal : {support::hexagon(4), support::box(3, 4, 5), support::parallelogram(3, 5)}) {
        const std::vector<Spin> sigma = support::random_sigma(crystal->size(), 0.4, 8);
        std::vector<Site> order = in_order(*crystal);
        std::ranges::shuffle(order, random);
        const std::string text = frame_of(*crystal, sigma, order, {3.3, -20.0, 0.7}, 0.1);
        EXPECT_EQ(parse_xyz(text, "a.xyz", 0, *crystal), sigma) << crystal->shape();
    }
}

TEST(read_xyz, takes_the_frame_that_is_named) {
    const auto crystal = support::hexagon(2);
    std::string text;
    std::vector<std::vector<Spin>> frames;
    for (std::uint32_t k = 0; k < 3; ++k) {
        frames.push_back(support::random_sigma(7, 0.5, k));
        text += frame_of(*crystal, frames.back(), in_order(*crystal));
    }
    text += "\n  \n";
    EXPECT_EQ(parse_xyz(text, "a.xyz", 0, *crystal), frames[0]);
    EXPECT_EQ(parse_xyz(text, "a.xyz", 1, *crystal), frames[1]);
    EXPECT_EQ(parse_xyz(text, "a.xyz", -1, *crystal), frames[2]);
    EXPECT_EQ(error_of([&] { parse_xyz(text, "a.xyz", 3, *crystal); }),
              "a.xyz: has 3 frames, none is number 3");
    EXPECT_EQ(error_of([&] { parse_xyz(text, "a.xyz", -4, *crystal); }),
              "a.xyz: has 3 frames, none is number -4");
}

TEST(read_xyz, reads_columns_by_their_names) {
    const auto crystal = support::hexagon(2);
    const std::vector<Spin> sigma = {1, -1, 1, 1, -1, -1, 1};
    std::string text =
        "7\nLattice=\"9 0 0 0 9 0 0 0 9\" Properties=force:R:3:sigma:I:1:species:S:1:pos:R:3 t=0\r\n";
    for (std::size_t k = 0; k < 7; ++k) {
        const Vector3& r = crystal->positions()[k];
        text += fmt::format("0 0 0 {} Pb {} {} {}\r\n", int{sigma[k]}, r[0], r[1], r[2]);
    }
    EXPECT_EQ(parse_xyz(text, "a.xyz", -1, *crystal), sigma);
}

TEST(read_xyz, refuses_with_file_and_line) {
    const auto crystal = support::hexagon(2);
    const std::string good = frame_of(*crystal, std::vector<Spin>(7, Spin{1}), in_order(*crystal));
    const auto message = [&](const std::string& text, const std::shared_ptr<const Crystal>& on) {
        return error_of([&] { parse_xyz(text, "a.xyz", 0, *on); });
    };
    EXPECT_EQ(message("seven\n", crystal), "a.xyz:1: must be the number of atoms of a frame: no XYZ file");
    EXPECT_EQ(message("", crystal), "a.xyz: has 0 frames, none is number 0");
    EXPECT_EQ(message("7\nframe\nA 0 0 0\n", crystal),
              "a.xyz:1: the frame has 7 atoms, but the file ends after 1");
    EXPECT_EQ(message(good, support::hexagon(3)),
              "a.xyz:1: the frame has 7 atoms, the crystal (hexagon, side 3) 19 sites");
    std::string text = good;
    EXPECT_EQ(message(text.replace(text.find("\nA ", 10), 3, "\nPb "), crystal),
              "a.xyz:4: species Pb: must be A or Cd (A), B or Ag (B), or told by a column sigma");
    text = frame_of(*crystal, std::vector<Spin>(7, Spin{1}), in_order(*crystal));
    std::string doubled = text.substr(0, text.find_last_of('\n', text.size() - 2) + 1);
    EXPECT_EQ(message(doubled + "A 0.0 0.0 0.0\n", crystal).substr(0, 8), "a.xyz:9:");
    EXPECT_EQ(message("7\nProperties=species:S:1:pos:R:2\n\n\n\n\n\n\n\n", crystal),
              "a.xyz:2: Properties: must have pos:R:3 and species:S:1 or sigma:I:1");
    EXPECT_EQ(message("7\nProperties=pos:R:3:sigma:I:0\n\n\n\n\n\n\n\n", crystal),
              "a.xyz:2: Properties: a column without a width");
    std::string neither = "7\nProperties=pos:R:3:sigma:I:1\n";
    for (const Vector3& r : crystal->positions()) neither += fmt::format("{} {} 0 0\n", r[0], r[1]);
    EXPECT_EQ(message(neither, crystal), "a.xyz:3: sigma = 0: must be 1 (A) or -1 (B)");
    std::string scaled = "7\n\n";
    for (const Vector3& r : crystal->positions())
        scaled += fmt::format("A {} {} {}\n", 5.8 * r[0], 5.8 * r[1], 0.0);
    EXPECT_EQ(message(scaled, crystal),
              "a.xyz:3: the atom is on no site of the crystal (hexagon, side 2); positions are in lattice "
              "spacings");
}

TEST(read_xyz, mangled_text_is_read_or_refused_with_one_message) {
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
            EXPECT_EQ(parse_xyz(text, "a.xyz", -1, *crystal).size(), 7U);
        } catch (const Error& error) {
            EXPECT_EQ(std::string(error.what()).substr(0, 6), "a.xyz:");
        }
    }
}

}  // namespace
}  // namespace misfit
