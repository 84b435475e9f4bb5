#include "misfit/record/assembly.hpp"

#include <utility>

#include "misfit/record/equilibrium_record_writer.hpp"
#include "misfit/record/exchange_record_writer.hpp"

namespace misfit {

void assemble_record(const std::filesystem::path& path, const RecordHeader& header, const PartReader& parts,
                     const Provenance& provenance, const Warn& warn, std::vector<Unit> under_way) {
    if (header.spec.kind() == Method::exchange)
        assemble_exchange_record(path, header, parts, provenance);
    else
        assemble_equilibrium_record(path, header, parts, provenance, warn, std::move(under_way));
}

}  // namespace misfit
