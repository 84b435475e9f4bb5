// How the program writes numbers for people.
#include "../../apps/text.hpp"

#include <gtest/gtest.h>

namespace misfit::cli {
namespace {

TEST(Text, a_duration_has_the_unit_that_suits_it) {
    EXPECT_EQ(duration(0.0), "under 0.01 s");
    EXPECT_EQ(duration(1.1e-13), "under 0.01 s");
    EXPECT_EQ(duration(0.0099), "under 0.01 s");
    EXPECT_EQ(duration(0.012), "0.012 s");
    EXPECT_EQ(duration(0.41), "0.41 s");
    EXPECT_EQ(duration(9.94), "9.9 s");
    EXPECT_EQ(duration(12.3), "12 s");
    EXPECT_EQ(duration(200.0), "3 min 20 s");
    EXPECT_EQ(duration(7500.0), "2 h 5 min");
    EXPECT_EQ(duration(273'600.0), "3 d 4 h");
}

TEST(Text, an_estimate_of_time_says_about_once) {
    EXPECT_EQ(about(1e-5), "under 0.01 s");
    EXPECT_EQ(about(200.0), "about 3 min 20 s");
    EXPECT_EQ(about(1e300), "over a million days");
}

}  // namespace
}  // namespace misfit::cli
