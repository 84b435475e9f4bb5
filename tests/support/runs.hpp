#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <gtest/gtest.h>
#include <random>
#include <span>
#include <string>

#include "misfit/base/error.hpp"
#include "misfit/record/record.hpp"
#include "misfit/run/run.hpp"
#include "misfit/unit/unit.hpp"

/// Small whole runs in folders of their own, for tests of files, records and resuming.
namespace misfit::support {

/// A new empty folder, removed with all that is in it.
class TemporaryFolder {
public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

/// A hexagon of 37 sites that exchanges ions to and fro until t_end: about 40 events a unit of time.
RunSpec small_spec(std::uint32_t trajectories, double t_end);
/// The input text that goes with every small run.
std::string small_input();

/// A finished unit of one chain in two stages with arbitrary contents for `columns` observables, `samples`
/// and `frames`.
Unit arbitrary_unit(std::uint32_t unit, std::size_t columns, std::size_t samples, std::size_t frames,
                    std::size_t sites);
/// A finished trajectory with arbitrary contents for `columns` observables, `samples` and `frames`.
Trajectory arbitrary_trajectory(std::uint32_t unit, std::size_t columns, std::size_t samples,
                                std::size_t frames, std::size_t sites);

/// Expects all of two records outside /provenance to be equal, bit for bit.
void expect_same_record(const Record& a, const Record& b);

/// what() of the Error that `action` throws; the test fails if it throws none.
template <class Action>
std::string error_of(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    ADD_FAILURE() << "no Error was thrown";
    return {};
}

/// How long to let a run go before it is stopped for the `stops`-th time: a random while, at first between
/// `shortest` and `longest`, and longer from stop to stop, so that a slow machine gets to the end too.
template <class Random>
std::chrono::microseconds while_before_stop(int stops, int shortest, int longest, Random& random) {
    const double stretched = longest * std::pow(1.1, std::min(stops, 100));
    return std::chrono::microseconds(
        std::uniform_int_distribution(shortest, static_cast<int>(stretched))(random));
}

/// Writes a file without waiting for the disk.
void write_bytes(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);
void write_text(const std::filesystem::path& path, const std::string& text);

}  // namespace misfit::support
