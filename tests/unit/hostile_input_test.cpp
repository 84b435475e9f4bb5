// What fuzzing and reading the code with a hostile eye found, each once more by name; tests/fuzz/corpus/ has
// the inputs themselves.
#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>
#include <limits>

#include "misfit/formats/atom_reader.hpp"
#include "misfit/input/spec_reader.hpp"
#include "misfit/input/toml_input.hpp"
#include "misfit/measure/schedule.hpp"
#include "misfit/run/memory.hpp"
#include "misfit/run/run.hpp"
#include "misfit/unit/unit.hpp"
#include "support/equilibrium.hpp"
#include "support/runs.hpp"

namespace misfit {
namespace {

using support::error_of;

const std::string hexagon = "[crystal]\nshape = \"hexagon\"\nside = 3\n";

std::string repeated(const std::string& text, int times) {
    std::string all;
    for (int k = 0; k < times; ++k) all += text;
    return all;
}

TEST(hostile_input, keys_of_very_many_parts_are_refused_before_they_use_up_the_stack) {
    const std::string deep = repeated("a.", 1'000'000) + "a";
    EXPECT_EQ(error_of([&] { parse_spec(hexagon + deep + " = 1\n", "a.toml"); }),
              "a.toml:4:22: a key of too many parts");
    EXPECT_NE(error_of([&] { parse_spec("[" + deep + "]\n", "a.toml"); }), "");
    EXPECT_NE(error_of([&] { parse_spec(repeated("[\"a\".'b'.", 1'000'000), "a.toml"); }), "");
    EXPECT_NE(error_of([&] {
                  parse_spec(hexagon, "a.toml", std::vector<std::string>{"model.kT={" + deep + "=1}"});
              }),
              "");
    // In quotes and comments dots are dots.
    const std::string dots = repeated(".", 1000);
    const RunSpec spec = parse_spec(
        "# " + dots + "\nmodel.potential_file = '''" + dots + "''''\n" + hexagon + "# " + dots, "a.toml");
    EXPECT_EQ(spec.potential_file, dots + "'");
}

TEST(hostile_input, letters_beyond_ascii_stand_in_quotes_and_comments_only) {
    EXPECT_EQ(error_of([&] { parse_spec(hexagon + "[model]\n\u03bbT = 1\n", "a.toml"); }),
              "a.toml:5:1: a character that may stand in quotes and comments only");
    EXPECT_EQ(
        parse_spec(hexagon + "# \u03bb\n[model]\npotential_file = \"\u03bb\"\n", "a.toml").potential_file,
        "\u03bb");
}

TEST(hostile_input, lists_of_very_many_values_are_read_in_time_that_grows_with_their_number) {
    const std::string values = repeated("1,", 100'000);
    EXPECT_EQ(parse_spec(hexagon + "[record.scalars]\ntimes = [" + values + "]\n", "a.toml")
                  .exchange()
                  .record.scalars.times.size(),
              100'000U);
    EXPECT_EQ(
        parse_spec(hexagon + "[record.scalars]\ntimes = [\n" + repeated("1,\n", 100'000) + "]\n", "a.toml")
            .exchange()
            .record.scalars.times.size(),
        100'000U);
}

TEST(hostile_input, unknown_keys_of_any_length_get_their_message) {
    EXPECT_NE(
        error_of([&] { parse_spec(hexagon + "[model]\n" + repeated("k", 1'000'000) + " = 1\n", "a.toml"); }),
        "");
}

TEST(hostile_input, due_times_are_finite_however_long_the_run) {
    constexpr double longest = std::numeric_limits<double>::max();
    const std::vector<double> due = due_times({.linear = 11, .logarithmic = 11, .times = {}}, longest);
    EXPECT_EQ(due.size(), 21U);
    for (const double time : due) EXPECT_TRUE(std::isfinite(time) && time >= 0.0 && time <= longest);
}

TEST(hostile_input, more_due_times_than_memory_holds_are_counted_not_listed) {
    const RunSpec spec =
        parse_spec(hexagon + "[record.scalars]\nlinear = 10000000\nlogarithmic = 10000000\n" +
                       repeated("[[stage]]\n", 1000),
                   "a.toml");
    EXPECT_GT(estimate_memory(spec, 1).total_bytes, 1e12);
}

TEST(hostile_input, values_of_a_ladder_may_be_the_smallest_numbers_there_are) {
    const RunSpec spec = support::equilibrium_spec(
        "[sweep]\n\"model.kT\" = [5e-324, 1e-320]\n[replica_exchange]\nover = \"model.kT\"\ninterval = 10\n");
    EXPECT_EQ(spec.sweep.front().values.front(), (Value{5e-324}));
    EXPECT_FALSE(toml_number("[1, 2]"));
    EXPECT_FALSE(toml_number(""));
}

TEST(hostile_input, files_without_an_end_are_refused) {
    const Crystal crystal = build_crystal(Hexagon{2});
    EXPECT_EQ(error_of([&] { read_atoms("/dev/zero", 0, {crystal, {}}); }), "/dev/zero: does not end");
}

TEST(hostile_input, numbers_that_stand_for_no_word_are_refused_by_readers_of_parts) {
    Unit unit = support::arbitrary_unit(1, 2, 3, 1, 7);
    unit.stages.front().chains.front().end.stop = Stop::paused;
    ByteWriter writer;
    put(writer, unit);
    Bytes bytes = writer.bytes();
    // unit, stages, chains; point, number, samples, scalars, reduced energies, frames, sigma
    const std::size_t at = (4 + 4 + 4) + 4 + 4 + 4 + (8 + 6 * 8) + 8 + 4 + (8 + 1);
    ASSERT_EQ(bytes[at], static_cast<std::uint8_t>(Stop::paused));
    for (const int number : {static_cast<int>(Stop::paused) + 1, 200}) {
        bytes[at] = static_cast<std::uint8_t>(number);
        ByteReader reader(bytes, "a.part");
        EXPECT_EQ(error_of([&] { take(reader, unit); }), "a.part: damaged");
    }
}

TEST(hostile_input, symbolic_links_do_not_lead_a_run_out_of_its_folder) {
    const support::TemporaryFolder folder;
    const std::filesystem::path elsewhere = folder / "elsewhere";
    std::filesystem::create_directory(elsewhere);
    support::write_text(elsewhere / "notes", "mine");
    support::write_text(elsewhere / "1.part", "mine");
    for (const char* name :
         {"parts", "record.h5", "record.h5.partial", "input.toml", "input.toml.new", "lock"}) {
        const std::filesystem::path out = folder / "out";
        std::filesystem::create_directory(out);
        const bool is_folder = std::string(name) == "parts";
        std::filesystem::create_symlink(is_folder ? elsewhere : elsewhere / "notes", out / name);
        RunOptions options;
        options.out = out;
        options.overwrite = true;
        EXPECT_NE(error_of([&] { run(support::small_spec(1, 0.1), "", options); }), "") << name;
        EXPECT_EQ(std::filesystem::file_size(elsewhere / "notes"), 4U) << name;
        EXPECT_TRUE(std::filesystem::exists(elsewhere / "1.part")) << name;
        std::filesystem::remove_all(out);
    }
}

}  // namespace
}  // namespace misfit
