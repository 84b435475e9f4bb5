#include "misfit/measure/profile.hpp"

#include <gtest/gtest.h>
#include <map>

#include "misfit/base/error.hpp"
#include "support/systems.hpp"

namespace misfit {
namespace {

struct Case {
    std::shared_ptr<const Crystal> crystal;
    ProfileAxis axis;
    std::string word;
};

std::shared_ptr<const Crystal> sphere(const Lattice* lattice) {
    return std::make_shared<const Crystal>(build_crystal(Sphere{2.3, {lattice}}));
}

std::vector<Case> cases() {
    return {{support::hexagon(4), ProfileAxis::y, "y"},
            {support::hexagon(3, {2, 4.0}), ProfileAxis::y, "y"},
            {support::parallelogram(5, 3), ProfileAxis::y, "y"},
            {support::periodic(Parallelogram{{4, 6}}), ProfileAxis::y, "y"},
            {support::box(3, 4, 5), ProfileAxis::x, "x"},
            {support::box(3, 4, 5), ProfileAxis::y, "y"},
            {support::box(3, 4, 5, {1, 2.0}), ProfileAxis::z, "z"},
            {sphere(&fcc_lattice()), ProfileAxis::x, "x"},
            {sphere(&fcc_lattice()), ProfileAxis::z, "z"},
            {sphere(&hcp_lattice()), ProfileAxis::z, "z"}};
}

// Layers are found again from Cartesian positions, rounded to a thousandth of a spacing.
TEST(profile, is_the_fraction_of_A_at_each_position_along_the_axis) {
    for (const Case& each : cases()) {
        const std::vector<Spin> sigma = support::random_sigma(each.crystal->size(), 0.4, 31);
        const auto along = static_cast<std::size_t>(each.axis) - 1;
        std::map<long, std::pair<double, double>> layers;  // A, and all
        for (std::size_t site = 0; site < sigma.size(); ++site) {
            auto& [A, all] = layers[std::lround(1000.0 * each.crystal->positions()[site][along])];
            A += sigma[site] > 0 ? 1.0 : 0.0;
            all += 1.0;
        }
        const Observable observable = composition_profile(*each.crystal, each.axis);
        State state;
        state.sigma = sigma;
        std::vector<double> values(observable.columns.size());
        observable.measure(state, values);
        ASSERT_EQ(values.size(), layers.size());
        std::size_t k = 0;
        double count_A = 0.0;
        for (const auto& [place, counts] : layers) {
            EXPECT_EQ(values[k], counts.first / counts.second);
            EXPECT_EQ(observable.columns[k].name, "profile_" + each.word + "_" + std::to_string(k));
            count_A += values[k++] * counts.second;
        }
        EXPECT_NEAR(count_A, static_cast<double>(std::ranges::count(sigma, Spin{1})), 1e-11);
    }
}

TEST(profile, along_what_has_no_layers_is_refused) {
    const auto hexagon = support::hexagon(3);
    EXPECT_THROW(composition_profile(*hexagon, ProfileAxis::x), Error);
    EXPECT_THROW(composition_profile(*hexagon, ProfileAxis::z), Error);
    EXPECT_THROW(composition_profile(*hexagon, ProfileAxis::none), Error);
    EXPECT_THROW(composition_profile(*sphere(&hcp_lattice()), ProfileAxis::y), Error);
}

}  // namespace
}  // namespace misfit
