#include "misfit/store/parts.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

#include "misfit/store/checkpoint.hpp"
#include "misfit/store/files.hpp"
#include "misfit/unit/unit.hpp"
#include "support/runs.hpp"

namespace misfit {
namespace {

using support::arbitrary_unit;
using support::error_of;
using support::TemporaryFolder;

const RunIdentity identity = {"0.1.0", "0123456789abcdef", 42};

Bytes first(const Bytes& bytes, std::size_t count) {
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
}

TEST(byte_reader, takes_back_what_a_writer_put) {
    ByteWriter writer;
    writer.put(std::uint32_t{7});
    writer.put(-0.0);
    writer.put(std::string_view("c(t)"));
    writer.put(std::span<const double>(std::vector<double>{1.5, -2.5}));
    ByteReader reader(writer.bytes(), "test");
    std::uint32_t number = 0;
    double zero = 1.0;
    std::string text;
    std::vector<double> values;
    reader.take(number);
    reader.take(zero);
    reader.take(text);
    reader.take(values);
    reader.expect_end();
    EXPECT_EQ(number, 7U);
    EXPECT_TRUE(std::signbit(zero));
    EXPECT_EQ(text, "c(t)");
    EXPECT_EQ(values, (std::vector<double>{1.5, -2.5}));
}

TEST(byte_reader, refuses_a_count_beyond_its_bytes_before_it_allocates) {
    ByteWriter writer;
    writer.put(std::uint64_t{1} << 61);
    writer.put(1.0);
    ByteReader reader(writer.bytes(), "scratch.part");
    std::vector<double> values;
    EXPECT_NE(error_of([&] { reader.take(values); }).find("scratch.part"), std::string::npos);
    EXPECT_TRUE(values.empty());
}

TEST(unit_bytes, refuse_every_truncation_of_state_and_unit) {
    State state;
    state.sigma = {1, -1, 1};
    state.phi = {0.25, -0.5, 0.25};
    state.random = {2021, 3, 1, Stream::kmc_event};
    ByteWriter writer;
    put(writer, state);
    put(writer, arbitrary_unit(4, 2, 3, 2, 3));
    for (std::size_t length = 0; length < writer.bytes().size(); ++length) {
        ByteReader reader(ByteSpan(writer.bytes()).first(length), "test");
        State state_back;
        Unit unit_back;
        EXPECT_THROW(
            {
                take(reader, state_back);
                take(reader, unit_back);
            },
            Error);
    }
}

class PartFile : public ::testing::Test {
protected:
    PartFile() {
        PartWriter writer(folder_.path(), identity);
        for (const Unit& unit : written_) writer.append(unit);
        bytes_ = read_file(writer.path());
    }
    /// A part file with these bytes in a folder of its own; what a reader finds must be what was written.
    std::size_t readable(const Bytes& bytes) const {
        const TemporaryFolder folder;
        support::write_bytes(folder / "0.part", bytes);
        const PartReader reader(folder.path(), identity, {});
        for (const Unit& unit : written_) {
            if (!reader.contains(unit.unit)) continue;
            EXPECT_EQ(reader.read<Unit>(unit.unit), unit);
        }
        for (const std::uint32_t unit : reader.units())
            EXPECT_TRUE(std::ranges::count(written_, unit, &Unit::unit)) << unit;
        return reader.units().size();
    }

    TemporaryFolder folder_;
    std::vector<Unit> written_ = {arbitrary_unit(5, 2, 3, 1, 9), arbitrary_unit(2, 2, 3, 1, 9),
                                  arbitrary_unit(9, 2, 3, 1, 9)};
    Bytes bytes_;
};

TEST_F(PartFile, gives_back_every_unit_in_their_order) {
    const PartReader reader(folder_.path(), identity, {});
    EXPECT_EQ(reader.units(), (std::vector<std::uint32_t>{2, 5, 9}));
    for (const Unit& unit : written_) EXPECT_EQ(reader.read<Unit>(unit.unit), unit);
}

TEST_F(PartFile, torn_at_any_byte_keeps_the_whole_entries_before_it) {
    std::size_t last = 0;
    for (std::size_t length = 0; length < bytes_.size(); ++length) {
        const std::size_t now = readable(first(bytes_, length));
        EXPECT_GE(now, last);
        EXPECT_LE(now, last + 1);
        last = now;
    }
    EXPECT_EQ(last, 2U);
    EXPECT_EQ(readable(bytes_), 3U);
}

TEST_F(PartFile, with_any_byte_damaged_never_gives_a_wrong_unit) {
    for (std::size_t k = 0; k < bytes_.size(); ++k) {
        Bytes damaged = bytes_;
        damaged[k] ^= 0x40;
        EXPECT_LT(readable(damaged), 3U) << "byte " << k;
    }
}

TEST_F(PartFile, of_another_run_is_refused_with_the_reason) {
    const auto open_as = [&](const RunIdentity& other) {
        return error_of([&] { PartReader(folder_.path(), other, {}); });
    };
    EXPECT_NE(open_as({"0.2.0", identity.potential_hash, 42}).find("misfit 0.1.0"), std::string::npos);
    EXPECT_NE(open_as({"0.1.0", "fedcba", 42}).find("potential 0123456789abcdef"), std::string::npos);
    EXPECT_NE(open_as({"0.1.0", identity.potential_hash, 43}).find("other input"), std::string::npos);
}

TEST_F(PartFile, is_never_appended_to_by_a_later_start) {
    PartWriter later(folder_.path(), identity);
    later.append(arbitrary_unit(1, 2, 3, 1, 9));
    EXPECT_EQ(read_file(folder_ / "0.part"), bytes_);
    EXPECT_EQ(later.path().filename(), "1.part");
    EXPECT_EQ(PartReader(folder_.path(), identity, {}).units(), (std::vector<std::uint32_t>{1, 2, 5, 9}));
}

Unit unit_at(std::uint64_t step) {
    Unit unit = arbitrary_unit(6, 1, 2, 1, 4);
    unit.finished = false;
    State& state = unit.states.emplace_back();
    state.sigma = {1, -1, 1, 1};
    state.phi = {0.1, -0.3, 0.1, 0.1};
    state.count_A = 3;
    state.time = 0.125 * static_cast<double>(step);
    state.step = step;
    state.random = {2021, 6, 0, Stream::kmc_event};
    return unit;
}

TEST(checkpoint, comes_back_equal_and_leaves_nothing_when_removed) {
    const TemporaryFolder folder;
    const CheckpointFolder checkpoints(folder.path(), identity);
    EXPECT_FALSE(checkpoints.contains(6));
    EXPECT_FALSE(checkpoints.read<Unit>(6).has_value());
    checkpoints.write(unit_at(10));
    checkpoints.write(unit_at(20));
    EXPECT_EQ(checkpoints.read<Unit>(6), unit_at(20));
    EXPECT_FALSE(checkpoints.read<Unit>(5).has_value());
    checkpoints.remove(6);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(checkpoint, damaged_at_any_byte_is_named_and_the_previous_one_used) {
    const TemporaryFolder folder;
    std::string warning;
    const CheckpointFolder checkpoints(folder.path(), identity,
                                       [&](const std::string& text) { warning = text; });
    checkpoints.write(unit_at(10));
    checkpoints.write(unit_at(20));
    const Bytes whole = read_file(folder / "unit-6.checkpoint");
    for (std::size_t k = 0; k < whole.size(); ++k) {
        Bytes damaged = whole;
        damaged[k] ^= 0x01;
        for (const Bytes& bytes : {damaged, first(whole, k)}) {
            support::write_bytes(folder / "unit-6.checkpoint", bytes);
            warning.clear();
            EXPECT_EQ(checkpoints.read<Unit>(6), unit_at(10));
            EXPECT_NE(warning.find("unit-6.checkpoint"), std::string::npos);
        }
    }
    support::write_bytes(folder / "unit-6.checkpoint.previous", first(whole, 30));
    EXPECT_FALSE(checkpoints.read<Unit>(6).has_value());
}

TEST(folder_lock, keeps_a_second_holder_out_until_it_goes) {
    const TemporaryFolder folder;
    {
        const FolderLock lock(folder.path());
        EXPECT_NE(error_of([&] { FolderLock(folder.path()); }).find("another run"), std::string::npos);
    }
    const FolderLock again(folder.path());
}

}  // namespace
}  // namespace misfit
