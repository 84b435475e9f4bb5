// What misfit writes in its own layout, its checksums taken off: any bytes are such a thing or give an Error,
// and what is read, written again, gives the same bytes. The first byte says which thing it is.
#include <algorithm>
#include <array>
#include <string>

#include "fuzz/target.hpp"
#include "misfit/folder/run_notes.hpp"
#include "misfit/store/checkpoint.hpp"
#include "misfit/unit/unit.hpp"

using namespace misfit;

namespace {

template <class Thing>
void read(ByteSpan bytes) {
    Thing thing;
    const bool is_one = fuzz::succeeds([&] {
        ByteReader reader(bytes, "input");
        take(reader, thing);
        reader.expect_end();
    });
    if (!is_one) return;
    ByteWriter writer;
    put(writer, thing);
    Bytes given(bytes.begin(), bytes.end());
    // The one flag among them is any number but 0 for true.
    if constexpr (!std::is_same_v<Thing, Unit>)
        fuzz::require(writer.bytes() == given, "what is read is written the same");
    else
        fuzz::require(writer.bytes().size() == given.size(), "what is read is written at the same length");
}

/// The payload of a sealed file, if the seal says so; a wrong sum is nearly all there is.
void open(ByteSpan bytes) {
    const std::optional<ByteSpan> payload = unseal("MISFITC1", bytes);
    if (payload)
        fuzz::require(payload->size() + seal_bytes <= bytes.size(), "a payload lies within its file");
    const Bytes sealed = seal("MISFITC1", bytes);
    const std::optional<ByteSpan> again = unseal("MISFITC1", sealed);
    fuzz::require(again && std::ranges::equal(*again, bytes), "what is sealed is unsealed the same");
}

constexpr std::array readers = {read<Unit>, read<RunIdentity>, read<RunNotes>, read<State>, open};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    readers[data[0] % readers.size()]({data + 1, size - 1});
    return 0;
}
