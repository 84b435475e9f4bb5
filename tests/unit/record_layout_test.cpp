// What a record of version 2.0 is made of, for readers of other programs: types, names of dimensions, H5MD.
#include <array>
#include <gtest/gtest.h>
#include <set>

#include "misfit/record/record.hpp"
#include "misfit/run/run.hpp"
#include "misfit/store/hdf5_scales.hpp"
#include "support/equilibrium.hpp"
#include "support/record_layout.hpp"
#include "support/runs.hpp"

namespace misfit {
namespace {

using support::error_of;
using support::TemporaryFolder;

std::filesystem::path record_of(const TemporaryFolder& folder, const RunSpec& spec,
                                const std::string& input) {
    RunOptions options;
    options.out = folder / "out";
    options.threads = 1;
    run(spec, input, options);
    return folder / "out/record.h5";
}

TEST(record_layout, holds_only_types_that_every_reader_takes) {
    for (const bool is_exchange : {true, false}) {
        const TemporaryFolder folder;
        const std::string input = "# Δ in a comment\n";
        const support::Types types = support::types_of(record_of(
            folder, is_exchange ? support::small_spec(2, 1.0) : support::equilibrium_spec(""), input));
        EXPECT_GT(types.seen, 100U);
        EXPECT_EQ(types.beyond_some_reader, std::set<std::string>());
    }
}

TEST(record_layout, reads_back_a_name_that_is_not_ASCII) {
    const TemporaryFolder folder;
    h5::Handle file = h5::create_file(folder / "names.h5");
    h5::write_strings(file, "names", {"A", "", "Δ, the longest"});
    h5::write_attribute(file, "host", std::string("größer"));
    EXPECT_EQ(h5::read_strings(file, "names"), (std::vector<std::string>{"A", "", "Δ, the longest"}));
    EXPECT_EQ(h5::string_attribute(file, "host"), "größer");
}

TEST(record_layout, refuses_counts_that_a_signed_integer_does_not_hold) {
    const TemporaryFolder folder;
    const h5::Handle file = h5::create_file(folder / "counts.h5");
    const std::uint64_t largest = (std::uint64_t{1} << 63U) - 1;
    h5::write<std::uint64_t>(file, "most", {1}, std::array{largest});
    EXPECT_EQ(h5::read<std::uint64_t>(file, "most", {1}).front(), largest);
    EXPECT_NE(error_of([&] {
                  h5::write<std::uint64_t>(file, "more", {1}, std::array{largest + 1});
              }).find("a number of 2^63 or more"),
              std::string::npos);
}

TEST(record_layout, names_the_dimensions_of_its_arrays) {
    const TemporaryFolder folder;
    const std::filesystem::path record = record_of(folder, support::small_spec(2, 1.0), "");
    const auto name = [&](const std::string& dataset, std::size_t dimension) {
        return support::dimension_name(record, dataset, dimension);
    };
    EXPECT_EQ(name("points/0/sigma/value", 0), "/points/0/trajectory");
    EXPECT_EQ(name("points/0/sigma/value", 1), "/points/0/frame");
    EXPECT_EQ(name("points/0/sigma/value", 2), "/points/0/site");
    EXPECT_EQ(name("points/0/observables/composition", 1), "/points/0/sample");
    EXPECT_EQ(name("points/0/units/steps", 1), "/points/0/units/stage");
}

TEST(record_layout, has_the_first_trajectory_as_H5MD_particles) {
    const TemporaryFolder folder;
    const Record record(record_of(folder, support::small_spec(2, 1.0), ""));
    const h5::Handle file = h5::open_file(record.file());
    const h5::Handle particles = h5::open(file, "particles/trajectory");
    const auto sites = static_cast<std::uint64_t>(record.crystal().size());
    const std::vector<DueTime>& due = record.header().due.sigma;
    EXPECT_EQ(h5::read<std::int8_t>(particles, "species/value", {due.size(), sites}), record.sigma(0));
    const auto times = h5::read<double>(particles, "species/time", {due.size()});
    const auto positions = h5::read<float>(particles, "position/value", {due.size(), sites, 3});
    for (std::size_t frame = 0; frame < due.size(); ++frame) {
        EXPECT_EQ(times[frame], due[frame].time);
        for (std::size_t site = 0; site < sites; ++site)
            for (std::size_t k = 0; k < 3; ++k)
                ASSERT_EQ(positions[(frame * sites + site) * 3 + k],
                          static_cast<float>(record.crystal().positions()[site][k]));
    }
    EXPECT_EQ(h5::string_list_attribute(h5::open(particles, "box"), "boundary"),
              (std::vector<std::string>{"none", "none", "none"}));
}

}  // namespace
}  // namespace misfit
