#include "misfit/base/random.hpp"

#include <Random123/philox.h>

namespace misfit {
namespace {

std::uint64_t joined(std::uint32_t high, std::uint32_t low) {
    return (static_cast<std::uint64_t>(high) << 32) | low;
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
    return {open_uniform(joined(bits[0], bits[1])), open_uniform(joined(bits[2], bits[3]))};
}

}  // namespace misfit
