#include "misfit/unit/trajectory_bytes.hpp"

namespace misfit {

void put(ByteWriter& writer, const Trajectory& trajectory) {
    writer.put(trajectory.unit);
    writer.put(std::span<const double>(trajectory.scalars));
    writer.put(std::span<const std::uint8_t>(trajectory.sigma));
    writer.put(trajectory.samples);
    writer.put(trajectory.frames);
    writer.put(static_cast<std::uint8_t>(trajectory.finished));
    writer.put(static_cast<std::uint32_t>(trajectory.stages.size()));
    for (const StageEnd& stage : trajectory.stages) {
        writer.put(stage.stop);
        writer.put(stage.end_time);
        writer.put(stage.steps);
    }
    for (const std::uint64_t count : trajectory.events) writer.put(count);
    writer.put(trajectory.phi_deviation);
    writer.put(trajectory.energy_deviation);
    put(writer, trajectory.last);
}

void take(ByteReader& reader, Trajectory& trajectory) {
    reader.take(trajectory.unit);
    reader.take(trajectory.scalars);
    reader.take(trajectory.sigma);
    reader.take(trajectory.samples);
    reader.take(trajectory.frames);
    std::uint8_t finished = 0;
    reader.take(finished);
    trajectory.finished = finished != 0;
    std::uint32_t stages = 0;
    reader.take(stages);
    for (std::uint32_t k = 0; k < stages; ++k) {
        StageEnd& stage = trajectory.stages.emplace_back();
        reader.take(stage.stop, Stop::paused);
        reader.take(stage.end_time);
        reader.take(stage.steps);
    }
    for (std::uint64_t& count : trajectory.events) reader.take(count);
    reader.take(trajectory.phi_deviation);
    reader.take(trajectory.energy_deviation);
    take(reader, trajectory.last);
}

void put(ByteWriter& writer, const TrajectoryEnd& last) {
    put(writer, last.state);
    writer.put(last.energy_deviation);
}

void take(ByteReader& reader, TrajectoryEnd& last) {
    take(reader, last.state);
    reader.take(last.energy_deviation);
}

void put(ByteWriter& writer, const State& state) {
    writer.put(std::span<const Spin>(state.sigma));
    writer.put(std::span<const double>(state.phi));
    writer.put(state.count_A);
    writer.put(state.time);
    writer.put(state.step);
    writer.put(state.random.seed);
    writer.put(state.random.unit);
    writer.put(state.random.stage);
    writer.put(state.random.stream);
    for (const std::uint64_t count : state.events) writer.put(count);
    writer.put(state.phi_deviation);
}

void take(ByteReader& reader, State& state) {
    reader.take(state.sigma);
    reader.take(state.phi);
    reader.take(state.count_A);
    reader.take(state.time);
    reader.take(state.step);
    reader.take(state.random.seed);
    reader.take(state.random.unit);
    reader.take(state.random.stage);
    reader.take(state.random.stream, Stream::replica_exchange);
    for (std::uint64_t& count : state.events) reader.take(count);
    reader.take(state.phi_deviation);
}

void put(ByteWriter& writer, const Checkpoint& checkpoint) {
    put(writer, checkpoint.state);
    put(writer, checkpoint.trajectory);
}

void take(ByteReader& reader, Checkpoint& checkpoint) {
    take(reader, checkpoint.state);
    take(reader, checkpoint.trajectory);
}

}  // namespace misfit
