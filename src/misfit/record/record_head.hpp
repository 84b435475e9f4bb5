#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "misfit/folder/record_header.hpp"
#include "misfit/record/record_places.hpp"
#include "misfit/store/bytes.hpp"
#include "misfit/store/hdf5.hpp"

/// What records of every kind have in common: format, input, parameters, provenance.
namespace misfit {

/// Throws Error, naming the first that differs, unless what stands in `source` records the columns `here`, by
/// their names.
void require_same_columns(std::span<const Observable::Column> here,
                          std::span<const Observable::Column> recorded, const std::string& source);

/// Format, input, parameters, potential, columns and species.
void write_head(const h5::Handle& file, const RecordHeader& header);
/// The same, but for due times. `name` stands for the file.
RecordHeader read_head(const h5::Handle& file, const RecordPlaces& places, const std::string& name);
inline RecordHeader read_head(const h5::Handle& file, const std::string& name) {
    return read_head(file, RecordPlaces(file, name), name);
}
void write_provenance(const h5::Handle& file, const Provenance& provenance);
Provenance read_provenance(const h5::Handle& file);

/// /continuation: for every unit, in order, the bytes of it without samples (without_samples()).
void write_ends(const h5::Handle& file, const std::vector<Bytes>& ends);
/// Throws Error for a record without them.
std::vector<Bytes> read_ends(const std::filesystem::path& record);

/// Throws Error unless a record is of this method.
void require_method(const RecordPlaces& places, const std::string& name, Method method);

/// The crystal of a record that holds `stored` sites. Throws Error, before it is built, if a spec asks for
/// many more than that.
Crystal crystal_of(const Settings& settings, std::uint64_t stored, const std::string& name);
/// Throws Error unless every value is 1 or -1.
void require_species(std::span<const Spin> sigma, const std::string& name);

}  // namespace misfit
