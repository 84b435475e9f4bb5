#include "misfit/input/plan.hpp"
#include "misfit/input/spec_reader.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <set>
#include <utility>
#include <vector>

namespace misfit {
namespace {

const std::string chains = "[crystal]\nshape = \"hexagon\"\nside = 3\n[monte_carlo]\nsweeps = 100\n";

RunSpec parsed(const std::string& text) { return parse_spec(text, "a.toml"); }

TEST(Plan, settings_are_every_combination_the_last_key_fastest) {
    const Plan plan(parsed(chains + "[sweep]\n\"model.kT\" = [0.2, 0.3]\n\"crystal.side\" = [4, 5, 6]\n"
                                    "\"crystal.shell.stiffness\" = [1.0, 2.5]\n"
                                    "[[stage]]\nJ = 0.5\n[[stage]]\nsample_interval = 5\n"));
    ASSERT_EQ(plan.combinations(), 12U);
    ASSERT_EQ(plan.points(), 24U);
    std::size_t combination = 0;
    for (const double kT : {0.2, 0.3})
        for (const int side : {4, 5, 6})
            for (const double stiffness : {1.0, 2.5}) {
                const Settings& given = plan.spec();
                Settings expected = given;
                expected.model.kT = kT;
                expected.crystal = Hexagon{side};
                expected.shell.stiffness = stiffness;
                Settings second = expected;
                expected.model.J = 0.5;
                second.equilibrium().monte_carlo.sample_interval = 5;
                EXPECT_EQ(plan.settings(combination, 0), expected);
                EXPECT_EQ(plan.settings(combination, 1), second);
                EXPECT_EQ(plan.point(2 * combination + 1), second);
                ++combination;
            }
}

TEST(Plan, crystals_are_numbered_as_they_are_met) {
    const Plan plan(parsed(chains + "[sweep]\n\"crystal.side\" = [4, 5]\n\"model.kT\" = [0.2, 0.3, 0.4]\n"
                                    "\"crystal.shell.layers\" = [0, 1]\n"));
    std::vector<std::pair<CrystalParameters, int>> met;
    for (std::size_t k = 0; k < plan.combinations(); ++k) {
        const Settings here = plan.settings(k, 0);
        const std::pair<CrystalParameters, int> crystal = {here.crystal, here.shell.layers};
        auto found = std::ranges::find(met, crystal);
        if (found == met.end()) found = met.insert(met.end(), crystal);
        EXPECT_EQ(plan.crystal_of(k), static_cast<std::size_t>(found - met.begin())) << k;
    }
    EXPECT_EQ(plan.crystals(), met.size());
}

TEST(Plan, a_sweep_of_very_many_points_takes_memory_for_its_values_alone) {
    RunSpec spec = parsed(chains);
    SweepAxis& axis = spec.sweep.emplace_back(SweepAxis{"model.kT", {}});
    axis.values.resize(100'000);
    for (std::size_t k = 0; k < axis.values.size(); ++k)
        axis.values[k].content = 0.001 * static_cast<double>(k + 1);
    const Plan plan(spec);
    EXPECT_EQ(plan.points(), 100'000U);
    EXPECT_EQ(plan.point(99'999).model.kT, 100.0);
    EXPECT_EQ(plan.crystals(), 1U);
    const std::vector<Plan> copies(2, plan);  // share what it was made of
    EXPECT_EQ(&copies.back().spec(), &plan.spec());
}

TEST(Plan, ensembles_have_seeds_of_their_own_and_the_first_that_of_the_run) {
    const std::uint64_t seed = 2021;
    EXPECT_EQ(point_seed(seed, 0), seed);
    std::set<std::uint64_t> seeds;
    for (std::size_t k = 0; k < 1000; ++k) {
        seeds.insert(point_seed(seed, k));
        seeds.insert(point_seed(seed + 1, k));
        EXPECT_LT(point_seed(seed, k), std::uint64_t{1} << 63U);  // as an input may give it
    }
    EXPECT_EQ(seeds.size(), 2000U);
    const Plan plan(
        parsed("[crystal]\nshape = \"hexagon\"\nside = 3\n[kmc]\n[sweep]\n\"model.kT\" = [0.2, 0.3, 0.4]\n"));
    for (std::size_t k = 0; k < 3; ++k)
        EXPECT_EQ(plan.settings(k, 0).exchange().ensemble.seed,
                  point_seed(plan.spec().exchange().ensemble.seed, k));
}

}  // namespace
}  // namespace misfit
