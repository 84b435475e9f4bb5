#include <gtest/gtest.h>

#include "misfit/run/run.hpp"
#include "support/runs.hpp"

namespace misfit {
namespace {

using support::error_of;

TEST(memory, is_dominated_by_V_of_a_large_crystal) {
    RunSpec spec = support::small_spec(1, 1.0);
    spec.crystal = Hexagon{60};
    const MemoryEstimate estimate = estimate_memory(spec, 1);
    EXPECT_NEAR(estimate.potential_bytes, 8.0 * 10621.0 * 10621.0, 0.01 * estimate.potential_bytes);
    EXPECT_GT(estimate.total_bytes, estimate.potential_bytes);
    EXPECT_LT(estimate.total_bytes, 2.0 * estimate.potential_bytes);
    EXPECT_GT(estimate.available_bytes, 0.0);
}

TEST(memory, without_an_elastic_term_holds_no_V) {
    RunSpec spec = support::small_spec(1, 1.0);
    spec.crystal = Hexagon{60};
    spec.model.epsilon = 0.0;
    EXPECT_EQ(estimate_memory(spec, 1).potential_bytes, 0.0);
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

}  // namespace
}  // namespace misfit
