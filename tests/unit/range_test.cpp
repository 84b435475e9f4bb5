#include "misfit/base/range.hpp"

#include <cmath>
#include <gtest/gtest.h>

#include "support/runs.hpp"

namespace misfit {
namespace {

TEST(range, never_holds_what_is_not_finite) {
    for (const Range& range : {Range{}, above(0.0), at_least(-1.0), between(0.0, HUGE_VAL)})
        for (const double x : {HUGE_VAL, -HUGE_VAL, std::nan("")})
            EXPECT_FALSE(range.contains(x)) << range.text() << ": " << x;
}

TEST(range, holds_its_ends_or_not) {
    EXPECT_FALSE(above(0.0).contains(0.0));
    EXPECT_TRUE(above(0.0).contains(5e-324));
    EXPECT_TRUE(at_least(0.0).contains(0.0));
    EXPECT_FALSE(at_least(0.0).contains(-5e-324));
    EXPECT_TRUE(between(0.0, 1.0).contains(1.0));
    EXPECT_FALSE(between(0.0, 1.0).contains(std::nextafter(1.0, 2.0)));
}

TEST(range, names_what_is_outside) {
    EXPECT_NO_THROW(require_in(above(0.0), "kT", 0.2));
    EXPECT_EQ(support::error_of([] { require_in(above(0.0), "kT", 0.0); }),
              "kT = 0: must be a number above 0");
}

}  // namespace
}  // namespace misfit
