#include "misfit/base/random.hpp"

#include <Random123/philox.h>

namespace misfit {
namespace {

/// Uniform number strictly inside (0, 1) from 64 random bits: the middle of one of 2^52 equal cells,
/// exact in a double, so that neither 0 nor 1 can come out.
double open_uniform(std::uint32_t high, std::uint32_t low) {
    const std::uint64_t bits = (static_cast<std::uint64_t>(high) << 32) | low;
    return (static_cast<double>(bits >> 12) + 0.5) * 0x1.0p-52;
}

}  // namespace

UniformPair uniform_pair(const RandomStream& stream, std::uint64_t step) {
    using Philox = r123::Philox4x32;
    const Philox::key_type key = {
        {static_cast<std::uint32_t>(stream.seed), static_cast<std::uint32_t>(stream.seed >> 32)}};
    const Philox::ctr_type counter = {
        {static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(step >> 32), stream.unit,
         (static_cast<std::uint32_t>(stream.stage) << 16) | static_cast<std::uint32_t>(stream.stream)}};
    const Philox::ctr_type bits = Philox{}(counter, key);
    return {open_uniform(bits[0], bits[1]), open_uniform(bits[2], bits[3])};
}

}  // namespace misfit
