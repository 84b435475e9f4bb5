#include "misfit/elastic/potential_cache.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <optional>
#include <unistd.h>

#include "misfit/base/error.hpp"
#include "misfit/crystal/shapes.hpp"

namespace misfit {
namespace {

namespace fs = std::filesystem;

/// A folder of its own, removed at the end.
class PotentialCacheTest : public testing::Test {
public:
    PotentialCacheTest()
        : folder_(fs::temp_directory_path() / ("misfit_cache_test_" + std::to_string(::getpid()))) {
        fs::remove_all(folder_);
    }
    ~PotentialCacheTest() override { fs::remove_all(folder_); }

protected:
    PotentialCache cache(std::uint64_t limit = 1U << 30U) const { return {folder_, limit}; }
    static bool equal(const Potential& a, const Potential& b) {
        return std::ranges::equal(a.values(), b.values()) &&
               std::ranges::equal(a.raw_row_sums(), b.raw_row_sums()) && a.method() == b.method();
    }

    fs::path folder_;
    Crystal crystal_ = build_crystal(Hexagon{5});
};

TEST_F(PotentialCacheTest, what_is_read_back_equals_what_was_built_bit_for_bit) {
    const Potential built = cache().load_or_build(crystal_, 1);
    ASSERT_TRUE(cache().contains(crystal_));
    EXPECT_TRUE(equal(built, cache().load_or_build(crystal_, 1)));
    EXPECT_TRUE(equal(built, build_potential(crystal_, 1)));
}

TEST_F(PotentialCacheTest, a_file_damaged_anywhere_is_built_again) {
    const Potential built = cache().load_or_build(crystal_, 1);
    const fs::path file = cache().entries().front().path;
    const auto size = static_cast<std::streamoff>(fs::file_size(file));
    for (std::streamoff at = 3; at < size; at += size / 23) {
        {
            std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
            stream.seekg(at);
            const char byte = static_cast<char>(stream.get() ^ 0x10);
            stream.seekp(at);
            stream.put(byte);
        }
        EXPECT_TRUE(equal(built, cache().load_or_build(crystal_, 1))) << "byte " << at;
    }
    fs::resize_file(file, fs::file_size(file) / 2);
    EXPECT_TRUE(equal(built, cache().load_or_build(crystal_, 1)));
}

TEST_F(PotentialCacheTest, the_key_sees_shape_stiffness_and_boundary) {
    const std::string key = cache_key(crystal_);
    EXPECT_EQ(key, cache_key(build_crystal(Hexagon{5})));
    EXPECT_NE(key, cache_key(build_crystal(Hexagon{6})));
    EXPECT_NE(cache_key(build_crystal(Hexagon{4}, {1, 17.0})),
              cache_key(build_crystal(Hexagon{4}, {1, 17.5})));
    EXPECT_NE(cache_key(build_crystal(Parallelogram{{4, 4}})),
              cache_key(build_crystal(Parallelogram{{4, 4}}, {}, Boundary::periodic)));
}

// A key knows no name, so what is in the cache must not depend on one.
TEST_F(PotentialCacheTest, the_same_sites_get_the_same_potential_under_any_name_in_any_order) {
    std::vector<LatticePoint> points(crystal_.points().begin(), crystal_.points().end());
    std::erase(points, LatticePoint{0, 0, 0});
    const Crystal hexagon(triangular_lattice(), points, "hexagon, side 5");
    const Crystal holed(triangular_lattice(), points, "60 listed sites");
    for (const auto& [first, second] : {std::pair{&hexagon, &holed}, std::pair{&holed, &hexagon}}) {
        cache().clear();
        for (const Crystal* crystal : {first, second}) {
            const Potential V = cache().load_or_build(*crystal, 1);
            double trace = 0.0;
            for (Site site = 0; site < V.size(); ++site) trace += V(site, site);
            EXPECT_NEAR(trace, 118.948026794, 1e-9) << crystal->shape();
        }
    }
}

TEST_F(PotentialCacheTest, the_hash_of_a_potential_sees_its_last_bit) {
    Potential potential = build_potential(crystal_, 1);
    const std::string hash = potential_hash(potential);
    EXPECT_EQ(hash, potential_hash(build_potential(crystal_, 2)));
    potential.values()[7] = std::nextafter(potential.values()[7], 1.0);
    EXPECT_NE(hash, potential_hash(potential));
}

TEST_F(PotentialCacheTest, the_oldest_used_go_when_it_grows_over_its_limit) {
    const Crystal other = build_crystal(Hexagon{6});
    cache().load_or_build(crystal_, 1);
    const std::uint64_t first = cache().entries().front().bytes;
    fs::last_write_time(cache().entries().front().path,
                        fs::file_time_type::clock::now() - std::chrono::hours(1));
    const auto needed = static_cast<std::uint64_t>(potential_bytes(other.size()));
    cache(needed + first / 2).load_or_build(other, 1);
    EXPECT_FALSE(cache().contains(crystal_));
}

TEST_F(PotentialCacheTest, a_limit_of_zero_keeps_nothing) {
    cache(0).load_or_build(crystal_, 1);
    EXPECT_TRUE(cache().entries().empty());
}

TEST_F(PotentialCacheTest, a_folder_that_cannot_be_written_is_no_error) {
    const fs::path file = folder_.string() + "_file";
    std::ofstream(file).put('x');
    const PotentialCache blocked(file / "below", 1U << 30U);
    EXPECT_TRUE(equal(blocked.load_or_build(crystal_, 1), build_potential(crystal_, 1)));
    fs::remove(file);
}

// NOLINTBEGIN(concurrency-mt-unsafe): these tests have one thread
/// Sets an environment variable, or unsets it; restores it at the end.
class Variable {
public:
    Variable(const char* name, const char* value) : name_(name) {
        if (const char* before = std::getenv(name)) before_ = before;
        set(value);
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    ~Variable() { set(before_ ? before_->c_str() : nullptr); }

private:
    void set(const char* value) const { value != nullptr ? ::setenv(name_, value, 1) : ::unsetenv(name_); }
    const char* name_;
    std::optional<std::string> before_;
};
// NOLINTEND(concurrency-mt-unsafe)

TEST(standard_cache, lies_where_the_environment_says) {
    const Variable xdg("XDG_CACHE_HOME", "/somewhere");
    const Variable home("HOME", "/home_of_a_user");
    EXPECT_EQ(PotentialCache::standard().folder(), "/somewhere/misfit");
    const Variable no_xdg("XDG_CACHE_HOME", "");
    EXPECT_EQ(PotentialCache::standard().folder(), "/home_of_a_user/.cache/misfit");
    const Variable no_home("HOME", nullptr);
    EXPECT_EQ(PotentialCache::standard().folder(), fs::temp_directory_path() / "misfit");
}

TEST(standard_cache, is_as_large_as_the_environment_says) {
    const Variable none("MISFIT_CACHE_LIMIT_GIB", nullptr);
    EXPECT_EQ(PotentialCache::standard().limit_bytes(), std::uint64_t{4} << 30U);
    const Variable half("MISFIT_CACHE_LIMIT_GIB", "0.5");
    EXPECT_EQ(PotentialCache::standard().limit_bytes(), std::uint64_t{1} << 29U);
    for (const char* wrong : {"", "two", "1 GiB", "-1", "nan"}) {
        const Variable given("MISFIT_CACHE_LIMIT_GIB", wrong);
        EXPECT_THROW(PotentialCache::standard(), Error) << wrong;
    }
}

TEST_F(PotentialCacheTest, clear_removes_every_entry) {
    cache().load_or_build(crystal_, 1);
    cache().clear();
    EXPECT_TRUE(cache().entries().empty());
}

}  // namespace
}  // namespace misfit
