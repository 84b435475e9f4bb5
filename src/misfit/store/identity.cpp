#include "misfit/store/identity.hpp"

#include <fmt/format.h>

#include "misfit/base/error.hpp"

namespace misfit {

void put(ByteWriter& writer, const RunIdentity& identity) {
    writer.put(std::string_view(identity.misfit_version));
    writer.put(std::string_view(identity.potential_hash));
    writer.put(identity.spec_hash);
    writer.put(identity.arithmetic);
}

void take(ByteReader& reader, RunIdentity& identity) {
    reader.take(identity.misfit_version);
    reader.take(identity.potential_hash);
    reader.take(identity.spec_hash);
    reader.take(identity.arithmetic);
}

void require_same_version(const std::string& here, const std::string& recorded, const std::string& source) {
    if (here == recorded) return;
    throw Error(fmt::format(
        "{}: written by misfit {}, this is misfit {}; only the version that began a run can go on with it",
        source, recorded, here));
}

void require_same_potential(const std::string& here, const std::string& recorded, const std::string& source) {
    if (here == recorded) return;
    throw Error(fmt::format("{}: made with potential {}, here it is {}", source, recorded, here));
}

void require_same_arithmetic(std::uint64_t here, std::uint64_t recorded, const std::string& source) {
    if (here == recorded) return;
    throw Error(
        fmt::format("{}: begun by a build or on a processor that rounds otherwise (its numbers have the "
                    "fingerprint {:016x}, those here {:016x}); go on where it was begun",
                    source, recorded, here));
}

void require_same_run(const RunIdentity& here, const RunIdentity& recorded, const std::string& source) {
    require_same_version(here.misfit_version, recorded.misfit_version, source);
    require_same_potential(here.potential_hash, recorded.potential_hash, source);
    require_same_arithmetic(here.arithmetic, recorded.arithmetic, source);
    if (here.spec_hash != recorded.spec_hash)
        throw Error(fmt::format("{}: belongs to a run of other input", source));
}

}  // namespace misfit
