#include "misfit/record/record.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <sstream>

#include "misfit/formats/export_potential.hpp"
#include "misfit/formats/hdf5_crystal.hpp"
#include "misfit/measure/strain.hpp"
#include "misfit/record/exchange_record_writer.hpp"
#include "misfit/run/export_atoms.hpp"
#include "misfit/store/files.hpp"
#include "misfit/store/hdf5.hpp"
#include "support/runs.hpp"

namespace misfit {
namespace {

using support::arbitrary_trajectory;
using support::error_of;
using support::TemporaryFolder;

const std::vector<Observable::Column> columns = {
    {"composition", "1", "fraction of A"}, {"b", "epsilon", "second"}, {"a", "1", "third"}};

/// A record of arbitrary trajectories 4, 5, ... of a hexagon of side `side`.
struct Written {
    Written(std::uint32_t trajectories, int side, int samples, int frames) {
        header.spec = support::small_spec(std::max(1U, trajectories), 8.0);
        header.spec.crystal = Hexagon{side};
        header.spec.exchange().ensemble.first = 4;
        header.input_text = "# my run: Δ\n[crystal]\nside = 4\n";
        header.misfit_version = "0.1.0";
        header.potential_hash = "abc";
        header.potential_method = "closed form";
        header.columns = columns;
        for (int k = 0; k < samples; ++k)
            header.due.scalars.push_back({static_cast<std::uint16_t>(k / 4), 0.5 * k});
        for (int k = 0; k < frames; ++k) header.due.sigma.push_back({0, 0.25 * k});
        const Crystal crystal = build_crystal(header.spec.crystal);
        sites = static_cast<std::size_t>(crystal.size());
        const auto shared = std::make_shared<const Crystal>(crystal);
        ExchangeRecordWriter writer(path(), header, std::span(&shared, 1));
        writer.begin_point(header.due, trajectories);
        for (std::uint32_t k = 0; k < trajectories; ++k) {
            written.push_back(arbitrary_trajectory(4 + k, columns.size(), header.due.scalars.size(),
                                                   header.due.sigma.size(), sites));
            writer.append(written.back(), {});
        }
        writer.finish({.host = "here",
                       .build = "gcc",
                       .started = "2021-09-01T12:00:00Z",
                       .finished = "2021-09-01T13:00:00Z",
                       .threads = 3,
                       .wall_seconds = 3600.5,
                       .potential_seconds = 0.25});
    }
    std::filesystem::path path() const { return folder / "record.h5"; }

    TemporaryFolder folder;
    RecordHeader header;
    std::size_t sites = 0;
    std::vector<Trajectory> written;
};

void expect_equal_to_what_was_written(const Written& w) {
    const Record record(w.path());
    EXPECT_EQ(record.header().spec, w.header.spec);
    EXPECT_EQ(record.header().input_text, w.header.input_text);
    EXPECT_EQ(record.header().misfit_version, w.header.misfit_version);
    EXPECT_EQ(record.header().potential_hash, w.header.potential_hash);
    EXPECT_EQ(record.header().potential_method, w.header.potential_method);
    EXPECT_EQ(record.header().due, w.header.due);
    EXPECT_TRUE(record.header().complete);
    ASSERT_EQ(record.header().columns.size(), columns.size());
    for (std::size_t k = 0; k < columns.size(); ++k) {
        EXPECT_EQ(record.header().columns[k].name, columns[k].name);
        EXPECT_EQ(record.header().columns[k].unit, columns[k].unit);
        EXPECT_EQ(record.header().columns[k].description, columns[k].description);
    }
    EXPECT_EQ(record.provenance().host, "here");
    EXPECT_EQ(record.provenance().threads, 3);
    EXPECT_EQ(record.provenance().wall_seconds, 3600.5);
    ASSERT_EQ(record.trajectories().size(), w.written.size());
    const std::size_t frame_bytes = (w.sites + 7) / 8;
    for (std::size_t k = 0; k < w.written.size(); ++k) {
        Trajectory expected = w.written[k];
        std::vector<Spin> sigma(w.header.due.sigma.size() * w.sites);
        for (std::size_t frame = 0; frame < w.header.due.sigma.size(); ++frame)
            unpack_sigma(std::span(expected.sigma).subspan(frame * frame_bytes, frame_bytes),
                         std::span(sigma).subspan(frame * w.sites, w.sites));
        EXPECT_EQ(record.sigma(k), sigma);
        expected.sigma.clear();
        EXPECT_EQ(record.trajectories()[k], expected);
    }
}

TEST(record, comes_back_equal_to_what_was_written) { expect_equal_to_what_was_written({5, 4, 7, 6}); }

TEST(record, comes_back_equal_when_tables_span_several_chunks) {
    expect_equal_to_what_was_written({5, 4, 5000, 3});  // a row a chunk
    expect_equal_to_what_was_written({3, 4, 9000, 3});  // two chunks a row
    expect_equal_to_what_was_written({2, 16, 3, 400});  // two chunks of sigma, the second padded
    expect_equal_to_what_was_written({40, 2, 700, 2});  // blocks of 11 rows
}

TEST(record, comes_back_without_trajectories_samples_or_frames) {
    expect_equal_to_what_was_written({0, 4, 7, 6});
    expect_equal_to_what_was_written({2, 4, 0, 6});
    expect_equal_to_what_was_written({2, 4, 7, 0});
    expect_equal_to_what_was_written({1, 2, 1, 1});
}

TEST(record, holds_the_crystal_as_documented) {
    const Written w(1, 3, 2, 2);
    const h5::Handle file = h5::open_file(w.path());
    const Crystal crystal = build_crystal(Hexagon{3});
    const auto positions = h5::read<double>(file, "crystals/0/position", {19, 2});
    const auto layers = h5::read<std::int32_t>(file, "crystals/0/layer", {19});
    const auto bonds = h5::read<std::int32_t>(file, "crystals/0/bonds", {crystal.bonds().size(), 2});
    for (std::size_t site = 0; site < 19; ++site) {
        EXPECT_EQ(positions[2 * site], crystal.positions()[site][0]);
        EXPECT_EQ(positions[2 * site + 1], crystal.positions()[site][1]);
        EXPECT_EQ(layers[site], crystal.layers()[site]);
    }
    for (std::size_t b = 0; b < crystal.bonds().size(); ++b) {
        EXPECT_EQ(bonds[2 * b], crystal.bonds()[b].first);
        EXPECT_EQ(bonds[2 * b + 1], crystal.bonds()[b].second);
    }
    EXPECT_EQ(h5::attribute<double>(h5::open(file, "parameters"), "model.kT"), 0.6);
    const h5::Handle group = h5::open(file, "crystals/0");
    EXPECT_EQ(h5::string_attribute(group, "lattice"), "triangular");
    EXPECT_EQ(h5::string_attribute(group, "boundary"), "free");
    EXPECT_EQ(h5::read<std::int32_t>(group, "neighbors", {19, 6}),
              std::vector<std::int32_t>(crystal.neighbors().begin(), crystal.neighbors().end()));
    // The seven inner sites, and the sites round each, one next to the other.
    EXPECT_EQ(h5::read<std::int32_t>(group, "interior", {7}),
              (std::vector<std::int32_t>{4, 5, 8, 9, 10, 13, 14}));
    const auto ring = h5::read<std::int32_t>(group, "ring", {7, 6});
    for (std::size_t k = 0; k < ring.size(); ++k) {
        const std::size_t next = k % 6 == 5 ? k - 5 : k + 1;
        const Vector3 a = crystal.positions()[static_cast<std::size_t>(ring[k])];
        const Vector3 b = crystal.positions()[static_cast<std::size_t>(ring[next])];
        EXPECT_NEAR(std::hypot(a[0] - b[0], a[1] - b[1]), 1.0, 1e-12);
    }
}

TEST(record, of_a_periodic_crystal_says_where_it_repeats) {
    const TemporaryFolder folder;
    h5::Handle file = h5::create_file(folder / "crystal.h5");
    write_crystal(h5::create_group(file, "crystal"),
                  build_crystal(Parallelogram{{3, 5}}, {}, Boundary::periodic), -1);
    const h5::Handle group = h5::open(file, "crystal");
    EXPECT_EQ(h5::string_attribute(group, "boundary"), "periodic");
    std::array<std::int32_t, 3> period = {};
    h5::read_attribute(group, "period", h5::element_of<std::int32_t>(), period.data(), 3);
    EXPECT_EQ(period, (std::array{3, 5, 0}));
}

TEST(record, that_is_missing_not_hdf5_foreign_or_of_a_later_version_is_refused_by_name) {
    const TemporaryFolder folder;
    const auto refusal = [&](const std::string& name) {
        const std::string text = error_of([&] { Record(folder / name); });
        EXPECT_NE(text.find(name), std::string::npos) << text;
        return text;
    };
    EXPECT_NE(refusal("missing.h5").find("no such file"), std::string::npos);
    support::write_text(folder / "text.h5", "time,c\n0,1\n");
    EXPECT_NE(refusal("text.h5").find("not an HDF5 file"), std::string::npos);
    h5::close_file(h5::create_file(folder / "foreign.h5"));
    std::filesystem::copy_file(folder / "foreign.h5", folder / "short.h5");
    std::filesystem::resize_file(folder / "short.h5", std::filesystem::file_size(folder / "short.h5") - 8);
    EXPECT_NE(refusal("short.h5").find("cannot open: truncated file"), std::string::npos);
    EXPECT_NE(refusal("foreign.h5").find("not a misfit record"), std::string::npos);
    {
        h5::Handle file = h5::create_file(folder / "later.h5");
        h5::write_attribute(file, "format", std::string("misfit record"));
        const std::array<std::int32_t, 2> version = {record_version_major + 1, 0};
        h5::write_attribute(file, "format_version", std::span<const std::int32_t>(version));
        h5::close_file(std::move(file));
    }
    EXPECT_NE(refusal("later.h5").find("version 3.0; this misfit reads up to 2.x"), std::string::npos);
    std::filesystem::create_directory(folder / "empty");
    EXPECT_NE(refusal("empty").find("no record"), std::string::npos);
}

TEST(record, of_a_trajectory_that_is_not_whole_is_not_written) {
    Trajectory trajectory = arbitrary_trajectory(4, columns.size(), 7, 6, 37);
    trajectory.scalars.pop_back();
    Written w(0, 4, 7, 6);
    const TemporaryFolder folder;
    const auto crystal = std::make_shared<const Crystal>(build_crystal(w.header.spec.crystal));
    ExchangeRecordWriter writer(folder / "record.h5", w.header, std::span(&crystal, 1));
    writer.begin_point(w.header.due, 1);
    EXPECT_EQ(error_of([&] { writer.append(trajectory, {}); }),
              "trajectory 4: does not hold every due sample");
    EXPECT_EQ(error_of([&] { end_word(Stop::paused); }),
              "a trajectory that has not ended cannot be recorded");
    EXPECT_EQ(error_of([&] { end_of_word("paused"); }), "'paused' is no end of a trajectory");
    EXPECT_EQ(end_of_word(end_word(Stop::frozen)), Stop::frozen);
}

TEST(record, truncated_anywhere_is_refused) {
    const Written w(3, 3, 5, 4);
    const Bytes whole = read_file(w.path());
    for (std::size_t part = 0; part < 64; ++part) {
        const auto length = static_cast<std::ptrdiff_t>(whole.size() * part / 64);
        support::write_bytes(w.path(), Bytes(whole.begin(), whole.begin() + length));
        EXPECT_THROW(Record{w.path()}, Error) << length << " of " << whole.size() << " bytes";
    }
}

TEST(record, with_any_byte_changed_is_refused_before_HDF5_opens_it) {
    const Written w(2, 3, 4, 3);
    const Bytes whole = read_file(w.path());
    const TemporaryFolder folder;
    const std::size_t stride = whole.size() / 97 + 1;
    for (std::size_t at = 0; at < whole.size() - 20; at += stride) {  // the seal itself is the last 20
        Bytes damaged = whole;
        damaged[at] ^= 0x10U;
        support::write_bytes(folder / "record.h5", damaged);
        const std::string text = error_of([&] { const Record record(folder / "record.h5"); });
        EXPECT_NE(text.find("its checksum does not fit"), std::string::npos) << at << ": " << text;
    }
}

TEST(record, without_a_seal_is_read) {
    const Written w(2, 3, 4, 3);
    Bytes bytes = read_file(w.path());
    bytes.resize(bytes.size() - 20);
    const TemporaryFolder folder;
    support::write_bytes(folder / "record.h5", bytes);
    EXPECT_EQ(Record(folder / "record.h5").trajectories(), Record(w.path()).trajectories());
}

TEST(ensemble_means, are_mean_and_standard_error_over_trajectories) {
    const Written w(3, 3, 4, 1);
    const EnsembleMeans means = ensemble_means(Record(w.path()));
    // Trajectories 4, 5, 6 differ by their number: mean 5, variance 1.
    for (std::size_t k = 0; k < means.mean.size(); ++k) {
        EXPECT_NEAR(means.mean[k], 0.1 * static_cast<double>(k) + 5.0, 1e-14);
        EXPECT_NEAR(means.standard_error[k], std::sqrt(1.0 / 3.0), 1e-14);
    }
    const Written single(1, 3, 4, 1);
    EXPECT_TRUE(std::isnan(ensemble_means(Record(single.path())).standard_error.front()));
}

/// A scale multiplies lengths, positions and displacements alike.
class ExportAtoms : public ::testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(scales, ExportAtoms, ::testing::Values(1.0, 2.5));

TEST_P(ExportAtoms, writes_a_frame_a_due_time_with_species_displacement_sigma_layer_phase_and_strain) {
    const Written w(2, 2, 1, 2);
    const double scale = GetParam();
    std::ostringstream text;
    const Record record(w.path());
    export_atoms(record, 1, {.scale = scale}, text);
    EXPECT_EQ(text.str().find("-0.000000000"), std::string::npos);
    std::istringstream lines(text.str());
    const std::vector<Spin> sigma = record.sigma(1);
    const Displacements displacements(std::make_shared<const Crystal>(record.crystal()));
    for (std::size_t frame = 0; frame < 2; ++frame) {
        std::string line;
        std::getline(lines, line);
        EXPECT_EQ(line, "7");
        std::getline(lines, line);
        EXPECT_TRUE(
            line.starts_with("Properties=species:S:1:pos:R:3:displacement:R:3:sigma:I:1:layer:I:1:phase:I:1:"
                             "area_deviation:R:1 pbc=\"F F F\""));
        const double mismatch = record.header().spec.observables.mismatch;
        const std::vector<Vector3> u = displacements(std::span(sigma).subspan(frame * 7, 7));
        const std::vector<double> deviations = local_deviations(record.crystal(), u, mismatch);
        EXPECT_NE(line.find(frame == 0 ? "Time=0.0 " : "Time=0.25 "), std::string::npos);
        for (std::size_t site = 0; site < 7; ++site) {
            std::string species;
            double x = 0, y = 0, z = 0;
            int spin = 0, layer = 0, phase = 9;
            double deviation = 9;
            Vector3 moved = {9, 9, 9};
            lines >> species >> x >> y >> z >> moved[0] >> moved[1] >> moved[2];
            lines >> spin >> layer >> phase >> deviation;
            EXPECT_NEAR(deviation, deviations[site], 1e-9);
            for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(moved[k], scale * mismatch * u[site][k], 1e-9);
            EXPECT_EQ(spin, sigma[frame * 7 + site]);
            EXPECT_EQ(species, spin > 0 ? "Cd" : "Ag");
            EXPECT_NEAR(x, scale * record.crystal().positions()[site][0], 1e-6);
            EXPECT_EQ(layer, record.crystal().layers()[site]);
            EXPECT_LE(std::abs(phase), 2);
        }
        std::getline(lines, line);
    }
    EXPECT_THROW(export_atoms(record, 2, {}, text), Error);
}

TEST(potential_sample, shows_V_from_the_centre_and_from_the_middle_of_an_edge) {
    const Crystal crystal = build_crystal(Hexagon{4});
    const Potential potential = build_potential(crystal);
    const auto [centre, edge] = sample_sites(crystal);
    EXPECT_EQ(centre, 18);
    EXPECT_TRUE(crystal.is_surface(edge));
    const TemporaryFolder folder;
    write_potential_sample(folder / "potential.h5", crystal, potential);
    const h5::Handle file = h5::open_file(folder / "potential.h5");
    const auto V = h5::read<double>(file, "V", {2, 37});
    for (Site j = 0; j < 37; ++j) {
        EXPECT_EQ(V[static_cast<std::size_t>(j)], potential(centre, j));
        EXPECT_EQ(V[37 + static_cast<std::size_t>(j)], potential(edge, j));
    }
    EXPECT_EQ(h5::read<std::int32_t>(file, "sites", {2})[0], centre);
}

}  // namespace
}  // namespace misfit
