#include "support/runs.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace misfit::support {

TemporaryFolder::TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "misfit-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

RunSpec small_spec(std::uint32_t trajectories, double t_end) {
    RunSpec spec;
    spec.crystal = Hexagon{4};
    spec.model = {.kT = 0.6, .epsilon = 1.0, .J = 0.1, .delta_mu = -1.0};
    spec.exchange().kmc.t_end = t_end;
    spec.exchange().kmc.stop_at_composition = -1.0;
    spec.exchange().ensemble = {.trajectories = trajectories, .seed = 7, .first = 3};
    spec.exchange().record.scalars = {.linear = 21, .logarithmic = 10, .log_start = 1e-6, .times = {}};
    spec.exchange().record.sigma = {.linear = 5, .logarithmic = 0, .log_start = 1e-6, .times = {t_end / 3.0}};
    return spec;
}

std::string small_input() { return "# a small run, for tests\n"; }

Unit arbitrary_unit(std::uint32_t unit, std::size_t columns, std::size_t samples, std::size_t frames,
                    std::size_t sites) {
    Unit all;
    all.unit = unit;
    all.finished = true;
    all.stages.resize(2);
    for (Ladder& ladder : all.stages) {
        ladder.round_trips = {0};
        ladder.chains.resize(1);
        ladder.chains.front().number = unit;
    }
    Chain& first = all.stages.front().chains.front();
    for (std::size_t k = 0; k < samples * columns; ++k)
        first.scalars.push_back(0.1 * static_cast<double>(k) + unit);
    std::vector<Spin> sigma(sites);
    for (std::size_t frame = 0; frame < frames; ++frame) {
        for (std::size_t j = 0; j < sites; ++j)
            sigma[j] = (j * 7 + frame + unit) % 5 < 2 ? Spin{1} : Spin{-1};
        pack_sigma(sigma, first.sigma);
    }
    first.samples = static_cast<std::uint32_t>(samples);
    first.frames = static_cast<std::uint32_t>(frames);
    first.end = {Stop::until, 0.5, 10};
    first.events = {unit, 2, 1, 0};
    first.phi_deviation = 1e-14;
    first.energy_deviation = 2e-15;
    Chain& second = all.stages.back().chains.front();
    second.end = {unit % 2 == 0 ? Stop::composition : Stop::frozen, 1.5 * unit, 990 + unit};
    second.events = {0, 0, 2, 4};
    second.phi_deviation = 5e-15;
    second.energy_deviation = 2e-13;
    return all;
}

Trajectory arbitrary_trajectory(std::uint32_t unit, std::size_t columns, std::size_t samples,
                                std::size_t frames, std::size_t sites) {
    return trajectory_of(arbitrary_unit(unit, columns, samples, frames, sites));
}

void expect_same_record(const Record& a, const Record& b) {
    EXPECT_EQ(a.header().spec, b.header().spec);
    EXPECT_EQ(a.header().input_text, b.header().input_text);
    EXPECT_EQ(a.header().misfit_version, b.header().misfit_version);
    EXPECT_EQ(a.header().potential_hash, b.header().potential_hash);
    EXPECT_EQ(a.header().potential_method, b.header().potential_method);
    EXPECT_EQ(a.header().due, b.header().due);
    EXPECT_EQ(a.header().complete, b.header().complete);
    EXPECT_TRUE(std::ranges::equal(a.header().columns, b.header().columns, {}, &Observable::Column::name,
                                   &Observable::Column::name));
    ASSERT_EQ(a.trajectories().size(), b.trajectories().size());
    for (std::size_t k = 0; k < a.trajectories().size(); ++k) {
        EXPECT_EQ(a.trajectories()[k], b.trajectories()[k]) << "trajectory " << a.trajectories()[k].unit;
        EXPECT_EQ(a.sigma(k), b.sigma(k)) << "trajectory " << a.trajectories()[k].unit;
    }
}

void write_bytes(const std::filesystem::path& path, std::span<const std::uint8_t> bytes) {
    write_text(path, std::string(bytes.begin(), bytes.end()));
}

void write_text(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

}  // namespace misfit::support
