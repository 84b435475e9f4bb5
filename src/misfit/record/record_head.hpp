#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "misfit/record/record.hpp"
#include "misfit/store/bytes.hpp"
#include "misfit/store/hdf5.hpp"

/// What records of every kind have in common: format, input, parameters, provenance.
namespace misfit {

/// "exchange" or "equilibrium", the attribute `kind`.
const char* kind_word(Method method);

void write_head(const h5::Handle& file, const RecordHeader& header);
/// Format, spec, input, version, potential; what is particular to a kind is left empty. `name` stands for the
/// file.
RecordHeader read_head(const h5::Handle& file, const std::string& name);
void write_potential(const h5::Handle& file, const RecordHeader& header);
void write_provenance(const h5::Handle& file, const Provenance& provenance);
Provenance read_provenance(const h5::Handle& file);

/// /continuation: for every unit, in order, the bytes of its TrajectoryEnd or LadderEnd.
void write_ends(const h5::Handle& file, const std::vector<Bytes>& ends);
/// Throws Error for a record without them.
std::vector<Bytes> read_ends(const std::filesystem::path& record);

/// Throws Error unless the file is a record of this kind, of a version that is known.
void require_format(const h5::Handle& file, const std::string& name, Method method);

/// The crystal of a record that holds `stored` sites. Throws Error, before it is built, if a spec asks for
/// many more than that.
Crystal crystal_of(const Settings& settings, std::uint64_t stored, const std::string& name);
/// Throws Error unless every value is 1 or -1.
void require_species(std::span<const Spin> sigma, const std::string& name);

}  // namespace misfit
