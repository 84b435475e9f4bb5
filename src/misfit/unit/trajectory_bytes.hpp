#pragma once

#include <string>

#include "misfit/store/bytes.hpp"
#include "misfit/unit/trajectory.hpp"

namespace misfit {

void put(ByteWriter& writer, const Trajectory& trajectory);
void take(ByteReader& reader, Trajectory& trajectory);

void put(ByteWriter& writer, const TrajectoryEnd& last);
void take(ByteReader& reader, TrajectoryEnd& last);

void put(ByteWriter& writer, const State& state);
void take(ByteReader& reader, State& state);

/// An unfinished trajectory: all that is needed to go on to the same bits.
struct Checkpoint {
    State state;
    Trajectory trajectory;

    std::uint32_t unit() const { return trajectory.unit; }
    bool operator==(const Checkpoint&) const = default;
};
void put(ByteWriter& writer, const Checkpoint& checkpoint);
void take(ByteReader& reader, Checkpoint& checkpoint);

}  // namespace misfit
