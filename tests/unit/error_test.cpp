#include "misfit/base/error.hpp"
#include "misfit/base/message.hpp"

#include <gtest/gtest.h>
#include <span>
#include <string>
#include <vector>

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

TEST(input_error, shortens_what_would_fill_the_screen) {
    const std::string message =
        InputError({"my.toml", 7, 3}, std::string(5000, 'k'), std::string(5000, '1'), "a number").what();
    EXPECT_LT(message.size(), 250U);
    EXPECT_NE(message.find("kkk ... = 111"), std::string::npos) << message;
    EXPECT_NE(message.find("111 ...: a number"), std::string::npos) << message;
}

TEST(messages, say_the_first_of_a_list_and_how_many_more) {
    const std::vector<std::string> items(3000, "x");
    EXPECT_EQ(listed(items), "x, x, x, x, x, x, x, x and 2992 more");
    EXPECT_EQ(listed(std::span(items).first(9)), "x, x, x, x, x, x, x, x, x");
    EXPECT_EQ(listed(std::span(items).first(2), "\n"), "x\nx");
    EXPECT_EQ(listed({}), "");
}

TEST(messages, cut_a_text_between_characters) {
    EXPECT_EQ(shortened(std::string(100, 'a')), std::string(100, 'a'));
    EXPECT_EQ(shortened(std::string(101, 'a')), std::string(100, 'a') + " ...");
    EXPECT_EQ(shortened(std::string(99, 'a') + "\u00e9b"), std::string(99, 'a') + " ...");
    EXPECT_EQ(shortened(std::string(98, 'a') + "  bcd"), std::string(98, 'a') + " ...");
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
