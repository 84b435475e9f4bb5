#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "misfit/unit/stage_model.hpp"
#include "misfit/unit/trajectory.hpp"
#include "support/statistics.hpp"

namespace misfit::support {

/// Independent trajectories, all from all A, and what was measured on them at due times.
struct Ensemble {
    std::vector<double> times;
    std::vector<Observable::Column> columns;
    std::vector<Trajectory> trajectories;

    /// Mean over trajectories of a column at times[k].
    MeanError mean(const std::string& column, std::size_t k) const;
    /// Mean of the time at which the trajectories ended.
    MeanError end_time() const;
};

/// Carries a trajectory from this state through all stages, `events` in a call.
Unit run_through(std::span<StageModel> stages, State start, std::uint64_t events);

/// Runs trajectories 0 to runs-1 on two threads.
Ensemble simulate(const Hamiltonian& hamiltonian, const KmcParameters& kmc, std::vector<double> times,
                  std::uint32_t runs, std::uint64_t seed);

/// A published or stated value to compare with.
struct Expected {
    double value = 0.0;
    double standard_error = 0.0;
    double rounding = 0.0;  ///< half a unit of the last digit given
};

/// Compares measured means with expected values: z = (|difference| - rounding) over both standard errors.
/// Prints each as a line "name measured se expected se z"; with a file name, adds them to that CSV too.
/// Every |z| above `limit` is a failed expectation of the running test.
class Comparison {
public:
    explicit Comparison(double limit, std::string csv = {});
    void add(const std::string& name, const MeanError& measured, const Expected& expected);

private:
    double limit_;
    std::string csv_;
};

}  // namespace misfit::support
