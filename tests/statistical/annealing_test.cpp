#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "misfit/input/spec_reader.hpp"
#include "misfit/record/equilibrium_record.hpp"
#include "reference/monte_carlo.hpp"
#include "support/runs.hpp"
#include "support/statistics.hpp"

// Whole runs of several stages of a core of seven sites against enumeration. Seeds are fixed; alpha is the
// probability that a right program fails with another seed.
namespace misfit {
namespace {

constexpr double alpha = 1e-6;
constexpr std::uint32_t samples = 10'000;

struct Case {
    std::string name;
    std::string added;
};
[[maybe_unused]] void PrintTo(const Case& run, std::ostream* out) { *out << run.name; }  // NOLINT

class Annealing : public ::testing::TestWithParam<Case> {
protected:
    static RunSpec spec() {
        return parse_spec(
            "[crystal]\nshape = \"hexagon\"\nside = 2\n[crystal.shell]\nlayers = 1\nstiffness = 5.0\n"
            "[model]\nkT = 0.8\nJ = 0.1\ndelta_mu = 1.2\n"
            "[monte_carlo]\ncomposition = 0.43\n" +
                GetParam().added,
            "annealing.toml");
    }
};

// Null: in each stage, samples that are taken when exp(-8) is left of the one before follow exp(-E/kT)/Z of
// the stage's own kT, epsilon, J and delta_mu, over the states that its moves reach from what the stage
// before left. Statistic: chi-square over 35 states (128 with flips). False alarms: 13 x 1e-6. A
// weight wrong by 36 % (44 %) in states that hold a tenth of the law is seen with probability 0.99.
TEST_P(Annealing, follows_the_boltzmann_law_of_each_stage) {
    RunSpec run_spec = spec();
    // One spacing for all stages, long enough for the slowest.
    std::vector<reference::Equilibrium> laws;
    double relaxation = 0.0;
    const std::vector<Settings> points = Plan(run_spec).all_points();
    for (const Settings& point : points) {
        const Crystal crystal = build_crystal(point);
        std::vector<Spin> sigma(static_cast<std::size_t>(crystal.size()), Spin{-1});
        const std::vector<Site> core = core_sites(crystal);
        for (std::size_t k = 0; k < 3; ++k) sigma[static_cast<std::size_t>(core[k])] = 1;
        laws.push_back(
            reference::equilibrium({crystal, point.model}, point.equilibrium().monte_carlo.moves, sigma));
        relaxation = std::max(relaxation, laws.back().relaxation);
    }
    const auto spacing = static_cast<std::uint64_t>(std::ceil(8.0 * relaxation / 7.0));
    for (Stage& stage : run_spec.stages)
        for (auto& [key, value] : stage.settings)
            if (key == "monte_carlo.sweeps") value = {static_cast<std::int64_t>(samples * spacing)};
    run_spec.equilibrium().monte_carlo.equilibration = spacing;
    run_spec.equilibrium().monte_carlo.sweeps = samples * spacing;
    run_spec.equilibrium().monte_carlo.sample_interval = spacing;
    run_spec.equilibrium().monte_carlo.frames = samples;

    const support::TemporaryFolder folder;
    RunOptions options;
    options.out = folder / "out";
    options.threads = 2;
    ASSERT_EQ(run(run_spec, "", options), RunOutcome::complete);
    const EquilibriumRecord record(folder / "out");
    ASSERT_EQ(record.points(), points.size());
    for (std::size_t point = 0; point < points.size(); ++point) {
        const reference::Equilibrium& law = laws[point];
        const std::vector<Spin> sigma = record.sigma(point, 0);
        const std::size_t sites = sigma.size() / samples;
        std::vector<double> counts(law.states.size(), 0.0);
        for (std::size_t k = 0; k < samples; ++k) {
            const std::size_t index = law.index_of(std::span(sigma).subspan(k * sites, sites));
            ASSERT_LT(index, counts.size());
            counts[index] += 1.0;
        }
        std::vector<double> expected = law.probability;
        for (double& each : expected) each *= samples;
        EXPECT_GT(support::chi_square_p(counts, expected), alpha) << "point " << point;
    }
}

const std::string two_temperatures = "[[stage]]\nkT = 1.6\n[[stage]]\n";
const std::string any_constant = "[[stage]]\n[[stage]]\nepsilon = 0.4\n[[stage]]\nJ = -0.3\ndelta_mu = 0.0\n";
const std::string replicas =
    "[sweep]\n\"crystal.shell.stiffness\" = [3.0, 8.0]\n[replica_exchange]\n"
    "over = \"crystal.shell.stiffness\"\ninterval = 4\n";

INSTANTIATE_TEST_SUITE_P(
    statistical, Annealing,
    ::testing::Values(
        Case{"two_temperatures", two_temperatures}, Case{"any_constant", any_constant},
        Case{"local_swaps_after_swaps", "[[stage]]\nkT = 1.6\n[[stage]]\nmoves = \"local_swap\"\n"},
        Case{"flips_after_flips", "moves = \"flip\"\n[[stage]]\n[[stage]]\ndelta_mu = -1.0\nkT = 1.1\n"},
        Case{"replicas", replicas + two_temperatures}),
    [](const ::testing::TestParamInfo<Case>& which) { return which.param.name; });

}  // namespace
}  // namespace misfit
