#include "misfit/record/sigma_frames.hpp"

#include <algorithm>

#include "misfit/record/sigma_deflate.hpp"

namespace misfit {
namespace {

constexpr std::uint64_t chunk_bytes = 256 * 1024;

h5::Dimensions with(h5::Dimensions units, std::uint64_t frames, std::uint64_t sites) {
    units.insert(units.end(), {frames, sites});
    return units;
}

}  // namespace

SigmaFrames::SigmaFrames(const h5::Handle& parent, const std::string& name, const h5::Dimensions& units,
                         std::uint64_t frames, std::uint64_t sites)
    : frames_(frames),
      sites_(sites),
      chunk_frames_(std::clamp<std::uint64_t>(chunk_bytes / sites, 1, std::max<std::uint64_t>(frames, 1))),
      dataset_(h5::create_dataset(
          parent, name, h5::Element::int8, with(units, frames, sites),
          {.chunk = with(h5::Dimensions(units.size(), 1), chunk_frames_, sites), .deflate = 1})) {}

void SigmaFrames::write(const h5::Dimensions& unit, ByteSpan bits) const {
    const std::uint64_t frame_bytes = (sites_ + 7) / 8;
    for (std::uint64_t frame = 0; frame < frames_; frame += chunk_frames_) {
        const std::uint64_t count = std::min(chunk_frames_, frames_ - frame);
        h5::write_chunk(dataset_, with(unit, frame, 0),
                        deflate_sigma(bits.subspan(frame * frame_bytes, count * frame_bytes), count,
                                      chunk_frames_, sites_));
    }
}

}  // namespace misfit
