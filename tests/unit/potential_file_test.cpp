#include <gtest/gtest.h>

#include "misfit/elastic/potential_cache.hpp"
#include "misfit/formats/export_potential.hpp"
#include "misfit/formats/potential_file.hpp"
#include "misfit/store/hdf5.hpp"
#include "support/runs.hpp"
#include "support/systems.hpp"

namespace misfit {
namespace {

using support::error_of;
using support::TemporaryFolder;

// In three dimensions V has row sums before projection, which the published rates need.
TEST(read_potential, gives_what_was_written) {
    const TemporaryFolder folder;
    for (const auto& crystal : {support::hexagon(4), support::box(3, 4, 5)}) {
        const Potential built = build_potential(*crystal);
        write_potential(folder / "V.h5", *crystal, built);
        const Potential read = read_potential(folder / "V.h5", *crystal);
        EXPECT_EQ(read.method(), "file");
        EXPECT_LT((support::matrix(read) - support::matrix(built)).cwiseAbs().maxCoeff(), 1e-13);
        for (Site j = 0; j < built.size(); ++j) {
            EXPECT_NEAR(read.raw_diagonal(j), built.raw_diagonal(j), 1e-12);
            EXPECT_NEAR(read.raw_row_sums()[static_cast<std::size_t>(j)],
                        built.raw_row_sums()[static_cast<std::size_t>(j)], 1e-11);
        }
    }
}

TEST(read_potential, refuses_another_size_and_what_is_not_symmetric_or_finite) {
    const TemporaryFolder folder;
    const auto crystal = support::hexagon(2);
    std::vector<double> V(49, 0.5);
    const auto refusal = [&](const std::vector<double>& values, const h5::Dimensions& dimensions) {
        h5::Handle file = h5::create_file(folder / "V.h5");
        h5::write<double>(file, "V", dimensions, values);
        h5::close_file(std::move(file));
        const std::string message = error_of([&] { read_potential(folder / "V.h5", *crystal); });
        return message.substr(message.find("V.h5: ") + 6);
    };
    EXPECT_EQ(refusal(std::vector<double>(36, 0.0), {6, 6}),
              "V is 6 x 6; the crystal (hexagon, side 2) has 7 sites, so it must be 7 x 7");
    V[7 * 3 + 1] = 0.25;
    EXPECT_EQ(refusal(V, {7, 7}), "V[3, 1] = 0.25 but V[1, 3] = 0.5: must be symmetric");
    V[7 * 3 + 1] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(refusal(V, {7, 7}), "V[3, 1] = nan: must be finite");
    EXPECT_FALSE(error_of([&] { read_potential(folder / "none.h5", *crystal); }).empty());
}

// The potential of a box with its axes turned round is that of another site order.
TEST(run, uses_the_potential_of_the_file_and_records_its_hash) {
    const TemporaryFolder folder;
    RunSpec spec = support::small_spec(2, 1.0);
    spec.crystal = Box{{2, 3, 4}};
    const auto here = support::box(2, 3, 4);
    const auto turned = support::box(4, 3, 2);
    std::filesystem::create_symlink("own.h5",
                                    folder / "link.h5");  // of the user's own: what it leads to is written
    write_potential(folder / "link.h5", *here, build_potential(*here));
    EXPECT_TRUE(std::filesystem::is_symlink(folder / "link.h5"));
    write_potential(folder / "turned.h5", *turned, build_potential(*turned));
    const auto record = [&](const std::string& name) {
        RunOptions options;
        options.out = folder / name;
        options.threads = 1;
        run(spec, support::small_input(), options);
        return Record(folder / name);
    };
    const Record computed = record("computed");
    spec.potential_file = folder / "own.h5";
    const Record own = record("own");
    spec.potential_file = folder / "turned.h5";
    const Record other = record("turned");
    EXPECT_EQ(own.header().potential_method, "file");
    EXPECT_EQ(other.header().potential_hash, potential_hash(read_potential(folder / "turned.h5", *turned)));
    EXPECT_EQ(own.trajectories()[0].steps(), computed.trajectories()[0].steps());
    EXPECT_EQ(own.sigma(0), computed.sigma(0));
    EXPECT_NE(other.trajectories()[0].steps(), computed.trajectories()[0].steps());
}

}  // namespace
}  // namespace misfit
