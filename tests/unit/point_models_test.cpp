#include "misfit/unit/point_models.hpp"

#include <gtest/gtest.h>

#include "support/equilibrium.hpp"

namespace misfit {
namespace {

TEST(point_models, share_the_displacements_of_a_crystal_and_have_none_without_strain) {
    const std::string sweep =
        "[sweep]\n\"crystal.shell.stiffness\" = [4, 5]\n\"model.kT\" = [0.6, 0.7]\n[observables]\nstrain = ";
    const PointModels with(Plan(support::equilibrium_spec(sweep + "true\n")), 1);
    const auto soft = with.displacements(0);
    const auto stiff = with.displacements(2);
    ASSERT_TRUE(soft && stiff);
    EXPECT_EQ(soft, with.displacements(1));
    EXPECT_EQ(stiff, with.displacements(3));
    EXPECT_NE(soft, stiff);
    const PointModels without(Plan(support::equilibrium_spec(sweep + "false\n")), 1);
    EXPECT_EQ(without.displacements(0), nullptr);
}

}  // namespace
}  // namespace misfit
