#pragma once

#include <utility>
#include <variant>

#include "misfit/record/equilibrium_record.hpp"
#include "misfit/record/record.hpp"

namespace misfit {

/// A record of either method.
using AnyRecord = std::variant<Record, EquilibriumRecord>;

/// Throws Error as their constructors do.
inline AnyRecord read_record(RecordFile file) {
    if (file.kind() == Method::exchange) return Record(std::move(file));
    return EquilibriumRecord(std::move(file));
}

}  // namespace misfit
