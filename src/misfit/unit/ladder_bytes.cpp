#include "misfit/unit/ladder.hpp"
#include "misfit/unit/trajectory_bytes.hpp"

namespace misfit {
namespace {

template <class T>
void put_values(ByteWriter& writer, const std::vector<T>& values) {
    writer.put(std::span<const T>(values));
}

void put(ByteWriter& writer, const Chain& chain) {
    writer.put(chain.point);
    writer.put(chain.number);
    writer.put(chain.start);
    writer.put(chain.samples);
    put_values(writer, chain.scalars);
    put_values(writer, chain.reduced_energies);
    writer.put(chain.frames);
    put_values(writer, chain.sigma);
    put_values(writer, chain.frame_sweep);
    writer.put(chain.attempts);
    writer.put(chain.accepted);
    writer.put(chain.phi_deviation);
    writer.put(chain.energy_deviation);
}

void take(ByteReader& reader, Chain& chain) {
    reader.take(chain.point);
    reader.take(chain.number);
    reader.take(chain.start, StartState::xyz);
    reader.take(chain.samples);
    reader.take(chain.scalars);
    reader.take(chain.reduced_energies);
    reader.take(chain.frames);
    reader.take(chain.sigma);
    reader.take(chain.frame_sweep);
    reader.take(chain.attempts);
    reader.take(chain.accepted);
    reader.take(chain.phi_deviation);
    reader.take(chain.energy_deviation);
}

void put(ByteWriter& writer, const Ladder& ladder) {
    writer.put(ladder.unit);
    writer.put(static_cast<std::uint32_t>(ladder.chains.size()));
    for (const Chain& chain : ladder.chains) put(writer, chain);
    put_values(writer, ladder.exchanges);
    put_values(writer, ladder.exchanged);
    put_values(writer, ladder.round_trips);
}

void take(ByteReader& reader, Ladder& ladder) {
    reader.take(ladder.unit);
    std::uint32_t chains = 0;
    reader.take(chains);
    for (std::uint32_t k = 0; k < chains; ++k) take(reader, ladder.chains.emplace_back());
    reader.take(ladder.exchanges);
    reader.take(ladder.exchanged);
    reader.take(ladder.round_trips);
}

void put(ByteWriter& writer, const std::vector<Ladder>& stages) {
    writer.put(static_cast<std::uint32_t>(stages.size()));
    for (const Ladder& ladder : stages) put(writer, ladder);
}

void take(ByteReader& reader, std::vector<Ladder>& stages) {
    std::uint32_t count = 0;
    reader.take(count);
    for (std::uint32_t k = 0; k < count; ++k) take(reader, stages.emplace_back());
}

}  // namespace

void put(ByteWriter& writer, const LadderEnd& end) {
    writer.put(static_cast<std::uint32_t>(end.states.size()));
    for (const State& state : end.states) put(writer, state);
    put_values(writer, end.replica);
    put_values(writer, end.leg);
}

void take(ByteReader& reader, LadderEnd& end) {
    std::uint32_t states = 0;
    reader.take(states);
    for (std::uint32_t k = 0; k < states; ++k) take(reader, end.states.emplace_back());
    reader.take(end.replica);
    reader.take(end.leg);
}

void put(ByteWriter& writer, const LadderStages& recorded) {
    writer.put(recorded.unit);
    put(writer, recorded.stages);
    put(writer, recorded.last);
}

void take(ByteReader& reader, LadderStages& recorded) {
    reader.take(recorded.unit);
    take(reader, recorded.stages);
    take(reader, recorded.last);
}

void put(ByteWriter& writer, const LadderCheckpoint& checkpoint) {
    put(writer, checkpoint.ladder);
    put(writer, checkpoint.earlier);
    writer.put(static_cast<std::uint32_t>(checkpoint.states.size()));
    for (const State& state : checkpoint.states) put(writer, state);
    writer.put(checkpoint.sweep);
    put_values(writer, checkpoint.replica);
    put_values(writer, checkpoint.leg);
}

void take(ByteReader& reader, LadderCheckpoint& checkpoint) {
    take(reader, checkpoint.ladder);
    take(reader, checkpoint.earlier);
    std::uint32_t states = 0;
    reader.take(states);
    for (std::uint32_t k = 0; k < states; ++k) take(reader, checkpoint.states.emplace_back());
    reader.take(checkpoint.sweep);
    reader.take(checkpoint.replica);
    reader.take(checkpoint.leg);
}

}  // namespace misfit
