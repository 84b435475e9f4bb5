#pragma once

#include <string>

namespace misfit {

/// All that other languages must know of this program, as JSON: tables and keys of the input (type, range,
/// words, default, where each may stand), the observables with their pictures, phases and species with their
/// colours, words for starts, stops and kinds of events. What Python and the pages have of these is made from
/// it.
std::string table_json();

/// A JSON Schema (draft 7, which editors of TOML take) of the input file: what may stand where, in which
/// range, and what it means. What goes with what is left to `misfit check`.
std::string input_schema();

}  // namespace misfit
