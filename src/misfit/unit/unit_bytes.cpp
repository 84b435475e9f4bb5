#include <algorithm>

#include "misfit/unit/unit.hpp"

namespace misfit {
namespace {

template <class T>
void put_values(ByteWriter& writer, const std::vector<T>& values) {
    writer.put(std::span<const T>(values));
}

void put(ByteWriter& writer, const Chain& chain) {
    writer.put(chain.point);
    writer.put(chain.number);
    writer.put(chain.samples);
    put_values(writer, chain.scalars);
    put_values(writer, chain.reduced_energies);
    writer.put(chain.frames);
    put_values(writer, chain.sigma);
    writer.put(chain.end.stop);
    writer.put(chain.end.end_time);
    writer.put(chain.end.steps);
    for (const std::uint64_t count : chain.events) writer.put(count);
    writer.put(chain.phi_deviation);
    writer.put(chain.energy_deviation);
}

void take(ByteReader& reader, Chain& chain) {
    reader.take(chain.point);
    reader.take(chain.number);
    reader.take(chain.samples);
    reader.take(chain.scalars);
    reader.take(chain.reduced_energies);
    reader.take(chain.frames);
    reader.take(chain.sigma);
    reader.take(chain.end.stop, Stop::paused);
    reader.take(chain.end.end_time);
    reader.take(chain.end.steps);
    for (std::uint64_t& count : chain.events) reader.take(count);
    reader.take(chain.phi_deviation);
    reader.take(chain.energy_deviation);
}

void put(ByteWriter& writer, const Ladder& ladder);
void take(ByteReader& reader, Ladder& ladder);

/// A list of things that are put one by one.
template <class T>
void put_list(ByteWriter& writer, const std::vector<T>& list) {
    writer.put(static_cast<std::uint32_t>(list.size()));
    for (const T& each : list) put(writer, each);
}

template <class T>
void take_list(ByteReader& reader, std::vector<T>& list) {
    std::uint32_t count = 0;
    reader.take(count);
    for (std::uint32_t k = 0; k < count; ++k) take(reader, list.emplace_back());
}

void put(ByteWriter& writer, const Ladder& ladder) {
    put_list(writer, ladder.chains);
    put_values(writer, ladder.exchanges);
    put_values(writer, ladder.exchanged);
    put_values(writer, ladder.round_trips);
}

void take(ByteReader& reader, Ladder& ladder) {
    take_list(reader, ladder.chains);
    reader.take(ladder.exchanges);
    reader.take(ladder.exchanged);
    reader.take(ladder.round_trips);
}

}  // namespace

void put(ByteWriter& writer, const State& state) {
    writer.put(std::span<const Spin>(state.sigma));
    AlignedVector<double> phi = state.phi;  // and rated_phi behind it, which records up to 2.1 do not know
    phi.insert(phi.end(), state.rated_phi.begin(), state.rated_phi.end());
    writer.put(std::span<const double>(phi));
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
    const auto rated =
        state.phi.begin() + static_cast<std::ptrdiff_t>(std::min(state.sigma.size(), state.phi.size()));
    state.rated_phi.assign(rated, state.phi.end());
    state.phi.erase(rated, state.phi.end());
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

void put(ByteWriter& writer, const Unit& unit) {
    writer.put(unit.unit);
    put_list(writer, unit.stages);
    put_list(writer, unit.states);
    writer.put(unit.sweep);
    put_values(writer, unit.replica);
    put_values(writer, unit.leg);
    writer.put(static_cast<std::uint8_t>(unit.finished));
}

void take(ByteReader& reader, Unit& unit) {
    reader.take(unit.unit);
    take_list(reader, unit.stages);
    take_list(reader, unit.states);
    reader.take(unit.sweep);
    reader.take(unit.replica);
    reader.take(unit.leg);
    std::uint8_t finished = 0;
    reader.take(finished);
    unit.finished = finished != 0;
}

}  // namespace misfit
