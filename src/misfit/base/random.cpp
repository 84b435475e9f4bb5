#include "misfit/base/random.hpp"

#include <Random123/philox.h>
#include <Random123/threefry.h>
#include <cassert>

#include "misfit/base/random_words.hpp"

namespace misfit {
namespace {

std::uint64_t joined(std::uint32_t high, std::uint32_t low) {
    return (static_cast<std::uint64_t>(high) << 32) | low;
}

}  // namespace

UniformPair uniform_pair(const RandomStream& stream, std::uint64_t step, std::uint64_t attempt) {
    step += attempt << 48;
    using Philox = r123::Philox4x32;
    const Philox::key_type key = {
        {static_cast<std::uint32_t>(stream.seed), static_cast<std::uint32_t>(stream.seed >> 32)}};
    const Philox::ctr_type counter = {
        {static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(step >> 32), stream.unit,
         (static_cast<std::uint32_t>(stream.stage) << 16) | static_cast<std::uint32_t>(stream.stream)}};
    const Philox::ctr_type bits = Philox{}(counter, key);
    return {open_uniform(joined(bits[0], bits[1])), open_uniform(joined(bits[2], bits[3]))};
}

void random_words(const RandomStream& stream, std::uint64_t first_block, std::span<std::uint64_t> words) {
    assert(words.size() % words_per_block == 0);
    const std::uint64_t name =
        joined((static_cast<std::uint32_t>(stream.stage) << 16) | static_cast<std::uint32_t>(stream.stream),
               stream.unit);
    const std::size_t blocks = words.size() / words_per_block;
    using Threefry = r123::Threefry4x64;
    const Threefry::key_type key = {{stream.seed, 0, 0, 0}};
    for (std::size_t block = fill_whole_vectors(stream.seed, name, first_block, blocks, words.data());
         block < blocks; ++block) {
        const Threefry::ctr_type bits = Threefry{}({{first_block + block, name, 0, 0}}, key);
        for (std::size_t k = 0; k < words_per_block; ++k) words[block * words_per_block + k] = bits[k];
    }
}

}  // namespace misfit
