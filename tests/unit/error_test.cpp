#include "misfit/base/error.hpp"

#include <gtest/gtest.h>

namespace misfit {
namespace {

TEST(input_error, names_file_line_key_value_and_what_is_allowed) {
    const InputError error({"my.toml", 7, 3}, "model.kT", "0.0", "a number above 0");
    const std::string message = error.what();
    for (const char* part : {"my.toml", "7", "model.kT", "0.0", "a number above 0"})
        EXPECT_NE(message.find(part), std::string::npos) << part << " is missing in: " << message;
}

TEST(input_error, leaves_out_what_is_not_known) {
    const InputError error({"", 0, 0}, "model.kTT", "", "");
    EXPECT_STREQ(error.what(), "model.kTT");
}

TEST(format_bytes, chooses_a_unit_for_a_person) {
    EXPECT_EQ(format_bytes(0.0), "0 B");
    EXPECT_EQ(format_bytes(1023.0), "1023 B");
    EXPECT_EQ(format_bytes(10.0 * 1024.0), "10.0 kiB");
    EXPECT_EQ(format_bytes(512.0 * 1024.0 * 1024.0), "512 MiB");
    EXPECT_EQ(format_bytes(2.1 * 1024.0 * 1024.0 * 1024.0), "2.1 GiB");
}

}  // namespace
}  // namespace misfit
