#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "misfit/input/spec.hpp"
#include "misfit/store/hdf5.hpp"

namespace misfit {

/// Version of the record's layout (docs/record.md); a reader refuses a higher major version.
inline constexpr int record_version_major = 2;
inline constexpr int record_version_minor = 1;

/// "exchange" or "equilibrium", the attribute `kind`.
const char* kind_word(Method method);

/// Where things lie in a record. Here, and nowhere else but in how its parameters are written, is what is
/// particular to a record of version 1.x: an exchange had one point, which lay at the top.
class RecordPlaces {
public:
    /// Those of a file. Throws Error if it is no record, or one of a later version; `name` stands for it.
    RecordPlaces(const h5::Handle& file, const std::string& name);

    Method method() const { return method_; }
    /// True for a record of version 1.x.
    bool is_old() const { return version_[0] < 2; }

    std::string crystal(std::size_t k) const;
    std::string observables(std::size_t point) const { return in_point(point, "observables"); }
    /// Group of when the observables were taken.
    std::string clock(std::size_t point) const { return in_point(point, is_old() ? "observables" : "clock"); }
    /// Group of the frames, and of when they were taken.
    std::string sigma(std::size_t point) const { return in_point(point, "sigma"); }
    /// Group of how each trajectory or chain went.
    std::string units(std::size_t point) const;
    /// The trajectories' numbers.
    std::string trajectory_numbers(std::size_t point) const;
    /// Which of the crystals a point has.
    std::size_t crystal_of(const h5::Handle& file, std::size_t point) const;

private:
    std::string in_point(std::size_t point, const char* name) const;
    bool is_at_the_top() const { return is_old() && method_ == Method::exchange; }

    Method method_ = Method::exchange;
    std::array<std::int32_t, 2> version_ = {};
};

}  // namespace misfit
