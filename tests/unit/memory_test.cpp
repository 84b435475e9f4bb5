#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "misfit/input/spec_reader.hpp"
#include "misfit/run/memory.hpp"
#include "misfit/run/memory_limit.hpp"
#include "support/equilibrium.hpp"
#include "support/runs.hpp"

namespace misfit {
namespace {

using support::error_of;

TEST(memory, is_dominated_by_V_of_a_large_crystal) {
    RunSpec spec = support::small_spec(1, 1.0);
    spec.crystal = Hexagon{60};
    const MemoryEstimate estimate = estimate_memory(spec, 1);
    EXPECT_NEAR(estimate.potential_bytes, 4.0 * 10621.0 * 10621.0, 0.01 * estimate.potential_bytes);
    EXPECT_GT(estimate.total_bytes, 2.0 * estimate.potential_bytes);  // it is made in doubles
    EXPECT_LT(estimate.total_bytes, 4.0 * estimate.potential_bytes);
    spec.elastic = ElasticKind::dense;
    const MemoryEstimate doubles = estimate_memory(spec, 1);
    EXPECT_NEAR(doubles.potential_bytes, 8.0 * 10621.0 * 10621.0, 0.01 * doubles.potential_bytes);
    EXPECT_GT(doubles.total_bytes, doubles.potential_bytes);
    EXPECT_LT(doubles.total_bytes, 2.0 * doubles.potential_bytes);
    EXPECT_GT(estimate.available_bytes, 0.0);
}

TEST(memory, without_an_elastic_term_holds_no_V) {
    RunSpec spec = support::small_spec(1, 1.0);
    spec.crystal = Hexagon{60};
    spec.model.epsilon = 0.0;
    EXPECT_EQ(estimate_memory(spec, 1).potential_bytes, 0.0);
}

// The packed triangles of 50 planes of 300 unknowns take 18 MB; building them, a few blocks and all entries.
TEST(memory, of_strain_is_that_of_the_springs_inverse_once_for_all_threads) {
    RunSpec spec = support::small_spec(2, 1.0);
    spec.crystal = Box{{10, 10, 50}};
    spec.model.epsilon = 0.0;  // building V takes more than both
    const double without = estimate_memory(spec, 1).total_bytes;
    const double second_without = estimate_memory(spec, 2).total_bytes - without;
    spec.observables.strain = true;
    const double with = estimate_memory(spec, 1).total_bytes;
    EXPECT_GT(with - without, 18e6);
    EXPECT_LT(with - without, 100e6);
    EXPECT_LT(estimate_memory(spec, 2).total_bytes - with, second_without + 2e6);
}

TEST(memory, that_is_not_there_is_refused_with_the_largest_shape_that_fits) {
    RunSpec spec = support::small_spec(1, 1.0);
    require_memory(spec, 1);
    spec.crystal = Hexagon{10000};
    const std::string text = error_of([&] { require_memory(spec, 1); });
    const std::string phrase = "the largest hexagon that fits has side ";
    ASSERT_NE(text.find(phrase), std::string::npos) << text;
    const int side = std::stoi(text.substr(text.find(phrase) + phrase.size()));
    spec.crystal = Hexagon{side - 10};  // what is available moves a little between the calls
    require_memory(spec, 1);
    spec.crystal = Hexagon{side + 10};
    EXPECT_THROW(require_memory(spec, 1), Error);

    spec.crystal = Box{{2000, 1000, 1000}};
    EXPECT_NE(
        error_of([&] { require_memory(spec, 1); }).find("the largest box of these proportions that fits"),
        std::string::npos);
}

TEST(memory, of_every_shape_is_refused_in_the_words_of_its_input) {
    struct Case {
        CrystalParameters shape;
        std::string key;
        std::string largest;
    };
    const std::vector<Case> cases = {
        {Parallelogram{{20'000, 10'000}}, "crystal.size = [20000, 10000]: N = ",
         "the largest parallelogram of these proportions that fits has size ["},
        {Disc{1'000.0}, "crystal.radius = 1000: N = ", "the largest disc that fits has radius "},
        {Sphere{200.0}, "crystal.radius = 200: N = ", "the largest sphere that fits has radius "}};
    for (const auto& [shape, key, largest] : cases) {
        RunSpec spec = support::small_spec(1, 1.0);
        spec.crystal = shape;
        const std::string text = error_of([&] { require_memory(spec, 1); });
        EXPECT_TRUE(text.starts_with(key)) << text;
        EXPECT_NE(text.find(largest), std::string::npos) << text;
    }
}

TEST(memory, of_listed_sites_is_like_that_of_the_shape_they_make) {
    for (const CrystalParameters& shape : {CrystalParameters(Hexagon{30}), CrystalParameters(Box{{9, 8, 20}}),
                                           CrystalParameters(Disc{20.0}), CrystalParameters(Sphere{6.0})}) {
        RunSpec spec = support::small_spec(1, 1.0);
        spec.crystal = shape;
        spec.observables.profile = dimension_of(shape) == 3 ? ProfileAxis::z : ProfileAxis::y;
        const double expected = estimate_memory(spec, 1).total_bytes;
        const Crystal crystal = build_crystal(spec);
        spec.crystal = SiteList{{&find_lattice(crystal.lattice().name)},
                                {crystal.points().begin(), crystal.points().end()}};
        EXPECT_NEAR(estimate_memory(spec, 1).total_bytes, expected, 0.2 * expected) << crystal.shape();
    }
}

TEST(memory, counts_the_planes_of_a_crystal_before_there_is_one) {
    for (const CrystalParameters& shape :
         {CrystalParameters(Hexagon{9}), CrystalParameters(Box{{4, 5, 6}, {&hcp_lattice()}}),
          CrystalParameters(Parallelogram{{7, 8}}), CrystalParameters(Disc{12.0}),
          CrystalParameters(Sphere{9.0}), CrystalParameters(Sphere{9.0, {&fcc_lattice()}}),
          CrystalParameters(Sphere{9.0, {&hcp_lattice()}}),
          CrystalParameters(Sphere{9.0, {&bcc_lattice(), 1.0}})})
        for (int axis = 0; axis < dimension_of(shape); ++axis) {
            const Crystal crystal = build_crystal(shape);
            std::map<int, double> found;
            for (const LatticePoint& point : crystal.points()) ++found[point[static_cast<std::size_t>(axis)]];
            const std::vector<double> planes = plane_sizes(shape, {}, axis);
            ASSERT_EQ(planes.size(), found.size()) << crystal.shape();
            const double N = crystal.size();
            EXPECT_NEAR(std::accumulate(planes.begin(), planes.end(), 0.0), N, 0.05 * N) << crystal.shape();
            auto plane = planes.begin();
            for (const auto& [place, sites] : found) EXPECT_NEAR(*plane++, sites, 0.05 * sites + 10.0);
        }
}

/// The whole number after `phrase` in `text`.
int number_after(const std::string& text, const std::string& phrase) {
    const std::size_t found = text.find(phrase);
    EXPECT_NE(found, std::string::npos) << text;
    return found == std::string::npos ? 0 : std::stoi(text.substr(found + phrase.size()));
}

TEST(memory, of_a_shell_that_does_not_fit_says_how_many_layers_do) {
    RunSpec spec = support::equilibrium_spec();
    spec.shell.layers = 100'000;
    const std::string text = error_of([&] { require_memory(spec, 1); });
    EXPECT_TRUE(
        text.starts_with("crystal.side = 4, crystal.shell.layers = 100000: N = 30002100037 sites need "))
        << text;
    const int layers = number_after(text, "at most ");
    EXPECT_NE(text.find(" shell layers fit"), std::string::npos) << text;
    spec.shell.layers = layers - 10;  // what is available moves a little between the calls
    require_memory(spec, 1);
    spec.shell.layers = layers + 10;
    EXPECT_THROW(require_memory(spec, 1), Error);

    spec.crystal = Box{{1'000'000, 1'000'000, 1'000'000}};
    spec.shell.layers = 500'000;
    EXPECT_EQ(site_count(spec), std::int64_t{8'000'000'000'000'000'000});
    EXPECT_NE(error_of([&] {
                  require_memory(spec, 1);
              }).find("the largest box of these proportions that fits has size ["),
              std::string::npos);
}

TEST(memory, of_a_sweep_that_does_not_fit_names_its_largest_point) {
    const RunSpec layers = support::equilibrium_spec(
        "[sweep]\n\"crystal.shell.layers\" = [1, 90000, 2]\n\"model.kT\" = [0.6, 0.7]\n");
    const std::string text = error_of([&] { require_memory(layers, 1); });
    EXPECT_TRUE(text.starts_with("crystal.side = 4, crystal.shell.layers = 90000: N = ")) << text;
    EXPECT_GT(number_after(text, "at most "), 10);

    const RunSpec sides = support::equilibrium_spec("[sweep]\n\"crystal.side\" = [5, 70000, 4]\n");
    EXPECT_TRUE(error_of([&] {
                    require_memory(sides, 1);
                }).starts_with("crystal.side = 70000, crystal.shell.layers = 1: N = "));
}

// 3,000 points of 100 trajectories of 33,401 sites: their last states alone take 170 GB an array of doubles.
TEST(memory, of_a_sweep_with_too_many_points_says_of_what_to_take_fewer) {
    std::string temperatures = "0.5";
    for (int k = 1; k < 3000; ++k) temperatures += fmt::format(", {}", 0.5 + 0.001 * k);
    const RunSpec spec = parse_spec(
        "[crystal]\nshape = \"sphere\"\nradius = 20\n[model]\nepsilon = 0\n[kmc]\n[sweep]\nmodel.kT = [" +
            temperatures + "]\n",
        "my.toml");
    const std::string text = error_of([&] { require_memory(spec, 1); });
    EXPECT_TRUE(
        text.ends_with("a single point of the sweep fits: take fewer points, or fewer ensemble.trajectories"))
        << text;
}

TEST(memory, counts_V_if_any_stage_is_elastic) {
    RunSpec spec = support::small_spec(2, 3.0);
    spec.crystal = Hexagon{60};
    spec.model.epsilon = 0.0;
    EXPECT_EQ(estimate_memory(spec, 1).potential_bytes, 0.0);
    spec.stages = {{{{"kmc.t_end", {1.0}}}}, {{{"model.epsilon", {1.0}}, {"kmc.t_end", {1.0}}}}};
    EXPECT_EQ(estimate_memory(spec, 1).potential_bytes, single_potential_bytes(site_count(spec)));
}

TEST(memory, of_samples_that_do_not_fit_is_not_blamed_on_the_crystal) {
    RunSpec spec = support::equilibrium_spec();
    spec.equilibrium().monte_carlo.sweeps = 1'000'000'000'000;
    spec.equilibrium().monte_carlo.sample_interval = 10;
    const std::string text = error_of([&] { require_memory(spec, 1); });
    EXPECT_NE(text.find("monte_carlo.sample_interval than 10 or fewer monte_carlo.frames than 4"),
              std::string::npos)
        << text;
    spec.equilibrium().monte_carlo.sample_interval = 1'000'000;
    require_memory(spec, 1);
}

TEST(memory, of_replicas_holds_a_V_each_unless_they_share_it) {
    const std::string sizes =
        "[sweep]\n\"crystal.side\" = [60]\n\"model.kT\" = [0.6, 0.7, 0.8]\n"
        "\"crystal.shell.stiffness\" = [4, 5, 6, 7]\n[replica_exchange]\ninterval = 10\n";
    const auto potentials = [&](const std::string& over, int threads) {
        const RunSpec spec = support::equilibrium_spec(sizes + over);
        const MemoryEstimate one = estimate_memory(spec, threads);
        RunSpec single = spec;  // its first point by itself
        single.sweep.clear();
        single.equilibrium().replica_exchange.over.clear();
        return (one.total_bytes - estimate_memory(single, 1).total_bytes) / one.potential_bytes + 1.0;
    };
    EXPECT_NEAR(potentials("over = \"model.kT\"\n", 1), 1.0, 0.1);
    EXPECT_NEAR(potentials("over = \"model.kT\"\n", 3), 3.0, 0.1);
    // Rungs have one each, ladders at other temperatures the same ones; the modes of the shell's stiff bonds
    // are made beside them.
    EXPECT_NEAR(potentials("over = \"crystal.shell.stiffness\"\n", 1), 5.1, 0.1);
    EXPECT_NEAR(potentials("over = \"crystal.shell.stiffness\"\n", 16), 5.1, 0.1);
}

}  // namespace
}  // namespace misfit
