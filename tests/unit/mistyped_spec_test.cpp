// What is mistyped in an input, and what is said of it.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "misfit/input/nearest_word.hpp"
#include "misfit/input/spec_reader.hpp"
#include "misfit/input/spec_text.hpp"
#include "support/runs.hpp"

namespace misfit {
namespace {

const std::string hexagon = "[crystal]\nshape = \"hexagon\"\nside = 4\n";

std::string refusal(const std::string& text) {
    return support::error_of([&] { parse_spec(text, "my.toml"); });
}

TEST(Mistyped, an_unknown_key_names_the_nearest_one) {
    EXPECT_EQ(refusal(hexagon + "[model]\nkt = 0.2\n"),
              "my.toml:5:1: model.kt = 0.2: unknown key; did you mean model.kT?");
    EXPECT_EQ(refusal(hexagon + "[kmc]\n\n  tend = 4\n"),
              "my.toml:6:3: kmc.tend = 4: unknown key; did you mean kmc.t_end?");
    EXPECT_EQ(
        refusal(hexagon + "[record.scalars]\nlogaritmic = 4\n"),
        "my.toml:5:1: record.scalars.logaritmic = 4: unknown key; did you mean record.scalars.logarithmic?");
}

TEST(Mistyped, all_mistyped_keys_are_told_at_once) {
    EXPECT_EQ(refusal(hexagon + "[kmc]\ntend = 4\n[model]\nkt = 1\nJ = 0.1\n[ensemlbe]\na = 1\nb = 2\n"),
              "my.toml:5:1: kmc.tend = 4: unknown key; did you mean kmc.t_end?; likewise model.kt in line 7, "
              "ensemlbe in line 9");
    EXPECT_EQ(
        refusal(hexagon + "[sweep]\nmodel.kt = [1, 2]\nmodel.J = [0]\nmodel.jj = [1]\n[[stage]]\ntend = 4\n"
                          "t_end = 1\nshape = 1\n[[stage]]\nepsilom = 1\n"),
        "my.toml:5:7: sweep.model.kt = [1, 2]: unknown key; did you mean model.kT?; likewise "
        "sweep.model.jj in line 7, stage.1.tend in line 9, stage.2.epsilom in line 13");
    EXPECT_EQ(
        refusal(hexagon + "[[stage]]\nsweps = 4\nkt = 1\n[monte_carlo]\n"),
        "my.toml:5:1: stage.1.sweps = 4: unknown key; did you mean sweeps?; likewise stage.1.kt in line 6");
    std::string many = hexagon + "[model]\n";
    for (int k = 0; k < 3000; ++k) many += fmt::format("x{} = 1\n", k);
    const std::string message = support::error_of([&] { parse_spec(many, "my.toml"); });
    EXPECT_NE(message.find("x8 in line 13 and 2991 more"), std::string::npos) << message;
}

TEST(Mistyped, a_list_of_times_says_which_of_them_is_wrong) {
    for (const auto& [list, fault] : std::vector<std::pair<std::string, std::string>>{
             {"[0, 1, -2.5, -3]", "number 3 of the list is -2.5"},
             {"[\"1\", 2]", "number 1 of the list is \"1\""},
             {"[1, inf]", "number 2 of the list is inf"},
             {"[1, [2]]", "number 2 of the list is [2]"}})
        EXPECT_EQ(refusal(fmt::format("{}[record.scalars]\ntimes = {}\n", hexagon, list)),
                  fmt::format(
                      "my.toml:5:1: record.scalars.times = {}: must be a list of numbers from 0 to t_end; {}",
                      list, fault));
}

TEST(Mistyped, what_others_call_a_key_or_shape_is_known) {
    EXPECT_EQ(refusal(hexagon + "[model]\ntemperature = 0.2\n"),
              "my.toml:5:1: model.temperature = 0.2: unknown key; did you mean model.kT?");
    EXPECT_EQ(refusal("[crystal]\nshape = \"rod\"\n").substr(36),
              "must be \"hexagon\", \"box\", \"parallelogram\", \"disc\", \"sphere\" or \"sites\"; did you "
              "mean \"box\"?");
}

TEST(Mistyped, an_unknown_key_far_from_all_suggests_nothing) {
    EXPECT_EQ(refusal(hexagon + "[model]\nviscosity = 1\n"), "my.toml:5:1: model.viscosity = 1: unknown key");
}

TEST(Mistyped, a_key_in_the_wrong_table_names_its_own) {
    EXPECT_EQ(refusal(hexagon + "[kmc]\nseed = 1\n"),
              "my.toml:5:1: kmc.seed = 1: unknown key; did you mean ensemble.seed?");
    EXPECT_EQ(refusal("kT = 1\n" + hexagon), "my.toml:1:1: kT = 1: unknown key; did you mean model.kT?");
}

TEST(Mistyped, an_unknown_table_names_the_nearest_one) {
    EXPECT_EQ(refusal(hexagon + "[modle]\nkT = 1\n"),
              "my.toml:4:2: modle: unknown table; did you mean [model]?");
    EXPECT_EQ(refusal(hexagon + "[record.sgma]\n"),
              "my.toml:4:9: record.sgma: unknown table; did you mean [record.sigma]?");
    EXPECT_NE(refusal(hexagon + "[[stage]]\nt = 1\n").find("unknown"), std::string::npos);
}

TEST(Mistyped, a_mistyped_word_names_the_nearest_one) {
    EXPECT_EQ(
        refusal("[crystal]\nshape = \"hexagn\"\n"),
        "my.toml:2:1: crystal.shape = \"hexagn\": must be \"hexagon\", \"box\", \"parallelogram\", \"disc\", "
        "\"sphere\" or \"sites\"; did you mean \"hexagon\"?");
}

TEST(Mistyped, a_value_is_quoted_as_it_was_written) {
    EXPECT_EQ(refusal(hexagon + "[kmc]\nmax_events = -1_000 # none\n"),
              "my.toml:5:1: kmc.max_events = -1_000: must be an integer of 1 or more");
    EXPECT_EQ(refusal("crystal = { shape = \"h\u00e9xagon\", side = 0.2e1 }"),
              "my.toml:1:13: crystal.shape = \"h\u00e9xagon\": must be \"hexagon\", \"box\", "
              "\"parallelogram\", \"disc\", \"sphere\" or \"sites\"; did you mean \"hexagon\"?");
    EXPECT_EQ(refusal("crystal = { \"\u00e9\" = 'x', side = 4 }"),
              "my.toml:1:13: crystal.\u00e9 = 'x': unknown key");
    EXPECT_EQ(
        refusal(hexagon + "[record.sigma]\ntimes = [1,\n  -2]\n"),
        "my.toml:5:1: record.sigma.times = [1, ...: must be a list of numbers from 0 to t_end; number 2 of "
        "the list is -2");
}

TEST(Mistyped, a_table_is_not_a_value_nor_a_value_a_table) {
    EXPECT_EQ(refusal("model = 3\n" + hexagon), "my.toml:1:1: model = 3: is a table: write [model]");
    EXPECT_EQ(refusal(hexagon + "[model.kT]\nx = 1\n"),
              "my.toml:4:8: model.kT = a table: must be a number above 0");
}

TEST(Mistyped, a_syntax_error_names_line_and_column) {
    const std::string message = refusal(hexagon + "[model]\nkT = \n");
    EXPECT_TRUE(message.starts_with("my.toml:5:")) << message;
    EXPECT_TRUE(refusal("[crystal\n").starts_with("my.toml:1:")) << refusal("[crystal\n");
    EXPECT_TRUE(refusal(hexagon + "side = 5\n").starts_with("my.toml:4:")) << refusal(hexagon + "side = 5\n");
}

TEST(Mistyped, messages_show_the_first_few_of_thousands_of_values) {
    std::string times = "[0";
    for (int k = 1; k < 3000; ++k) times += fmt::format(", {}", k);
    times += "]";
    EXPECT_EQ(
        refusal(hexagon + "[kmc]\nt_end = 9.0\n[record.scalars]\ntimes = " + times + "\n"),
        "my.toml:7:1: record.scalars.times = [0, 1, 2, 3, 4, 5, 6, 7 and 2992 more]: no time may lie beyond "
        "kmc.t_end = 9; number 11 of the list is 10");
    const RunSpec none = parse_spec(hexagon + "[kmc]\nt_end = 1e4\n", "my.toml");
    const RunSpec many =
        parse_spec(hexagon + "[kmc]\nt_end = 1e4\n[record.sigma]\ntimes = " + times + "\n", "my.toml");
    EXPECT_EQ(differences(none, many),
              (std::vector<std::string>{
                  "record.sigma.times: [] here, [0, 1, 2, 3, 4, 5, 6, 7 and 2992 more] in the record"}));
}

TEST(NearestWord, counts_slips_of_the_finger) {
    EXPECT_EQ(edit_distance("", "abc"), 3);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
    EXPECT_EQ(edit_distance("modle", "model"), 1);
    EXPECT_EQ(edit_distance("KT", "kt"), 0);
    const std::vector<std::string> words = {"linear", "logarithmic"};
    EXPECT_EQ(nearest_word("liner", words), "linear");
    EXPECT_EQ(nearest_word("colour", words), "");
}

}  // namespace
}  // namespace misfit
