#include "misfit/input/spec.hpp"
#include "misfit/input/spec_reader.hpp"
#include "misfit/input/spec_template.hpp"
#include "misfit/input/spec_text.hpp"
#include "misfit/measure/observable.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "misfit/base/error.hpp"
#include "misfit/input/schema.hpp"
#include "support/runs.hpp"

namespace misfit {
namespace {

const std::string hexagon = "[crystal]\nshape = \"hexagon\"\nside = 4\n";

RunSpec parsed(const std::string& text, const std::vector<std::string>& settings = {}) {
    return parse_spec(text, "my.toml", settings);
}

/// The message of the error that the text causes, or "no error".
std::string refusal(const std::string& text, const std::vector<std::string>& settings = {}) {
    try {
        parsed(text, settings);
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Spec, absent_keys_take_their_defaults) {
    RunSpec expected;
    expected.crystal = Hexagon{4};
    EXPECT_EQ(parsed(hexagon), expected);
    EXPECT_EQ(expected.model.kT, 0.2);
    EXPECT_EQ(expected.exchange().ensemble.seed, 2021U);
    EXPECT_EQ(expected.exchange().record.scalars.linear, 401);
}

TEST(Spec, every_key_reaches_its_field) {
    const RunSpec spec = parsed(
        "[crystal]\nshape = \"box\"\nsize = [3, 4, 5]\n"
        "[model]\nkT = 1.5\nepsilon = 2\nJ = -0.5\ndelta_mu = 7.25\n"
        "[kmc]\nt_end = 9\nstop_at_composition = 0.25\nmax_events = 77\nexchange_rate = 0\ndiffusion_rate = "
        "3.5\n"
        "rates = \"published\"\n"
        "[observables]\nstrain = true\nmismatch = 0.5\nprofile = \"z\"\n"
        "[ensemble]\ntrajectories = 6\nseed = 9223372036854775807\nfirst = 12\n"
        "[record.scalars]\nlinear = 5\nlogarithmic = 0\nlog_start = 1e-3\ntimes = [1, 2.5]\n"
        "[record.sigma]\nlinear = 0\nlogarithmic = 7\nlog_start = 1e-30\ntimes = []\n");
    EXPECT_EQ(std::get<Box>(spec.crystal), (Box{{3, 4, 5}}));
    EXPECT_EQ(spec.model, (ModelParameters{1.5, 2.0, -0.5, 7.25}));
    EXPECT_EQ(spec.exchange().kmc, (KmcParameters{9.0, 0.25, 77, 0.0, 3.5, RateRule::published}));
    EXPECT_EQ(spec.observables, (ObservableParameters{true, 0.5, ProfileAxis::z}));
    EXPECT_EQ(spec.exchange().ensemble, (EnsembleParameters{6, 9223372036854775807U, 12}));
    EXPECT_EQ(spec.exchange().record.scalars, (ScheduleParameters{5, 0, 1e-3, {1.0, 2.5}}));
    EXPECT_EQ(spec.exchange().record.sigma, (ScheduleParameters{0, 7, 1e-30, {}}));
}

TEST(Spec, holds_V_in_single_precision_where_that_pays_and_does) {
    const auto kind = [](const std::string& text) { return parse_spec(text, "my.toml").elastic_kind(); };
    const std::string large = "[crystal]\nshape = \"hexagon\"\nside = 19\n";
    const std::string small = "[crystal]\nshape = \"hexagon\"\nside = 18\n";
    EXPECT_EQ(kind(large), ElasticKind::single);
    EXPECT_EQ(kind(small), ElasticKind::dense);
    EXPECT_EQ(kind(large + "[monte_carlo]\n"), ElasticKind::dense);
    EXPECT_EQ(kind(large + "[model]\npotential_file = \"V.h5\"\n"), ElasticKind::dense);
    EXPECT_EQ(kind(large + "[model]\nelastic = \"dense\"\n"), ElasticKind::dense);
    EXPECT_EQ(kind(small + "[model]\nelastic = \"single\"\n"), ElasticKind::single);
    EXPECT_EQ(kind(small + "[model]\nelastic = \"blocks\"\n"), ElasticKind::blocks);
    EXPECT_EQ(refusal(large + "[model]\nelastic = \"single\"\n[monte_carlo]\n"),
              "my.toml:5:1: model.elastic = \"single\": must be \"dense\" with [monte_carlo]: V of a stiff "
              "shell has "
              "elements too large for single precision");
    EXPECT_EQ(refusal(large + "[model]\nelastic = \"single\"\npotential_file = \"V.h5\"\n"),
              "my.toml:5:1: model.elastic = \"single\": must be \"dense\" with model.potential_file: single "
              "precision is "
              "known to do for V of springs alone");
}

TEST(Spec, a_path_on_the_command_line_is_a_text_whatever_TOML_calls_it) {
    for (const std::string path :
         {"2026-11-27", "2026", "a+b~c@d:e", "\u00e9t\u00e9/out", "1e5", "true", "a b", "#1"}) {
        const RunSpec spec = parse_spec(hexagon + "[kmc]\nstart = \"record\"\n", "my.toml",
                                        std::vector<std::string>{"kmc.start_record=" + path});
        EXPECT_EQ(spec.exchange().start.record, path);
    }
    for (const char* wrong : {"0.2.3", "2026-11-27", "abc", "+-1"})
        EXPECT_NE(support::error_of([&] {
                      parse_spec(hexagon, "my.toml",
                                 std::vector<std::string>{std::string("model.kT=") + wrong});
                  }).find("must be a number above 0"),
                  std::string::npos)
            << wrong;
}

struct BadValue {
    const char* table;
    const char* line;
    const char* allowed;
};

class SpecRefuses : public testing::TestWithParam<BadValue> {};

TEST_P(SpecRefuses, a_value_of_the_wrong_type_or_range) {
    const auto [table, line, allowed] = GetParam();
    const std::string message = refusal(hexagon + "[" + table + "]\n" + line + "\n");
    EXPECT_TRUE(message.starts_with(std::string("my.toml:5:1: ") + table + ".")) << message;
    EXPECT_NE(message.find(allowed), std::string::npos) << message;
}

INSTANTIATE_TEST_SUITE_P(
    Values, SpecRefuses,
    testing::Values(
        BadValue{"model", "kT = 0", "kT = 0: must be a number above 0"},
        BadValue{"model", "kT = -1.5", "must be a number above 0"},
        BadValue{"model", "kT = \"warm\"", "kT = \"warm\": must be a number above 0"},
        BadValue{"model", "kT = true", "must be a number above 0"},
        BadValue{"model", "kT = inf", "must be a number above 0"},
        BadValue{"model", "kT = 2021-12-28", "must be a number above 0"},
        BadValue{"model", "J = nan", "must be a finite number"},
        BadValue{"model", "epsilon = -1", "must be a number of 0 or more"},
        BadValue{"kmc", "t_end = 0", "must be a number above 0"},
        BadValue{"kmc", "stop_at_composition = 1.5", "must be a number from 0 to 1"},
        BadValue{"kmc", "stop_at_composition = -1", "must be a number from 0 to 1"},
        BadValue{"kmc", "max_events = 0", "must be an integer of 1 or more"},
        BadValue{"kmc", "rates = \"fast\"", "must be \"exact\" or \"published\""},
        BadValue{"kmc", "start_record = \"out\"", "goes with start = \"record\" only"},
        BadValue{"kmc", "start_xyz = \"a.xyz\"", "goes with start = \"xyz\" only"},
        BadValue{"ensemble", "trajectories = 10.0", "must be an integer from 1 to 10000000"},
        BadValue{"ensemble", "trajectories = 0", "must be an integer from 1 to 10000000"},
        BadValue{"ensemble", "seed = -1", "must be an integer of 0 or more"},
        BadValue{"ensemble", "first = 4294967296", "must be an integer from 0 to 4294967295"},
        BadValue{"ensemble", "first = 4294967295", "must be 4294967195 or less with 100 trajectories"},
        BadValue{"observables", "strain = 1", "strain = 1: must be true or false"},
        BadValue{"observables", "strain = \"yes\"", "must be true or false"},
        BadValue{"observables", "mismatch = 0", "must be a number above 0, at most 0.5"},
        BadValue{"observables", "mismatch = 0.51", "must be a number above 0, at most 0.5"},
        BadValue{"observables", "profile = \"r\"", "must be \"none\", \"x\", \"y\" or \"z\""},
        BadValue{"observables", "profile = \"z\"", "must be \"none\" or \"y\" for the triangular lattice"},
        BadValue{"observables", "profile = \"x\"", "must be \"none\" or \"y\" for the triangular lattice"},
        BadValue{"record.scalars", "linear = 1", "must be 0, or an integer from 2 to 10000000"},
        BadValue{"record.scalars", "linear = 2.5", "must be 0, or an integer from 2 to 10000000"},
        BadValue{"record.sigma", "logarithmic = -4", "must be 0, or an integer from 2 to 10000000"},
        BadValue{"record.sigma", "log_start = 0", "must be a number above 0"},
        BadValue{"record.sigma", "log_start = 400", "must be below kmc.t_end = 400"},
        BadValue{"record.sigma", "times = 3", "must be a list of numbers from 0 to t_end"},
        BadValue{"record.sigma", "times = [1, \"2\"]", "must be a list of numbers from 0 to t_end"},
        BadValue{"record.sigma", "times = [-1]", "must be a list of numbers from 0 to t_end"},
        BadValue{"record.sigma", "times = [400.5]",
                 "no time may lie beyond kmc.t_end = 400; number 1 of the list is 400.5"}));

TEST(Spec, the_shape_decides_which_extent_is_given) {
    EXPECT_EQ(refusal("[crystal]\nside = 4\n"),
              "my.toml: crystal.shape: is missing; it must be \"hexagon\", \"box\", \"parallelogram\", "
              "\"disc\", \"sphere\" or \"sites\"");
    EXPECT_EQ(refusal("[crystal]\nshape = \"hexagon\"\n"),
              "my.toml:2:1: crystal.side: is missing; it must be an integer from 2 to 1000000");
    EXPECT_EQ(refusal("[crystal]\nshape = \"box\"\nside = 4\n"),
              "my.toml:3:1: crystal.side = 4: is a key of shape = \"hexagon\"; here shape = \"box\"");
    EXPECT_EQ(refusal(hexagon + "size = [2, 2, 2]\n"),
              "my.toml:4:1: crystal.size = [2, 2, 2]: is a key of shape = \"box\" or \"parallelogram\"; here "
              "shape = "
              "\"hexagon\"");
    for (const char* size : {"[2, 2]", "[2, 2, 1]", "[2, 2, 2.0]", "[2, 2, 2, 2]", "2"})
        EXPECT_NE(refusal(std::string("[crystal]\nshape = \"box\"\nsize = ") + size)
                      .find("must be integers from 2 to 1000000: three for a box"),
                  std::string::npos);
    EXPECT_NE(refusal("[crystal]\nshape = \"hexagon\"\nside = -3\n")
                  .find("my.toml:3:1: crystal.side = -3: must be"),
              std::string::npos);
}

TEST(Spec, strain_needs_a_site_with_all_its_neighbours) {
    const std::string box = "[crystal]\nshape = \"box\"\nsize = [5, 2, 4]\n[observables]\nstrain = true\n";
    EXPECT_EQ(
        refusal(box),
        "my.toml:5:1: observables.strain = true: must be false for a core of fewer than 3 sites along an "
        "edge: no site has all its neighbours");
    EXPECT_EQ(refusal(box, {"crystal.size=[5,3,4]"}), "no error");
    EXPECT_EQ(refusal(hexagon + "[observables]\nstrain = true\n", {"crystal.side=2"}), "no error");
}

TEST(Spec, a_setting_replaces_what_the_file_says) {
    const RunSpec spec = parsed(hexagon + "[model]\nkT = 0.2\n",
                                {"model.kT=0.25", "kmc.rates=published", "record.sigma.times=[1, 2]",
                                 "crystal.side=5", "crystal.side = 6"});
    EXPECT_EQ(spec.model.kT, 0.25);
    EXPECT_EQ(spec.exchange().kmc.rates, RateRule::published);
    EXPECT_EQ(spec.exchange().record.sigma.times, (std::vector{1.0, 2.0}));
    EXPECT_EQ(std::get<Hexagon>(spec.crystal).side, 6);
}

TEST(Spec, a_wrong_setting_is_named_as_it_was_given) {
    EXPECT_EQ(refusal(hexagon, {"model.kT=abc"}),
              "--set model.kT=abc: model.kT = \"abc\": must be a number above 0");
    EXPECT_EQ(refusal(hexagon, {"modle.kT=1"}),
              "--set modle.kT=1: modle.kT = 1: unknown key; did you mean model.kT?");
    EXPECT_TRUE(
        refusal(hexagon, {"model.kT"}).starts_with("--set model.kT: a setting is written table.key=value"));
    EXPECT_TRUE(refusal(hexagon, {"=1"}).starts_with("--set =1: a setting is written table.key=value"));
    EXPECT_TRUE(refusal(hexagon, {"model.kT=[1"}).starts_with("--set model.kT=[1: model.kT = [1: "));
    EXPECT_NE(refusal(hexagon, {"model.kT=1\nJ=2"}), "no error");
}

TEST(Spec, a_file_that_cannot_be_read_is_named) {
    EXPECT_THROW(read_spec("/no/such/file.toml"), Error);
    EXPECT_THROW(read_spec("/"), Error);
}

/// A spec drawn from all that the input can say.
RunSpec random_spec(std::mt19937_64& random) {
    const auto uniform = [&](double low, double high) {
        return std::uniform_real_distribution<double>(low, high)(random);
    };
    const auto whole = [&](int low, int high) {
        return std::uniform_int_distribution<int>(low, high)(random);
    };
    RunSpec spec;
    if (whole(0, 1) == 0)
        spec.crystal = Hexagon{whole(2, 1000)};
    else
        spec.crystal = Box{{whole(3, 90), whole(3, 90), whole(3, 90)}};
    spec.observables = {whole(0, 1) == 0, uniform(1e-3, 0.5),
                        whole(0, 1) == 0 ? ProfileAxis::none : ProfileAxis::y};
    spec.model = {std::pow(10.0, uniform(-30, 30)), uniform(0, 3), uniform(-1, 1), uniform(-1e6, 1e6)};
    spec.exchange().kmc.t_end = std::pow(10.0, uniform(-10, 10));
    if (whole(0, 1) == 0) spec.exchange().kmc.stop_at_composition = uniform(0, 1);
    if (whole(0, 1) == 0) spec.exchange().kmc.max_events = random() >> 1U;
    spec.exchange().kmc.exchange_rate = uniform(0, 10);
    spec.exchange().kmc.diffusion_rate = uniform(0, 10);
    spec.exchange().kmc.rates = whole(0, 1) == 0 ? RateRule::exact : RateRule::published;
    spec.exchange().ensemble = {static_cast<std::uint32_t>(whole(1, 10'000'000)), random() >> 1U,
                                static_cast<std::uint32_t>(whole(0, 1'000'000'000))};
    for (ScheduleParameters* schedule : {&spec.exchange().record.scalars, &spec.exchange().record.sigma}) {
        schedule->linear = whole(2, 10'000'000);
        schedule->logarithmic = 2 * whole(0, 1);
        schedule->log_start = spec.exchange().kmc.t_end * std::pow(10.0, uniform(-30, -0.01));
        for (int k = whole(0, 5); k > 0; --k)
            schedule->times.push_back(uniform(0, spec.exchange().kmc.t_end));
    }
    return spec;
}

TEST(Spec, what_is_written_reads_back_the_same) {
    std::mt19937_64 random(7);
    for (int k = 0; k < 300; ++k) {
        const RunSpec spec = random_spec(random);
        const std::string text = to_toml(spec);
        EXPECT_EQ(parsed(text), spec) << text;
        EXPECT_TRUE(differences(parsed(text), spec).empty());
    }
}

TEST(Spec, refuses_a_lattice_that_the_shape_cannot_have) {
    const auto sphere = [](const std::string& lines) {
        return refusal("[crystal]\nshape = \"sphere\"\nradius = 2\n" + lines);
    };
    EXPECT_EQ(sphere("lattice = \"triangular\"\n"),
              "my.toml:4:1: crystal.lattice = \"triangular\": must be one of three dimensions for shape = "
              "\"sphere\"");
    EXPECT_EQ(
        sphere("lattice = \"bcc\"\n"),
        "my.toml: crystal.next_nearest_stiffness = none: must be above 0: without next-nearest bonds a bcc "
        "lattice is floppy");
    EXPECT_EQ(
        sphere("lattice = \"hcp\"\nnext_nearest_stiffness = 0.5\n"),
        "my.toml:5:1: crystal.next_nearest_stiffness = 0.5: must be 0: a hcp lattice has no next-nearest "
        "bonds");
    EXPECT_EQ(sphere("lattice = \"fcd\"\n"),
              "my.toml:4:1: crystal.lattice = \"fcd\": must be \"triangular\", \"simple cubic\", \"fcc\", "
              "\"hcp\" or \"bcc\"; did you mean \"fcc\"?");
    const std::string box =
        "[crystal]\nshape = \"box\"\nsize = [3, 3, 5]\nboundary = \"periodic\"\nlattice = \"hcp\"\n"
        "[monte_carlo]\n";
    EXPECT_EQ(
        refusal(box),
        "my.toml:3:1: crystal.size = [3, 3, 5]: must be a multiple of 2 along the last edge of a periodic "
        "crystal: a cell of the hcp lattice has as many sites");
    EXPECT_EQ(refusal("[crystal]\nshape = \"box\"\nsize = [3, 3, 5]\nlattice = \"triangular\"\n"),
              "my.toml:4:1: crystal.lattice = \"triangular\": must be one of three dimensions for shape = "
              "\"box\"");
    EXPECT_EQ(refusal("[crystal]\nshape = \"sites\"\npoints = [[0, 0], [1, 0]]\n").substr(0, 40),
              std::string("my.toml:2:1: crystal.lattice: is missing; it must be").substr(0, 40));
}

TEST(Spec, discs_spheres_and_sites_are_read_and_written) {
    EXPECT_EQ(parsed("[crystal]\nshape = \"disc\"\nradius = 4.5\n").crystal, CrystalParameters(Disc{4.5}));
    EXPECT_EQ(parsed("[crystal]\nshape = \"sphere\"\nradius = 3\n").crystal, CrystalParameters(Sphere{3.0}));
    const support::TemporaryFolder folder;
    support::write_text(folder / "sites.txt", "# a triangle\n0 0\n1 0   # right\n\n 0 1\n");
    const std::string sites = "[crystal]\nshape = \"sites\"\nlattice = \"triangular\"\npoints = ";
    const RunSpec listed = parsed(sites + "[[0, 0], [1, 0], [0, 1]]\n");
    EXPECT_EQ(listed.crystal, CrystalParameters(SiteList{{}, {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}}}));
    const RunSpec round = parse_spec(
        "[crystal]\nshape = \"sphere\"\nradius = 2.5\nlattice = \"bcc\"\nnext_nearest_stiffness = 0.5\n",
        "a.toml");
    EXPECT_EQ(round.crystal, CrystalParameters(Sphere{2.5, {&bcc_lattice(), 0.5}}));
    EXPECT_EQ(parse_spec(to_toml(round), "again"), round);
    const std::string stacked =
        "[crystal]\nshape = \"sites\"\nlattice = \"hcp\"\npoints = [[0, 0, 0], [0, 0, 1]]\n";
    EXPECT_EQ(parse_spec(stacked, "a.toml").crystal,
              CrystalParameters(SiteList{{&hcp_lattice()}, {{0, 0, 0}, {0, 0, 1}}}));
    EXPECT_EQ(parse_spec(to_toml(parse_spec(stacked, "a.toml")), "again"), parse_spec(stacked, "a.toml"));
    EXPECT_EQ(parsed(sites + '"' + (folder / "sites.txt").string() + "\"\n"), listed);
    EXPECT_EQ(parsed(to_toml(listed)), listed);
    support::write_text(folder / "bad.txt", "0 0\n1 0 1\n");
    const std::string bad = (folder / "bad.txt").string();
    EXPECT_EQ(support::error_of([&] { parsed(sites + '"' + bad + "\"\n"); }),
              "my.toml:4:1: crystal.points = \"" + bad +
                  "\": line 2: must have 2 integers, the coordinates of a site");
    EXPECT_EQ(support::error_of([&] { parsed(sites + "[[1, 2], [0, 0], [1, 2]]\n"); }),
              "my.toml:4:1: crystal.points: item 3: site (1, 2) is there twice; first item 1");
}

TEST(Spec, points_are_read_as_others_write_them) {
    const support::TemporaryFolder folder;
    const std::string sites = "[crystal]\nshape = \"sites\"\nlattice = \"triangular\"\npoints = ";
    const RunSpec listed = parsed(sites + "[[0, 0], [1, 0], [0, 1]]\n");
    const std::string path = (folder / "sites.txt").string();
    const auto of_file = [&](const std::string& text) {
        support::write_text(path, text);
        return parsed(sites + '"' + path + "\"\n");
    };
    EXPECT_EQ(parsed(sites + "[[0.0, 0], [1.0, 0.0, 0], [0, 1, 0.0]]\n"), listed);
    EXPECT_EQ(of_file("\xEF\xBB\xBF"
                      "0.0 0.0\r\n1.0,0,0\r\n0.0e+00\t+1\r\n"),
              listed);
    EXPECT_EQ(of_file("0, 0\n1, 0\n0, 1"), listed);
    for (const char* wrong : {"0.5 0", "1 0 1", "a b", "1", "1 0 0 0", "1e9 0"})
        EXPECT_EQ(support::error_of([&] { of_file(std::string("0 0\n") + wrong + "\n"); }),
                  "my.toml:4:1: crystal.points = \"" + path +
                      "\": line 2: must have 2 integers, the coordinates of a site")
            << wrong;
    EXPECT_EQ(
        support::error_of([&] { of_file("0 0\n# twice\n1 0\n0 0\n"); }),
        "my.toml:4:1: crystal.points = \"" + path + "\": line 4: site (0, 0) is there twice; first line 1");
}

TEST(Spec, a_fault_in_a_list_of_sites_is_told_with_its_item) {
    const std::string sites = "[crystal]\nshape = \"sites\"\nlattice = \"triangular\"\npoints = ";
    for (const char* wrong : {"[1]", "[0.5, 0]", "[1, 0, 1]", "[\"a\", 0]", "7"})
        EXPECT_EQ(refusal(sites + "[[0, 0], " + wrong + "]\n"),
                  "my.toml:4:1: crystal.points: item 2: must have 2 integers, the coordinates of a site")
            << wrong;
}

TEST(Spec, mangled_input_is_read_or_refused_with_one_message) {
    std::mt19937_64 random(9);
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    const std::string whole = template_input("exchange") + to_toml(random_spec(random));
    for (int k = 0; k < 3000; ++k) {
        std::string text = whole.substr(0, below(whole.size()));
        for (std::size_t changes = below(6); changes > 0 && !text.empty(); --changes) {
            const std::size_t at = below(text.size());
            switch (below(3)) {
                case 0:
                    text[at] = static_cast<char>(below(256));
                    break;
                case 1:
                    text.erase(at, below(20));
                    break;
                default:
                    text.insert(at, whole.substr(below(whole.size()), below(20)));
            }
        }
        try {
            parsed(text, {text.substr(0, below(40))});
        } catch (const Error& error) {
            EXPECT_STRNE(error.what(), "");
        }
    }
}

TEST(Spec, resolved_keys_read_back_as_dotted_toml) {
    std::mt19937_64 random(8);
    const RunSpec spec = random_spec(random);
    std::string text;
    for (const auto& [key, value] : resolved_keys(spec))
        text.append(key).append(" = ").append(toml_text(value)).append("\n");
    EXPECT_EQ(parsed(text), spec) << text;
}

TEST(Spec, a_limit_that_is_not_set_is_left_out) {
    const std::string text = to_toml(parsed(hexagon));
    EXPECT_EQ(text.find("stop_at_composition"), std::string::npos);
    EXPECT_EQ(text.find("max_events"), std::string::npos);
}

TEST(Spec, differences_name_key_and_both_values) {
    RunSpec here = parsed(hexagon);
    RunSpec recorded = here;
    EXPECT_TRUE(differences(here, recorded).empty());
    recorded.model.kT = 0.25;
    recorded.exchange().kmc.stop_at_composition = 0.5;
    recorded.crystal = Box{{2, 3, 4}};
    EXPECT_EQ(differences(here, recorded),
              (std::vector<std::string>{"crystal.shape: \"hexagon\" here, \"box\" in the record",
                                        "crystal.side: 4 here, none in the record",
                                        "crystal.size: none here, [2, 3, 4] in the record",
                                        "crystal.lattice: none here, \"simple cubic\" in the record",
                                        "model.kT: 0.2 here, 0.25 in the record",
                                        "kmc.stop_at_composition: none here, 0.5 in the record"}));
}

TEST(Spec, every_template_is_valid_input) {
    for (const std::string& name : template_names()) EXPECT_NO_THROW(parsed(template_input(name))) << name;
    EXPECT_THROW(template_input("exchnage"), Error);
}

TEST(Spec, the_exchange_template_is_the_papers_figure_4D) {
    const RunSpec spec = parsed(template_input("exchange"));
    EXPECT_EQ(std::get<Hexagon>(spec.crystal).side, 16);
    EXPECT_EQ(spec.model, (ModelParameters{0.2, 1.0, 0.0, -20.0}));
    EXPECT_EQ(spec.exchange().ensemble.trajectories, 100U);
    EXPECT_EQ(spec.exchange().kmc.stop_at_composition, 0.0);
    for (const double time : {2.98, 25.6, 74.8})
        EXPECT_NE(std::ranges::find(spec.exchange().record.sigma.times, time),
                  spec.exchange().record.sigma.times.end());
}

TEST(Spec, every_key_belongs_to_a_listed_table) {
    for (const SpecKey& key : spec_keys())
        EXPECT_TRUE(std::ranges::any_of(spec_tables(), [&](const SpecTable& table) {
            return table.path == key.table();
        })) << key.path;
}

TEST(spec, of_minus_zero_differs_in_nothing_from_what_is_written_of_it) {
    const RunSpec spec = parse_spec(hexagon + "[model]\ndelta_mu = -0.0\n", "input");
    EXPECT_TRUE(differences(spec, parse_spec(to_toml(spec), "written")).empty());
}

}  // namespace
}  // namespace misfit
