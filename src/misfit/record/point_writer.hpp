#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "misfit/crystal/crystal.hpp"
#include "misfit/input/spec.hpp"
#include "misfit/measure/observable.hpp"
#include "misfit/store/bytes.hpp"
#include "misfit/store/hdf5_scales.hpp"

namespace misfit {

/// When something is taken at a point of a record.
struct PointClock {
    std::vector<std::int32_t> stage;   ///< counted from 1
    std::vector<double> time;          ///< of an exchange: since the stage began
    std::vector<std::uint64_t> sweep;  ///< of an equilibrium: since the equilibration

    std::size_t size() const { return stage.size(); }
};

/// The clock of an exchange.
PointClock clock_of(const std::vector<DueTime>& due);

/// What is the same for all units of a point.
struct PointPlan {
    std::size_t crystal = 0;  ///< its number in the record
    Site sites = 0;           ///< N
    PointClock scalars = {};  ///< when the observables are taken
    PointClock frames = {};   ///< when sigma is
    std::uint64_t units = 0;  ///< how many trajectories or chains there will be
};

/// Writes one point of a record, /points/<p>, one unit after the other; memory stays bounded by a block of
/// scalars and one unit.
class PointWriter {
public:
    /// The group of this number in `points`.
    PointWriter(const h5::Handle& points, std::size_t number, Method method, PointPlan plan,
                std::span<const Observable::Column> columns);
    PointWriter(PointWriter&&) noexcept;
    ~PointWriter();

    /// The samples of the next unit, [samples][columns], and its frames as pack_sigma() gives them. Throws
    /// Error unless they are as many as planned.
    void append(std::uint32_t unit, std::span<const double> scalars, ByteSpan sigma);
    /// Writes what is left, once all units have been appended, and then what each of them has beside its
    /// samples: `write_units` gets the group for it and the dimension along which units stand.
    template <class WriteUnits>
    void finish(const WriteUnits& write_units) {
        h5::Scale unit = begin_units();
        write_units(units_group(), unit);
        end(unit);
    }

private:
    struct Contents;

    void write_block();
    h5::Scale begin_units();
    const h5::Handle& units_group() const;
    void end(h5::Scale& unit);

    std::unique_ptr<Contents> contents_;
};

}  // namespace misfit
