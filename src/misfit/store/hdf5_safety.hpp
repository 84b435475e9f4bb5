#pragma once

#include <cstdint>

#include "misfit/store/hdf5_handle.hpp"

/// What HDF5 would do for a file that a stranger made, and is kept from.
namespace misfit::h5 {

/// Properties of access with which a link into another file is not followed.
Handle own_file_only();

/// Why a dataset must not be read, or null if it may: its values lie in another file, or go through a filter
/// that HDF5 would load code for, or it claims more of them than what is stored can hold, and reading it
/// would take the memory for all. `claimed` is how many values its dimensions make.
const char* why_unsafe(const Handle& dataset, std::uint64_t claimed);

}  // namespace misfit::h5
