#include "misfit/record/particles.hpp"

#include <algorithm>
#include <string>

#include "misfit/record/sigma_frames.hpp"

namespace misfit {
namespace {

constexpr std::uint64_t most_chunk_bytes = 1 << 20;  // HDF5 keeps a megabyte of chunks

/// The same positions [N, 3] in every frame: all chunks are alike, so that one is compressed and the others
/// are its copies.
void write_positions(const h5::Handle& group, const Crystal& crystal, std::uint64_t frames) {
    std::vector<float> one;
    for (const Vector3& position : crystal.positions())
        for (const double x : position) one.push_back(static_cast<float>(x));
    const auto sites = static_cast<std::uint64_t>(crystal.size());
    const std::uint64_t in_chunk = std::clamp<std::uint64_t>(most_chunk_bytes / (one.size() * sizeof(float)),
                                                             1, std::max<std::uint64_t>(frames, 1));
    const h5::Handle dataset =
        h5::create_dataset(group, "value", h5::Element::float32, {frames, sites, 3},
                           {.chunk = {in_chunk, sites, 3}, .deflate = 1, .shuffle = true});
    if (frames == 0) return;
    std::vector<float> chunk;
    const std::uint64_t first = std::min(in_chunk, frames);
    for (std::uint64_t k = 0; k < first; ++k) chunk.insert(chunk.end(), one.begin(), one.end());
    h5::write_block(dataset, h5::Element::float32, {0, 0, 0}, {first, sites, 3}, chunk.data());
    if (frames <= in_chunk) return;
    const std::vector<std::uint8_t> compressed = h5::read_chunk(dataset, {0, 0, 0});
    for (std::uint64_t frame = in_chunk; frame < frames; frame += in_chunk)
        h5::write_chunk(dataset, {frame, 0, 0}, compressed);
}

void write_box(const h5::Handle& group, const Crystal& crystal) {
    const h5::Handle box = h5::create_group(group, "box");
    h5::write_attribute(box, "dimension", std::int32_t{3});
    std::vector<std::string> boundary(3, "none");
    std::vector<double> edges(9, 0.0);
    for (std::size_t axis = 0; axis < 3; ++axis) {
        edges[4 * axis] = 1.0;
        if (crystal.period()[axis] == 0) continue;
        boundary[axis] = "periodic";
        const Vector3 edge = crystal.cell()[axis];
        std::copy(edge.begin(), edge.end(), edges.begin() + static_cast<std::ptrdiff_t>(3 * axis));
    }
    h5::write_attribute(box, "boundary", boundary);
    if (crystal.boundary() == Boundary::periodic) h5::write<double>(box, "edges", {3, 3}, edges);
}

}  // namespace

void write_particles(const h5::Handle& file, const std::string& name, const Crystal& crystal,
                     const std::vector<double>& time, ByteSpan sigma) {
    const h5::Handle group = h5::create_group(h5::create_group(file, "particles"), name);
    write_box(group, crystal);
    const std::uint64_t frames = time.size();
    const auto sites = static_cast<std::uint64_t>(crystal.size());

    const h5::Handle position = h5::create_group(group, "position");
    write_positions(position, crystal, frames);
    std::vector<std::int64_t> step;
    for (std::uint64_t frame = 0; frame < frames; ++frame) step.push_back(static_cast<std::int64_t>(frame));
    h5::write<std::int64_t>(position, "step", {frames}, step);
    h5::write<double>(position, "time", {frames}, time);

    const h5::Handle species = h5::create_group(group, "species");
    const SigmaFrames value(species, "value", {}, frames, sites);
    for (const char* shared : {"step", "time"}) h5::link(position, shared, species);
    value.write({}, sigma);
}

}  // namespace misfit
